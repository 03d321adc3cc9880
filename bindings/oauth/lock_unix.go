//go:build unix

package oauth

import (
	"errors"
	"os"
	"syscall"
)

// tryLock takes an exclusive lock, which ends when f is closed or the process
// is. It reports false where another has it.
func tryLock(f *os.File) (bool, error) {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EWOULDBLOCK):
			return false, nil
		default:
			return false, err
		}
	}
}
