package stdlib

import (
	"fmt"
	"runtime"

	"golang.org/x/sys/windows"
)

func kernel() (release, version, machine string) {
	v := windows.RtlGetVersion()
	machine = runtime.GOARCH
	if machine == "amd64" {
		machine = "x86_64"
	}
	return fmt.Sprintf("%d.%d.%d", v.MajorVersion, v.MinorVersion, v.BuildNumber), "Windows", machine
}

func errnoNumbers(map[string]string) map[string]int { return nil }

func priority(int) (int, error) { return 0, nil }

func setPriority(int, int) error { return nil }
