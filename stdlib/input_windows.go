package stdlib

import "golang.org/x/sys/windows"

func noEcho(fd int) error {
	var mode uint32
	if err := windows.GetConsoleMode(windows.Handle(fd), &mode); err != nil {
		return err
	}
	mode &^= windows.ENABLE_ECHO_INPUT
	return windows.SetConsoleMode(windows.Handle(fd), mode|windows.ENABLE_PROCESSED_INPUT|windows.ENABLE_LINE_INPUT)
}
