package config

import (
	"cmp"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
)

var variable = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\$\{([^{}]*)\}`) })

// expand replaces the variables that MCP clients know in their files:
// ${NAME}, ${NAME:-default} and ${env:NAME} from the environment,
// ${workspaceFolder}, ${workspaceFolderBasename}, ${userHome} and ${/}; and
// ${input:id}, which an editor would ask for, from MCP_INPUT_ID.
func (f *file) expand(s string) (string, error) {
	var failed error
	expanded := variable().ReplaceAllStringFunc(s, func(whole string) string {
		inner := whole[2 : len(whole)-1]
		switch inner {
		case "workspaceFolder":
			return f.dir
		case "workspaceFolderBasename":
			return filepath.Base(f.dir)
		case "userHome":
			return f.env.Home
		case "/", "pathSeparator":
			return string(filepath.Separator)
		}
		name, fallback, hasFallback := strings.Cut(inner, ":-")
		if id, ok := strings.CutPrefix(name, "input:"); ok {
			name = "MCP_INPUT_" + strings.ToUpper(strings.NewReplacer("-", "_", ".", "_", " ", "_").Replace(id))
			if f.env.getenv(name) == "" && !hasFallback {
				failed = fmt.Errorf("%s is an input that an editor asks for: give it in the environment variable %s", whole, name)
			}
		}
		name = strings.TrimPrefix(name, "env:")
		if !validName().MatchString(name) {
			failed = fmt.Errorf("%s is not a variable that is known here", whole)
			return whole
		}
		value := f.env.getenv(name)
		if value != "" || hasFallback {
			return cmp.Or(value, fallback)
		}
		if failed == nil {
			failed = fmt.Errorf("%s: the environment variable %s is not set (${%s:-default} gives it a default)", whole, name, name)
		}
		return whole
	})
	return expanded, failed
}

var validName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`) })

// Plain blanks out comments and trailing commas, which editors allow in their
// JSON, so that every offset stays what it was.
func Plain(data []byte) []byte {
	out := append([]byte(nil), data...)
	comma := -1 // of a comma that nothing has followed yet
	for i := 0; i < len(out); i++ {
		switch c := out[i]; {
		case c == '"':
			comma = -1
			for i++; i < len(out) && out[i] != '"'; i++ {
				if out[i] == '\\' {
					i++
				}
			}
		case c == '/' && i+1 < len(out) && out[i+1] == '/':
			for ; i < len(out) && out[i] != '\n'; i++ {
				out[i] = ' '
			}
		case c == '/' && i+1 < len(out) && out[i+1] == '*':
			out[i], out[i+1] = ' ', ' '
			for i += 2; i < len(out); i++ {
				if out[i] == '*' && i+1 < len(out) && out[i+1] == '/' {
					out[i], out[i+1] = ' ', ' '
					i++
					break
				}
				if out[i] != '\n' {
					out[i] = ' '
				}
			}
		case c == ',':
			comma = i
		case c == '}' || c == ']':
			if comma >= 0 {
				out[comma] = ' '
			}
			comma = -1
		case c != ' ' && c != '\t' && c != '\n' && c != '\r':
			comma = -1
		}
	}
	return out
}
