package stdlib

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mcpjs/engine"
)

// TestWatchTellsWhatToUse: a package that can watch files may be imported, and
// where it does the error says what there is instead.
func TestWatchTellsWhatToUse(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.mjs")
	code := `import fs, { watch, watchFile } from "fs"; import { watch as events } from "fs/promises";
		for (const f of [() => watch("."), () => watchFile(".", () => {}), () => events("."), () => fs.watch(".")])
			try { f() } catch (e) { console.log(e.code, e.message.split(": ")[0]) }
		try { watch(".") } catch (e) { console.log(e.message) }`
	if err := os.WriteFile(file, []byte(code), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	rt, err := runSpec(t, file, engine.Options{Stdout: &out, Stderr: &out, Stdin: strings.NewReader("")})
	if err != nil {
		t.Fatal(rt.Report(err, "", false))
	}
	const prefix = "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM fs."
	want := prefix + "watch is not available in mcpjs\n" + prefix + "watchFile is not available in mcpjs\n" +
		prefix + "promises.watch is not available in mcpjs\n" + prefix + "watch is not available in mcpjs\n" +
		`fs.watch is not available in mcpjs: "mcpjs watch" runs a script again when its files change; to look at a file now and then, use setInterval and fs.stat` + "\n"
	if out.String() != want {
		t.Errorf("got %s", &out)
	}
}
