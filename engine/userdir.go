package engine

import (
	"os"
	"path/filepath"
	"runtime"
)

// UserDir is a directory for files of the user's: what a variable of the XDG base
// directories names, such as XDG_STATE_HOME, else the one below the home directory
// that stands for it, or on Windows what windows gives; "" where there is none.
// Any goroutine.
func UserDir(variable, below string, windows func() (string, error)) string {
	if dir := os.Getenv(variable); filepath.IsAbs(dir) {
		return dir
	}
	if runtime.GOOS == "windows" {
		dir, _ := windows()
		return dir
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(home, below)
}
