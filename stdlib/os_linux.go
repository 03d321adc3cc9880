package stdlib

import "golang.org/x/sys/unix"

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
	return info
}
