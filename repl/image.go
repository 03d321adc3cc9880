package repl

import (
	"encoding/base64"
	"fmt"
	"os"
	"strings"

	"mcpjs/engine"
)

// Images that a tool gave are shown in the line on terminals that can: those
// of iTerm2's protocol and of kitty's. What is written there is base64 of our
// own making, so that no byte of the server's reaches the terminal as it came.

type imageProtocol int

const (
	noImages imageProtocol = iota
	iterm
	kitty
)

// imagesOf tells what images the terminal understands, by its environment.
func imagesOf(getenv func(string) string) imageProtocol {
	switch program := getenv("TERM_PROGRAM"); {
	case getenv("TMUX") != "" || strings.HasPrefix(getenv("TERM"), "screen"):
		return noImages // they would be swallowed on the way
	case getenv("KITTY_WINDOW_ID") != "" || getenv("TERM") == "xterm-kitty" || program == "ghostty":
		return kitty
	case program == "iTerm.app" || program == "WezTerm" || program == "mintty":
		return iterm
	}
	return noImages
}

const mostImage = 4 << 20 // bytes of an image that is shown in the line

// images are the pictures of a tool's result, as the terminal wants them.
// Loop only.
func (s *Session) images(v engine.Value) string {
	protocol := noImages
	if s.interactive && !s.screen.plain && s.color {
		protocol = imagesOf(os.Getenv)
	}
	if protocol == noImages {
		return ""
	}
	content, ok := s.rt.Peek(v, "content")
	if !ok || !engine.IsArray(content) {
		return ""
	}
	var b strings.Builder
	list := content.(*engine.Object)
	for i := range min(int(list.Get("length").ToInteger()), 20) {
		block, ok := s.element(list, i)
		if !ok {
			continue
		}
		text := func(name string) string {
			v, _ := s.rt.OwnData(block, name)
			t, _ := engine.AsString(v)
			return t
		}
		data := text("data")
		if text("type") != "image" || len(data) > mostImage*4/3 {
			continue
		}
		raw, err := base64.StdEncoding.DecodeString(data)
		if err != nil || len(raw) == 0 {
			continue
		}
		b.WriteString(inline(protocol, raw) + "\n")
	}
	return b.String()
}

// inline is an image in the terminal's own words; "" for one that it can't
// show.
func inline(protocol imageProtocol, raw []byte) string {
	data := base64.StdEncoding.EncodeToString(raw)
	if protocol == iterm {
		return fmt.Sprintf("\x1b]1337;File=inline=1;size=%d:%s\a", len(raw), data)
	}
	if !strings.HasPrefix(string(raw), "\x89PNG") {
		return "" // kitty decodes nothing else
	}
	var b strings.Builder
	const chunk = 4096
	control := "f=100,a=T,"
	for {
		part := data[:min(chunk, len(data))]
		data = data[len(part):]
		more := 0
		if data != "" {
			more = 1
		}
		fmt.Fprintf(&b, "\x1b_G%sm=%d;%s\x1b\\", control, more, part)
		control = ""
		if more == 0 {
			return b.String()
		}
	}
}
