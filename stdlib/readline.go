package stdlib

import (
	"context"
	"strings"

	"mcpjs/engine"
)

// ReadLine gives what reads the next line of a runtime's standard input, for
// those outside of this package: they take turns with scripts' own readers. It
// returns io.EOF at the end. Loop only; what it returns is for any goroutine.
func ReadLine(rt *engine.Runtime) func(context.Context) (string, error) {
	in := inputOf(rt)
	return func(ctx context.Context) (string, error) {
		text, err := in.take(ctx, line)
		return strings.TrimRight(string(text), "\r\n"), err
	}
}
