package stdlib

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

func hostInformation() hostInfo {
	var s unix.Sysinfo_t
	if unix.Sysinfo(&s) != nil {
		return hostInfo{}
	}
	unit := uint64(s.Unit)
	info := hostInfo{total: uint64(s.Totalram) * unit, free: uint64(s.Freeram) * unit, uptime: float64(s.Uptime)}
	for i := range info.load {
		info.load[i] = float64(s.Loads[i]) / 65536
	}
	// In a container these files say what is meant, and the call above doesn't.
	memory, _ := os.ReadFile("/proc/meminfo")
	for line := range strings.Lines(string(memory)) {
		var kilobytes uint64
		if n, _ := fmt.Sscanf(line, "MemTotal: %d", &kilobytes); n == 1 {
			info.total = kilobytes * 1024
		}
		if n, _ := fmt.Sscanf(line, "MemAvailable: %d", &kilobytes); n == 1 {
			info.free = kilobytes * 1024
		}
	}
	up, _ := os.ReadFile("/proc/uptime")
	fmt.Sscanf(string(up), "%g", &info.uptime)
	return info
}

// processors reads /proc/stat and /proc/cpuinfo.
func processors() []processor {
	var list []processor
	stat, _ := os.ReadFile("/proc/stat")
	for line := range strings.Lines(string(stat)) {
		var n, user, nice, sys, idle, wait, irq int
		if k, _ := fmt.Sscanf(line, "cpu%d %d %d %d %d %d %d", &n, &user, &nice, &sys, &idle, &wait, &irq); k == 7 {
			const tick = 10 // USER_HZ is 100 everywhere
			list = append(list, processor{model: "unknown", times: [5]int{user * tick, nice * tick, sys * tick, idle * tick, irq * tick}})
		}
	}
	info, _ := os.ReadFile("/proc/cpuinfo")
	models, speeds := 0, 0
	for line := range strings.Lines(string(info)) {
		key, value, _ := strings.Cut(line, ":")
		switch value = strings.TrimSpace(value); strings.TrimSpace(key) {
		case "model name":
			if models < len(list) {
				list[models].model = value
				models++
			}
		case "cpu MHz":
			if speeds < len(list) {
				fmt.Sscanf(value, "%d", &list[speeds].speed)
				speeds++
			}
		}
	}
	return list
}

// priority is a process's nice value; 0 is this one.
func priority(pid int) (int, error) {
	n, err := unix.Getpriority(unix.PRIO_PROCESS, pid)
	return 20 - n, err // the system call's own reckoning
}
