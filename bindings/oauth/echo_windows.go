package oauth

import "golang.org/x/sys/windows"

// quiet has a terminal no longer show what is typed, until back is called.
func quiet(fd uintptr) (back func(), err error) {
	var was uint32
	if err := windows.GetConsoleMode(windows.Handle(fd), &was); err != nil {
		return nil, err
	}
	if err := windows.SetConsoleMode(windows.Handle(fd), was&^windows.ENABLE_ECHO_INPUT); err != nil {
		return nil, err
	}
	return func() { _ = windows.SetConsoleMode(windows.Handle(fd), was) }, nil
}
