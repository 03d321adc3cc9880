package stdlib

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"mcpjs/engine"
)

// TestExports compares exports.txt, which says what import declarations find,
// with what the modules have: -update writes it.
func TestExports(t *testing.T) {
	rt := engine.New(engine.Options{Modules: Modules(), Stdin: strings.NewReader("")})
	defer rt.Close()
	var lines []string
	for _, m := range rt.Modules {
		if m.Load == nil {
			continue
		}
		exports, err := rt.Import(m.Name)
		if err != nil {
			t.Fatal(err)
		}
		_, isFunction := engine.Function(exports)
		names := slices.DeleteFunc(exports.GetOwnPropertyNames(), func(name string) bool {
			return isFunction && slices.Contains([]string{"length", "name", "prototype", "arguments", "caller"}, name) ||
				name == "default" || !identifier().MatchString(name)
		})
		slices.Sort(names)
		lines = append(lines, fmt.Sprintf("%s: %s\n", m.Name, strings.Join(names, " ")))
	}
	slices.Sort(lines)
	text := strings.Join(lines, "")
	if *update {
		if err := os.WriteFile("exports.txt", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if text != exportsText {
		t.Error("exports.txt is not what the modules export: go test ./stdlib -run TestExports -update")
	}
}

var identifier = engine.Pattern(`^[A-Za-z_$][\w$]*$`)
