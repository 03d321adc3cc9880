package config

import (
	"maps"
	"runtime"
	"slices"
	"strings"
)

// inherited are the variables that a server's process inherits unless told to
// inherit all: those the official SDKs pass on, and those without which npx,
// uvx, docker and the like don't work behind a proxy or with their own cache.
// Names compare without regard to case; one ending in _ is a prefix.
var inherited = []string{
	// as the official SDKs
	"HOME", "PATH", "USER", "SHELL", "TERM", "LANG", "LOGNAME", "TMPDIR",
	"APPDATA", "HOMEDRIVE", "HOMEPATH", "LOCALAPPDATA", "PROCESSOR_ARCHITECTURE", "SYSTEMDRIVE", "SYSTEMROOT", "TEMP", "TMP",
	"USERNAME", "USERPROFILE", "PATHEXT", "COMSPEC", "WINDIR", "PROGRAMFILES", "PROGRAMDATA", "PROGRAMFILES(X86)",
	// language, time, directories
	"LANGUAGE", "LC_", "TZ", "XDG_",
	// proxies and certificates
	"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
	// node and its package managers; npm_ has its registry and cache
	"NODE_EXTRA_CA_CERTS", "NODE_OPTIONS", "NODE_PATH", "NODE_ENV", "NPM_CONFIG_", "NVM_DIR", "NVM_BIN", "FNM_", "VOLTA_HOME",
	"COREPACK_HOME", "PNPM_HOME", "YARN_CACHE_FOLDER", "BUN_INSTALL", "DENO_DIR",
	// Python and its package managers
	"UV_", "PIP_", "PYTHONPATH", "PYTHONHOME", "PYTHONUNBUFFERED", "PYTHONUTF8", "VIRTUAL_ENV", "CONDA_PREFIX", "PYENV_ROOT", "PIPX_",
	// others that start servers
	"DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "GOPATH", "GOBIN", "GOPROXY", "JAVA_HOME", "CARGO_HOME", "RUSTUP_HOME", "DOTNET_ROOT",
	"GEM_HOME", "NIX_PROFILES", "NIX_SSL_CERT_FILE", "LD_LIBRARY_PATH", "DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS",
}

// secretive are variables with an inherited prefix that hold secrets.
var secretive = []string{"_AUTH", "PASSWORD", "TOKEN"}

// Environ is the environment of the target's process, given the parent's
// ("NAME=value" each). Without InheritEnv it has only a fixed set of variables:
// HOME, PATH, USER, SHELL, TERM, LANG, LC_*, LOGNAME, TMPDIR, TZ, XDG_* and
// their like on Windows; proxies and certificates; and what configures node,
// npm, uv, pip, docker and other starters of servers, but not their passwords.
// The target's Env comes on top.
func (t Target) Environ(parent []string) []string {
	env := map[string]string{}
	for _, pair := range parent {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name == "" || !t.InheritEnv && (!inherits(name) || strings.HasPrefix(value, "()")) { // a shell function
			continue
		}
		env[name] = value
	}
	for name, value := range t.Env {
		if runtime.GOOS == "windows" {
			maps.DeleteFunc(env, func(n, _ string) bool { return strings.EqualFold(n, name) })
		}
		env[name] = value
	}
	list := make([]string, 0, len(env))
	for _, name := range slices.Sorted(maps.Keys(env)) {
		list = append(list, name+"="+env[name])
	}
	return list
}

func inherits(name string) bool {
	upper := strings.ToUpper(name)
	for _, word := range secretive {
		if strings.Contains(upper, word) {
			return false
		}
	}
	return slices.ContainsFunc(inherited, func(n string) bool {
		return n == upper || strings.HasSuffix(n, "_") && strings.HasPrefix(upper, n)
	})
}
