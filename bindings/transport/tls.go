package transport

import (
	"crypto/x509"
	"fmt"
)

// Certificates are the system's certificate authorities and those of the PEM
// texts.
func Certificates(pems ...[]byte) (*x509.CertPool, error) {
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	for i, pem := range pems {
		if !pool.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("certificate authority %d holds no certificate in PEM form", i+1)
		}
	}
	return pool, nil
}
