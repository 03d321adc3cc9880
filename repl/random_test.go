package repl_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestRandomKeys types at random, in a binary with the race detector, for
// MCPJS_RANDOM_KEYS (4s where it is not set), while output comes: nothing
// races, crashes or hangs.
func TestRandomKeys(t *testing.T) {
	span := 4 * time.Second
	if given := os.Getenv("MCPJS_RANDOM_KEYS"); given != "" {
		var err error
		if span, err = time.ParseDuration(given); err != nil {
			t.Fatal(err)
		}
	} else if testing.Short() {
		t.Skip("builds a binary with the race detector")
	}
	bin, err := raceBinary()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	log := filepath.Join(dir, "race")
	x := openBinary(t, bin, dir, []string{"GORACE=log_path=" + log + " exitcode=66"}, "repl", "demo").shows("connected demo")
	x.enter(`setInterval(() => { console.log("tick"); process.stdout?.write("part") }, 40)`)
	x.enter(`setInterval(() => { demo.tools.countdown({ steps: 3, delayMs: 20 }).catch(() => {}) }, 100)`)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, seed))
	pieces := []string{"demo.", "tools.", "ad", "({ ", "a: 1", ", ", "})", "await ", "'日本'", "👍🏽", "`x${", "}`", "[1, 2]", "function f() {", "}", " ",
		".tools", ".tool add", ".servers", ".help", ".history", "demo.callTool(\"", "/re/", "// c", "x = ", "\n", "\n", "\n", "import { x } from 'mcp'",
		"\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[H", "\x1b[F", "\x1b[3~", "\x1b[1;5D", "\x1b[1;5C", "\x1b[Z", "\x1bb", "\x1bf", "\x1bd", "\x1b\x7f", "\x1b\r",
		"\x1b[200~pasted\nlines\n\x1b[201~", "\x1b", "\x1b[", "\x01", "\x02", "\x03", "\x05", "\x06", "\x07", "\x08", "\t", "\t", "\t", "\x0b", "\x0c", "\x0e", "\x10",
		"\x12", "\x13", "\x14", "\x15", "\x17", "\x19", "\x1f", "\x7f"}
	var typed []string
	for end := time.Now().Add(span); time.Now().Before(end); {
		args := []string{"send-keys", "-H"}
		for range 1 + r.IntN(6) {
			piece := pieces[r.IntN(len(pieces))]
			if piece == "\x03" {
				piece += "z" // two presses at an empty prompt would leave
			}
			typed = append(typed, piece)
			for _, b := range []byte(piece) {
				args = append(args, fmt.Sprintf("%02x", b))
			}
		}
		if _, err := x.tmux(args...); err != nil {
			t.Fatalf("%v; typed last: %q", err, typed[max(0, len(typed)-40):])
		}
		if len(typed) > 4000 {
			typed = append([]string(nil), typed[3800:]...)
			if left := x.screen(); strings.Contains(left, "[exit ") || strings.Contains(left, "Pane is dead") {
				t.Fatalf("it left; typed last: %q; the screen shows\n%s", typed, left)
			}
		}
		if _, err := x.tmux("send-keys", "-l", "z"); err != nil {
			t.Fatal(err)
		}
		if r.IntN(20) == 0 {
			x.tmux("resize-window", "-x", fmt.Sprint(30+r.IntN(90)), "-y", fmt.Sprint(8+r.IntN(30)))
		}
	}
	x.tmux("resize-window", "-x", "100", "-y", "30")
	x.keys("Escape")
	x.typing("z").keys("C-c").typing("z").keys("C-c").enter(" 'still ' + 'here'").shows("still here")
	if races, _ := filepath.Glob(log + "*"); len(races) > 0 {
		text, _ := os.ReadFile(races[0])
		t.Errorf("%s", text)
	}
}
