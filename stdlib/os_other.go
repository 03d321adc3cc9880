//go:build !linux

package stdlib

// hostInformation is not known here.
func hostInformation() hostInfo { return hostInfo{} }
