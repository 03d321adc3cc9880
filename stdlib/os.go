package stdlib

import (
	_ "embed"
	"net"
	"os"
	"os/user"
	"runtime"
	"strconv"

	"mcpjs/engine"
	"mcpjs/engine/process"
)

//go:embed os.d.ts
var osTypes string

// system is node's module os. A sandboxed run learns what it may know of the
// environment, and no more.
var system = engine.Module{
	Name: "os", Node: true, Types: osTypes,
	Load: func(rt *engine.Runtime) (*engine.Object, error) {
		vm := rt.VM()
		release, version, machine := kernel()
		text := func(s string) func(engine.Call) (engine.Value, error) {
			return func(engine.Call) (engine.Value, error) { return vm.ToValue(s), nil }
		}
		// What tells who and where the user is counts as their environment.
		asking := func(name string, get func() (engine.Value, error)) func(engine.Call) (engine.Value, error) {
			return func(engine.Call) (engine.Value, error) {
				if err := rt.Permissions.Env(name); err != nil {
					return nil, err
				}
				return get()
			}
		}
		info := func() hostInfo { return hostInformation() }
		number := func(get func() float64) func(engine.Call) (engine.Value, error) {
			return func(engine.Call) (engine.Value, error) { return vm.ToValue(get()), nil }
		}
		o := natives{
			"platform": text(nodePlatform()), "arch": text(nodeArch()), "type": text(osName()), "release": text(release),
			"version": text(version), "machine": text(machine),
			"endianness": text("LE"),
			"hostname": asking("HOSTNAME", func() (engine.Value, error) {
				name, err := os.Hostname()
				return vm.ToValue(name), err
			}),
			"homedir": asking("HOME", func() (engine.Value, error) {
				dir, err := os.UserHomeDir()
				if u, e := user.Current(); err != nil && e == nil {
					dir, err = u.HomeDir, nil
				}
				return vm.ToValue(dir), err
			}),
			"tmpdir":   text(tempDir()),
			"totalmem": number(func() float64 { return float64(info().total) }),
			"freemem":  number(func() float64 { return float64(info().free) }),
			"uptime":   number(func() float64 { return info().uptime }),
			"loadavg": func(engine.Call) (engine.Value, error) {
				l := info().load
				return vm.NewArray(l[0], l[1], l[2]), nil
			},
			"availableParallelism": func(engine.Call) (engine.Value, error) { return vm.ToValue(runtime.GOMAXPROCS(0)), nil },
			"cpus": func(engine.Call) (engine.Value, error) {
				var list []any
				for range runtime.NumCPU() {
					cpu, times := vm.NewObject(), vm.NewObject()
					for _, name := range []string{"user", "nice", "sys", "idle", "irq"} {
						times.Set(name, 0)
					}
					cpu.Set("model", "unknown")
					cpu.Set("speed", 0)
					cpu.Set("times", times)
					list = append(list, cpu)
				}
				return vm.NewArray(list...), nil
			},
			"networkInterfaces": asking("HOSTNAME", func() (engine.Value, error) { return networkInterfaces(rt) }),
			"userInfo": asking("USER", func() (engine.Value, error) {
				u, err := user.Current()
				if err != nil {
					return nil, err
				}
				o := vm.NewObject()
				for _, id := range []struct{ name, text string }{{"uid", u.Uid}, {"gid", u.Gid}} {
					n, err := strconv.Atoi(id.text)
					if err != nil {
						n = -1
					}
					o.Set(id.name, n)
				}
				o.Set("username", u.Username)
				o.Set("homedir", u.HomeDir)
				o.Set("shell", engine.Null())
				if shell := os.Getenv("SHELL"); shell != "" && rt.Permissions.Env("SHELL") == nil {
					o.Set("shell", shell)
				}
				return o, nil
			}),
			"getPriority": func(engine.Call) (engine.Value, error) { return vm.ToValue(0), nil },
		}.object(rt)
		for _, name := range []string{"require", "inspect", "received"} {
			o.Delete(name)
		}
		eol, null := "\n", "/dev/null"
		if runtime.GOOS == "windows" {
			eol, null = "\r\n", `\\.\nul`
		}
		o.Set("EOL", eol)
		o.Set("devNull", null)
		constants, signals, errnos := vm.NewObject(), vm.NewObject(), vm.NewObject()
		for name, n := range process.Signals() {
			signals.Set(name, n)
		}
		for name, n := range errnoNumbers(messages) {
			errnos.Set(name, n)
		}
		constants.Set("signals", signals)
		constants.Set("errno", errnos)
		o.Set("constants", constants)
		return o, nil
	},
}

func nodePlatform() string {
	if runtime.GOOS == "windows" {
		return "win32"
	}
	return runtime.GOOS
}

func nodeArch() string {
	switch runtime.GOARCH {
	case "amd64":
		return "x64"
	case "386":
		return "ia32"
	}
	return runtime.GOARCH
}

func osName() string {
	switch runtime.GOOS {
	case "windows":
		return "Windows_NT"
	case "darwin":
		return "Darwin"
	case "linux":
		return "Linux"
	}
	return runtime.GOOS
}

func tempDir() string {
	dir := os.TempDir()
	if len(dir) > 1 && os.IsPathSeparator(dir[len(dir)-1]) {
		dir = dir[:len(dir)-1]
	}
	return dir
}

type hostInfo struct {
	total, free uint64
	uptime      float64
	load        [3]float64
}

func networkInterfaces(rt *engine.Runtime) (engine.Value, error) {
	interfaces, err := net.Interfaces()
	if err != nil {
		return nil, err
	}
	vm := rt.VM()
	out := vm.NewObject()
	for _, i := range interfaces {
		addresses, err := i.Addrs()
		if err != nil || i.Flags&net.FlagUp == 0 {
			continue
		}
		var list []any
		for _, a := range addresses {
			ip, ok := a.(*net.IPNet)
			if !ok {
				continue
			}
			o := vm.NewObject()
			family := "IPv6"
			if ip.IP.To4() != nil {
				family = "IPv4"
			}
			mac := i.HardwareAddr.String()
			if mac == "" {
				mac = "00:00:00:00:00:00"
			}
			o.Set("address", ip.IP.String())
			o.Set("netmask", net.IP(ip.Mask).String())
			o.Set("family", family)
			o.Set("mac", mac)
			o.Set("internal", i.Flags&net.FlagLoopback != 0)
			o.Set("cidr", ip.String())
			list = append(list, o)
		}
		if list != nil {
			out.Set(i.Name, vm.NewArray(list...))
		}
	}
	return out, nil
}
