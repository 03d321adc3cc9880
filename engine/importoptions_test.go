package engine

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestImportOptions: the options that import() can't take are refused where
// they stand.
func TestImportOptions(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "w.json"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	for code, fine := range map[string]bool{
		`await import("./w.json", { with: { type: "json" } },)`:                   true,
		`const f = (x) => import(x, { with: { type: "json" } }); f("./w.json")`:   true,
		`const f = (x) => import(x, {}); f("./w.json")`:                           false,
		`const f = (x, o) => import(x, o); f("./w.json")`:                         false,
		`const f = (x) => import(x, opts()); function opts() {}; f("./w.json")`:   false,
		`const f = (x, type) => import(x, { with: { type } }); f("./w.json", "")`: false,
	} {
		_, err := Compile(Source{Name: "[test]", Code: code, Dir: dir}, CompileOptions{})
		var refused *SyntaxError
		if fine && err != nil || !fine && (!errors.As(err, &refused) || refused.Line != 1 ||
			!strings.HasPrefix(refused.Message, "import() takes no options here") || strings.Count(refused.Text, "[ERROR]") != 1) {
			t.Errorf("%s: %v", code, err)
		}
	}
}
