//go:build darwin || windows

package oauth

import (
	"context"
	"encoding/base64"
	"errors"

	"github.com/zalando/go-keyring"
)

// systemKey gives what the system's keychain holds for the account, nil where
// that is nothing. With fresh, that is put there first where there was nothing.
// The system asks the user to unlock it by itself.
func systemKey(ctx context.Context, account string, _ bool, fresh []byte) ([]byte, error) {
	type answer struct {
		key []byte
		err error
	}
	done := make(chan answer, 1)
	go func() {
		var a answer
		text, err := keyring.Get("mcpjs", account)
		switch {
		case err == nil:
			a.key, a.err = base64.StdEncoding.DecodeString(text)
		case !errors.Is(err, keyring.ErrNotFound):
			a.err = errLockedKeychain
		case fresh != nil:
			if keyring.Set("mcpjs", account, base64.StdEncoding.EncodeToString(fresh)) == nil {
				a.key = fresh
			} else {
				a.err = errLockedKeychain
			}
		}
		done <- a
	}()
	select {
	case a := <-done:
		return a.key, a.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}
