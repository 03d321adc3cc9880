//go:build !unix

package transport

import "io"

// nonBlocking is nil: there is no write here that cannot block.
func nonBlocking(io.Writer) func([]byte) int { return nil }
