package stdlib

import (
	"cmp"
	_ "embed"
	"fmt"
	"math"
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
		asking := func(name string, get func(engine.Call) (engine.Value, error)) func(engine.Call) (engine.Value, error) {
			return func(c engine.Call) (engine.Value, error) {
				if err := rt.Permissions.Env(name); err != nil {
					return nil, err
				}
				return get(c)
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
			"hostname": asking("HOSTNAME", func(engine.Call) (engine.Value, error) {
				name, err := os.Hostname()
				return vm.ToValue(name), err
			}),
			"homedir": asking("HOME", func(engine.Call) (engine.Value, error) {
				dir, err := os.UserHomeDir()
				if u, e := user.Current(); err != nil && e == nil {
					dir, err = u.HomeDir, nil
				}
				return vm.ToValue(dir), err
			}),
			"tmpdir":   func(engine.Call) (engine.Value, error) { return vm.ToValue(tempDir()), nil },
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
				for _, p := range processors() {
					cpu, times := vm.NewObject(), vm.NewObject()
					for i, name := range []string{"user", "nice", "sys", "idle", "irq"} {
						times.Set(name, p.times[i])
					}
					cpu.Set("model", p.model)
					cpu.Set("speed", p.speed)
					cpu.Set("times", times)
					list = append(list, cpu)
				}
				return vm.NewArray(list...), nil
			},
			"networkInterfaces": asking("HOSTNAME", func(engine.Call) (engine.Value, error) { return networkInterfaces(rt) }),
			"userInfo": asking("USER", func(c engine.Call) (engine.Value, error) {
				u, err := user.Current()
				if err != nil {
					return nil, err
				}
				o := vm.NewObject()
				set := func(name, s string) { o.Set(name, s) }
				if textOption(c.Argument(0), "encoding", "") == "buffer" {
					set = func(name, s string) { o.Set(name, newBuffer(rt, []byte(s))) }
				}
				for _, id := range []struct{ name, text string }{{"uid", u.Uid}, {"gid", u.Gid}} {
					n, err := strconv.Atoi(id.text)
					if err != nil {
						n = -1
					}
					o.Set(id.name, n)
				}
				set("username", u.Username)
				set("homedir", u.HomeDir)
				o.Set("shell", engine.Null())
				if shell := os.Getenv("SHELL"); shell != "" && rt.Permissions.Env("SHELL") == nil {
					set("shell", shell)
				}
				return o, nil
			}),
			"getPriority": func(c engine.Call) (engine.Value, error) {
				pid, err := integer(rt, c.Argument(0), "pid", math.MinInt32, math.MaxInt32)
				if err != nil {
					return nil, err
				}
				n, err := priority(pid)
				if err != nil {
					return nil, systemCall("uv_os_getpriority", err)
				}
				return vm.ToValue(n), nil
			},
			"setPriority": func(c engine.Call) (engine.Value, error) {
				who, nice := c.Argument(0), c.Argument(1)
				if len(c.Arguments) == 1 {
					who, nice = engine.Undefined(), who
				}
				pid, err := integer(rt, who, "pid", math.MinInt32, math.MaxInt32)
				if err != nil {
					return nil, err
				}
				n, err := integer(rt, nice, "priority", -20, 19)
				if err == nil && pid != 0 && pid != os.Getpid() {
					err = rt.Permissions.Run("kill")
				}
				if err != nil {
					return nil, err
				}
				if err := setPriority(pid, n); err != nil {
					return nil, systemCall("uv_os_setpriority", err)
				}
				return nil, nil
			},
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
		priorities := vm.NewObject()
		for _, p := range []struct {
			name string
			n    int
		}{{"LOW", 19}, {"BELOW_NORMAL", 10}, {"NORMAL", 0}, {"ABOVE_NORMAL", -7}, {"HIGH", -14}, {"HIGHEST", -20}} {
			priorities.Set("PRIORITY_"+p.name, p.n)
		}
		constants.Set("priority", priorities)
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

// integer reads an argument that is a whole number, 0 where it is undefined.
func integer(rt *engine.Runtime, v engine.Value, name string, from, to int) (int, error) {
	if engine.IsUndefined(v) {
		return 0, nil
	}
	n, ok := v.Export().(int64)
	if !ok {
		if _, float := v.Export().(float64); !float {
			return 0, &engine.Error{Class: "TypeError", Message: fmt.Sprintf("The %q argument must be of type number. Received %s", name, received(rt, v)),
				Fields: []engine.Field{{Name: "code", Value: "ERR_INVALID_ARG_TYPE"}}}
		}
	}
	if !ok || n < int64(from) || n > int64(to) {
		return 0, &engine.Error{Class: "RangeError", Message: fmt.Sprintf("The value of %q is out of range. It must be >= %d && <= %d. Received %s", name, from, to, v),
			Fields: []engine.Field{{Name: "code", Value: "ERR_OUT_OF_RANGE"}}}
	}
	return int(n), nil
}

// systemCall is a failure as node's module os words it.
func systemCall(call string, err error) error {
	code, _ := errno(err)
	return &engine.Error{Message: fmt.Sprintf("A system error occurred: %s returned %s (%s)", call, code, messages[code]),
		Fields: []engine.Field{{Name: "code", Value: "ERR_SYSTEM_ERROR"}}}
}

// tempDir is where temporary files go, as the environment says now.
func tempDir() string {
	dir := os.TempDir()
	if runtime.GOOS != "windows" {
		dir = cmp.Or(os.Getenv("TMPDIR"), os.Getenv("TMP"), os.Getenv("TEMP"), "/tmp")
	}
	if len(dir) > 1 && os.IsPathSeparator(dir[len(dir)-1]) {
		dir = dir[:len(dir)-1]
	}
	return dir
}

// A processor is one of the machine's; times are what it has spent on user code,
// low priorities, the system, nothing and interrupts, in milliseconds.
type processor struct {
	model string
	speed int // in MHz
	times [5]int
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
