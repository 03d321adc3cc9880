package repl

import "os"

var endingSignals = []os.Signal{os.Interrupt}

// suspendProcess does nothing: Windows has no job control.
func suspendProcess() {}

// watchResize does nothing: the size is asked for whenever a line is drawn.
func watchResize(func()) (stop func()) { return func() {} }
