package oauth

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// readKey reads a private key: PEM (PKCS #8, PKCS #1, SEC 1) or a JWK. Errors
// don't repeat any of it.
func readKey(text, id string) (jose.JSONWebKey, error) {
	key := jose.JSONWebKey{}
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		if err := key.UnmarshalJSON([]byte(text)); err != nil || key.IsPublic() {
			return key, errors.New("auth: privateKey is no private JWK")
		}
	} else {
		block, _ := pem.Decode([]byte(text))
		if block == nil {
			return key, errors.New("auth: privateKey is neither PEM nor a JWK")
		}
		if k, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
			key.Key = k
		} else if k, err := x509.ParseECPrivateKey(block.Bytes); err == nil {
			key.Key = k
		} else if k, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
			key.Key = k
		} else {
			return key, fmt.Errorf("auth: privateKey: a PEM block %q that holds no unencrypted private key", line(block.Type))
		}
	}
	if id != "" {
		key.KeyID = id
	}
	if len(algorithms(key.Key)) == 0 {
		return key, errors.New("auth: privateKey is of a kind that can't sign: RSA, EC (P-256, P-384, P-521) or Ed25519 can")
	}
	return key, nil
}

// algorithms are those that a key can sign with, best first.
func algorithms(key any) []jose.SignatureAlgorithm {
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return []jose.SignatureAlgorithm{jose.RS256, jose.PS256, jose.RS384, jose.PS384, jose.RS512, jose.PS512}
	case *ecdsa.PrivateKey:
		switch k.Curve {
		case elliptic.P256():
			return []jose.SignatureAlgorithm{jose.ES256}
		case elliptic.P384():
			return []jose.SignatureAlgorithm{jose.ES384}
		case elliptic.P521():
			return []jose.SignatureAlgorithm{jose.ES512}
		}
	case ed25519.PrivateKey:
		return []jose.SignatureAlgorithm{jose.EdDSA}
	}
	return nil
}

// signClaims makes a JWT that a client vouches for itself with (RFC 7523,
// section 3). supported are the algorithms that the server names, if any.
func signClaims(key jose.JSONWebKey, supported []string, issuer, subject, audience string) (string, error) {
	can := algorithms(key.Key)
	alg := can[0]
	if i := slices.IndexFunc(can, func(a jose.SignatureAlgorithm) bool { return slices.Contains(supported, string(a)) }); i >= 0 {
		alg = can[i]
	} else if len(supported) > 0 {
		return "", failf("the authorization server takes no signature of this private key (%s): it takes %s", can[0], line(strings.Join(supported, ", ")))
	}
	opts := (&jose.SignerOptions{}).WithType("JWT")
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, opts)
	if err != nil {
		return "", err
	}
	now := time.Now()
	return jwt.Signed(signer).Claims(jwt.Claims{
		Issuer: issuer, Subject: subject, Audience: jwt.Audience{audience},
		ID: random(), IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now.Add(-5 * time.Second)),
		Expiry: jwt.NewNumericDate(now.Add(2 * time.Minute)),
	}).Serialize()
}

// random is 256 bits that nobody can guess.
func random() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// newProofKey makes a key to bind tokens to, as a JWK.
func newProofKey() (json.RawMessage, error) {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	return jose.JSONWebKey{Key: k, Algorithm: string(jose.ES256)}.MarshalJSON()
}

// proof makes a DPoP proof for one request (RFC 9449, section 4.2). token is
// the access token that goes with it, "" at the token endpoint.
func proof(jwk json.RawMessage, method string, to *url.URL, nonce, token string) (string, error) {
	var key jose.JSONWebKey
	if err := key.UnmarshalJSON(jwk); err != nil {
		return "", errors.New("the key that the token is bound to can't be read; log in anew")
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key.Key}, (&jose.SignerOptions{EmbedJWK: true}).WithType("dpop+jwt"))
	if err != nil {
		return "", err
	}
	target := url.URL{Scheme: to.Scheme, Host: to.Host, Path: to.Path, RawPath: to.RawPath}
	claims := map[string]any{"jti": random(), "htm": method, "htu": target.String(), "iat": time.Now().Unix()}
	if nonce != "" {
		claims["nonce"] = nonce
	}
	if token != "" {
		sum := sha256.Sum256([]byte(token))
		claims["ath"] = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	return jwt.Signed(signer).Claims(claims).Serialize()
}
