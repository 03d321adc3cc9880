package engine

import (
	"io"
	"os"

	"golang.org/x/term"
)

// The rules for what a terminal shows: stdout is the script's. Diagnostics go
// to stderr. Colours and moving pictures are for terminals only, and NO_COLOR,
// FORCE_COLOR, TERM=dumb and --color decide about colours. What others wrote is
// shown through Printable.

// IsTerminal tells whether a stream is one.
func IsTerminal(stream any) bool {
	for {
		if u, ok := stream.(interface{ Unwrap() io.Writer }); ok {
			stream = u.Unwrap()
			continue
		}
		f, ok := stream.(*os.File)
		return ok && term.IsTerminal(int(f.Fd()))
	}
}

// TerminalWidth is the number of columns of a terminal, 80 where it is unknown.
func TerminalWidth(stream any) int {
	width, _ := terminalSize(stream)
	return width
}

// TerminalHeight is the number of rows of a terminal, 24 where it is unknown.
func TerminalHeight(stream any) int {
	_, height := terminalSize(stream)
	return height
}

func terminalSize(stream any) (width, height int) {
	for {
		if u, ok := stream.(interface{ Unwrap() io.Writer }); ok {
			stream = u.Unwrap()
			continue
		}
		if f, ok := stream.(*os.File); ok {
			if w, h, err := term.GetSize(int(f.Fd())); err == nil && w > 0 && h > 0 {
				return w, h
			}
		}
		return 80, 24
	}
}

// WantsColor tells whether to write colours to a stream, by the user's choice:
// "always", "never", or "auto" and "", which leave it to the environment.
func WantsColor(stream any, choice string) bool {
	switch choice {
	case "always":
		return true
	case "never":
		return false
	}
	if os.Getenv("NO_COLOR") != "" {
		return false
	}
	if force := os.Getenv("FORCE_COLOR"); force != "" && force != "0" {
		return true
	}
	return os.Getenv("TERM") != "dumb" && IsTerminal(stream)
}
