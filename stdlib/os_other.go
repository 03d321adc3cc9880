//go:build !linux

package stdlib

import "runtime"

// hostInformation is not known here.
func hostInformation() hostInfo { return hostInfo{} }

// processors are counted here, and nothing more is known of them.
func processors() []processor {
	list := make([]processor, runtime.NumCPU())
	for i := range list {
		list[i].model = "unknown"
	}
	return list
}
