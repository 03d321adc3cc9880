//go:build darwin || windows

package oauth

import (
	"context"
	"errors"

	"github.com/zalando/go-keyring"
)

// systemKey gives what the system's keychain holds for the account, "" where
// that is nothing. With fresh, that is put there first where there was nothing.
// The system asks the user to unlock it by itself.
func systemKey(ctx context.Context, account string, _ bool, fresh string) (string, error) {
	type answer struct {
		key string
		err error
	}
	done := make(chan answer, 1)
	go func() {
		var a answer
		key, err := keyring.Get("mcpjs", account)
		switch {
		case err == nil:
			a.key = key
		case !errors.Is(err, keyring.ErrNotFound):
			a.err = errLockedKeychain
		case fresh != "":
			if keyring.Set("mcpjs", account, fresh) == nil {
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
		return "", context.Cause(ctx)
	}
}
