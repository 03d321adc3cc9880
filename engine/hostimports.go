package engine

import (
	"fmt"
	"slices"
	"strings"
)

var (
	importDeclaration = pattern(`^(?:\s|//[^\n]*\n|/\*(?s:.*?)\*/)*(import(?:\s+([\w$]+)(?:\s+|\s*,\s*\{([^{}]*)\}\s*)|\s*\{([^{}]*)\}\s*)from\s*(?:"([\w:/.-]+)"|'([\w:/.-]+)'))[ \t]*(?:;|\r?\n|$)`)
	importedName      = pattern(`^([\w$]+)(?:\s+as\s+([\w$]+))?$`)
)

// hostImports takes the import declarations of host modules that a source begins
// with out of it, and gives statements that do the same, on one line. What it
// can't do it leaves there. The source keeps its lines and columns.
func hostImports(code string, modules []Module) (statements, rest string) {
	var done strings.Builder
	for {
		at := importDeclaration().FindStringSubmatchIndex(code)
		if at == nil {
			return statements, done.String() + code
		}
		group := func(i int) string { return code[max(0, at[2*i]):max(0, at[2*i+1])] }
		spec := group(5) + group(6)
		statement := hostImport(group(2), group(3)+group(4), at[6] >= 0 || at[8] >= 0, moduleOf(modules, spec), spec)
		if statement == "" {
			return statements, done.String() + code
		}
		statements += statement
		done.WriteString(code[:at[2]])
		done.WriteString(strings.Map(func(r rune) rune {
			if r == '\n' || r == '\r' {
				return r
			}
			return ' '
		}, group(1)))
		code = code[at[3]:]
		if strings.HasPrefix(strings.TrimLeft(code, " \t"), ";") {
			done.WriteString(code[:strings.IndexByte(code, ';')+1])
			code = code[strings.IndexByte(code, ';')+1:]
		}
	}
}

// hostImport is the statement for one declaration, "" where esbuild must judge.
func hostImport(all, names string, named bool, m *Module, spec string) string {
	if m == nil {
		return ""
	}
	host := fmt.Sprintf("__mcpjs.host(%q)", spec)
	bindings := []string{}
	if all != "" {
		bindings = append(bindings, all+"="+host)
		host = all
	}
	if named {
		members := []string{}
		for name := range strings.SplitSeq(strings.TrimSuffix(strings.TrimSpace(names), ","), ",") {
			parts := importedName().FindStringSubmatch(strings.TrimSpace(name))
			if parts == nil || parts[1] == "default" || m.Exports != nil && !slices.Contains(m.Exports(), parts[1]) {
				return ""
			}
			if parts[2] != "" {
				parts[1] += ":" + parts[2]
			}
			members = append(members, parts[1])
		}
		bindings = append(bindings, "{"+strings.Join(members, ",")+"}="+host)
	}
	return "const " + strings.Join(bindings, ",") + ";"
}

// moduleOf is the host module of a name, with or without "node:".
func moduleOf(modules []Module, name string) *Module {
	for i := range modules {
		m := &modules[i]
		if m.Load != nil && (m.Name == name || m.Node && "node:"+m.Name == name) {
			return m
		}
	}
	return nil
}
