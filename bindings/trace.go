package bindings

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"mcpjs/bindings/session"
	"mcpjs/engine"
)

// Tracer and TraceEvent are a session's.
type (
	Tracer     = session.Tracer
	TraceEvent = session.TraceEvent
)

// TraceTo writes every message of every client to w, each cut to what is
// readable unless whole. w gets one Write a message, from many goroutines.
func TraceTo(t *Tracer, w io.Writer, color, whole bool) {
	t.Listen(func(e TraceEvent) {
		text, _ := TraceText(e, TraceStyle{Color: color, Width: 100, Whole: whole})
		io.WriteString(w, text)
	})
}

// TraceStyle says how a message is shown.
type TraceStyle struct {
	Color bool
	// Width is how many columns there are.
	Width int
	// Name, where set, stands for the server's.
	Name string
	// Whole cuts nothing.
	Whole bool
}

const (
	traceLines  = 24  // of a message, before it is cut
	traceString = 300 // characters of one of its strings
	traceWord   = 60  // of one that is no text, such as base64
)

// TraceText is a message for people: a line that says when, which way, with
// which server and what, and below it the body, cut where it is long. Secrets
// are masked and control characters escaped. cut tells that something was left
// out.
func TraceText(e TraceEvent, style TraceStyle) (text string, cut bool) {
	paint := func(code, s string) string {
		if !style.Color || s == "" {
			return s
		}
		return "\x1b[" + code + "m" + s + "\x1b[0m"
	}
	arrow := paint("36", "→")
	if !e.Sent {
		arrow = paint("32", "←")
	}
	name := e.Server
	if style.Name != "" {
		name = style.Name
	}
	head := fmt.Sprintf("%s %s %s %s", paint("2", e.Time.Format("15:04:05.000")), arrow, engine.Printable(firstWords(name)), paint("1", engine.Printable(e.Method)))
	if e.ID != "" {
		head += paint("2", " #"+engine.Printable(strings.Trim(e.ID, `"`)))
	}
	if e.Answer {
		head += paint("2", " "+traceDuration(e.Took))
	}
	switch {
	case e.Err != nil:
		head += " " + paint("31", "failed: "+engine.Printable(maskText(e.Err.Error())))
	case e.Failed:
		head += " " + paint("31", "error")
	}
	var b strings.Builder
	b.WriteString(head + "\n")
	p := wireText{width: max(style.Width, 40) - 2, whole: style.Whole}
	lines := p.lines(e.Body)
	cut = p.cut
	if over := len(lines) - traceLines; over > 4 && !style.Whole {
		cut = true
		lines = append(lines[:traceLines:traceLines], fmt.Sprintf("… %d lines more", over))
	}
	for _, l := range lines {
		b.WriteString(paint("2", "  "+l) + "\n")
	}
	return b.String(), cut
}

func firstWords(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:39]) + "…"
	}
	return s
}

func traceDuration(d time.Duration) string {
	if d < 10*time.Millisecond {
		return d.Round(10 * time.Microsecond).String()
	}
	return d.Round(100 * time.Microsecond).String()
}

// wireText lays JSON out: what fits into a line stands in one.
type wireText struct {
	d     *json.Decoder
	width int
	whole bool
	cut   bool
}

func (p *wireText) lines(raw json.RawMessage) []string {
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	p.d = json.NewDecoder(bytes.NewReader(raw))
	p.d.UseNumber()
	lines, err := p.value("", 0)
	if err != nil {
		return strings.Split(engine.Printable(maskText(string(raw))), "\n")
	}
	return lines
}

const (
	traceDepth = 100 // what is nested deeper is shown as it is
	// ownMeta begins what every message says of its sender (2026-07-28).
	ownMeta = "io.modelcontextprotocol/"
)

func (p *wireText) value(key string, depth int) ([]string, error) {
	if depth > traceDepth {
		var raw json.RawMessage
		err := p.d.Decode(&raw)
		return []string{engine.Printable(maskText(string(raw)))}, err
	}
	t, err := p.d.Token()
	if err != nil {
		return nil, err
	}
	delim, ok := t.(json.Delim)
	if !ok {
		return []string{p.scalar(key, t)}, nil
	}
	var items [][]string
	room := p.width - 2*depth - 4
	total, hidden := 0, false
	for p.d.More() {
		name, label := key, ""
		if delim == '{' {
			k, err := p.d.Token()
			if err != nil {
				return nil, err
			}
			name, _ = k.(string)
			label = wireString(name) + ": "
		}
		item, err := p.value(name, depth+1)
		if err != nil {
			return nil, err
		}
		if key == "_meta" && depth == 1 && !p.whole && strings.HasPrefix(name, ownMeta) {
			hidden = true
			continue
		}
		item[0] = label + item[0]
		items = append(items, item)
		if total += engine.Columns(item[0]) + 2; len(item) > 1 {
			total = room + 1
		}
	}
	if _, err := p.d.Token(); err != nil {
		return nil, err
	}
	if hidden {
		p.cut = true
		items = append(items, []string{"…"})
	}
	first, last, space := "{", "}", " "
	if delim == '[' {
		first, last, space = "[", "]", ""
	}
	if len(items) == 0 {
		return []string{first + last}, nil
	}
	if total <= room {
		parts := make([]string, len(items))
		for i, item := range items {
			parts[i] = item[0]
		}
		return []string{first + space + strings.Join(parts, ", ") + space + last}, nil
	}
	lines := []string{first}
	for i, item := range items {
		if i < len(items)-1 {
			item[len(item)-1] += ","
		}
		for _, l := range item {
			lines = append(lines, "  "+l)
		}
	}
	return append(lines, last), nil
}

func (p *wireText) scalar(key string, t json.Token) string {
	switch t := t.(type) {
	case string:
		if isSecret(key) && t != "" {
			return `"***"`
		}
		t = maskText(t)
		most := traceString
		if len(t) > traceWord && !strings.ContainsAny(t[:traceWord], " \n\"<") {
			most = traceWord
		}
		if r := []rune(t); len(r) > most*5/4 && !p.whole {
			p.cut = true
			return wireString(string(r[:most])) + fmt.Sprintf("… %d characters more", len(r)-most)
		}
		return wireString(t)
	case nil:
		return "null"
	}
	return fmt.Sprint(t)
}

// wireString is a JSON string without escapes that only HTML needs.
func wireString(s string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s)
	return engine.Printable(strings.TrimRight(b.String(), "\n"))
}

var (
	secretKey  = engine.Pattern(`(?i)^(proxy-)?authorization$|password|passwd|passphrase|secret|cookie|credential|api[-_]?key|private[-_]?key|^jwt$|^(.*[-_a-z])?token$`)
	noSecret   = engine.Pattern(`(?i)^(progress|page|continuation)_?token$`)
	bearer     = engine.Pattern(`(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}`)
	queryParts = engine.Pattern(`(?i)([?&](?:access_token|refresh_token|id_token|token|api_?key|client_secret|code|password)=)[^&\s"']+`)
)

// isSecret tells whether a member of this name holds what nobody should read.
func isSecret(key string) bool {
	return secretKey().MatchString(key) && !noSecret().MatchString(key)
}

// maskText takes credentials out of a text.
func maskText(s string) string {
	if len(s) < 8 {
		return s
	}
	return queryParts().ReplaceAllString(bearer().ReplaceAllString(s, "$1 ***"), "$1***")
}
