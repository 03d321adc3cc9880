package repl

import (
	"strings"
	"testing"
)

func TestInlineImages(t *testing.T) {
	env := func(pairs ...string) func(string) string {
		return func(name string) string {
			for i := 0; i < len(pairs); i += 2 {
				if pairs[i] == name {
					return pairs[i+1]
				}
			}
			return ""
		}
	}
	for want, get := range map[imageProtocol]func(string) string{
		iterm: env("TERM_PROGRAM", "iTerm.app"), kitty: env("KITTY_WINDOW_ID", "1"),
		noImages: env("TERM_PROGRAM", "iTerm.app", "TMUX", "/tmp/x"),
	} {
		if got := imagesOf(get); got != want {
			t.Errorf("gave %d, want %d", got, want)
		}
	}
	png := []byte("\x89PNG" + strings.Repeat("x", 5000))
	if got := inline(iterm, png); !strings.HasPrefix(got, "\x1b]1337;File=inline=1;size=5004:") || !strings.HasSuffix(got, "\a") {
		t.Errorf("%.60q", got)
	}
	if got := inline(kitty, png); strings.Count(got, "\x1b_G") != 2 || !strings.Contains(got, "\x1b_Gf=100,a=T,m=1;") || !strings.Contains(got, "\x1b_Gm=0;") {
		t.Errorf("%.60q", got)
	}
	if got := inline(kitty, []byte("GIF")); got != "" {
		t.Errorf("%q", got)
	}
}
