package engine

import (
	"strings"
	"unicode"

	"github.com/dop251/goja"
)

// failure shows an error: its stack, or its name and message in brackets if it has none. Properties
// that the stack already shows are taken off d.keys, cause and errors are put there. Unlike node's,
// control characters are escaped: messages may come from servers.
func (p *printer) failure(d *described) string {
	in := p.in
	read := func(name string) goja.Value {
		prop, _ := in.lookup(d.links, in.vm.ToValue(name))
		return prop.value
	}
	text := func(name, otherwise string) string {
		if s, ok := read(name).(goja.String); ok {
			return wtf8(s)
		}
		return otherwise
	}
	stack := p.stack(d.Object, d.links)

	var keys []goja.Value
	listed := map[string]bool{}
	for _, key := range d.keys {
		name, isString := key.(goja.String)
		if !isString {
			keys = append(keys, key)
			continue
		}
		switch s := name.String(); s {
		case "name", "message", "stack":
			if shown, ok := read(s).(goja.String); ok && !p.opts.ShowHidden && strings.Contains(stack, wtf8(shown)) {
				continue
			}
			fallthrough
		default:
			listed[s] = true
			keys = append(keys, key)
		}
	}
	if cause, _ := in.lookup(d.links, in.vm.ToValue("cause")); cause.found && !listed["cause"] {
		keys = append(keys, in.vm.ToValue("cause"))
	}
	if list := object(read("errors")); list != nil && !listed["errors"] {
		if list = target(list); list != nil && list.ClassName() == "Array" {
			keys = append(keys, in.vm.ToValue("errors"))
		}
	}
	d.keys = keys

	stack = visible(withClass(stack, text("name", "Error"), d))
	from := 0
	if message := visible(text("message", "")); message != "" {
		if i := strings.Index(stack, message); i >= 0 {
			from = i + len(message)
		}
	}
	if at := strings.Index(stack[from:], "\n    at"); at < 0 {
		stack = "[" + stack + "]"
	} else {
		at += from
		frames := strings.Split(stack[at+1:], "\n")
		if cause := object(read("cause")); cause != nil {
			if cause = target(cause); cause != nil {
				if links := chain(cause); p.kind(cause, links) == kindError {
					frames = p.withoutShared(frames, p.stack(cause, links))
				}
			}
		}
		stack = stack[:at+1] + strings.Join(frames, "\n")
	}
	if p.indent > 0 {
		stack = strings.ReplaceAll(stack, "\n", "\n"+strings.Repeat(" ", p.indent))
	}
	return stack
}

// visible is s with its control characters escaped, but for line feeds and tabs.
func visible(s string) string {
	hidden := func(r rune) bool { return r != '\n' && r != '\t' && unicode.IsControl(r) }
	if strings.IndexFunc(s, hidden) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if hidden(r) {
			b.WriteString(escape(string(r), 0))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// stack is the error's stack in node's form.
func (p *printer) stack(o *goja.Object, links []*goja.Object) string {
	in := p.in
	if p.opts.Stack != nil {
		var text string
		if in.try(func() { text = p.opts.Stack(o) }) == nil && text != "" {
			return text
		}
	}
	var own property
	_ = in.try(func() { own, _ = in.lookup(links, in.vm.ToValue("stack")) })
	if s, ok := own.value.(goja.String); ok && s.Length() > 0 {
		return nodeStack(wtf8(s))
	}
	read := func(name, otherwise string) string {
		prop, _ := in.lookup(links, in.vm.ToValue(name))
		if s, ok := prop.value.(goja.String); ok {
			return wtf8(s)
		}
		return otherwise
	}
	name, message := read("name", "Error"), read("message", "")
	if name == "" || message == "" {
		return name + message
	}
	return name + ": " + message
}

var (
	gojaFrame = pattern(`^\tat (.*?)(:\d+:\d+)\(\d+\)(\)?)$`)
	errorHead = pattern(`^([A-Z][a-z_ A-Z0-9[\]()-]+)(?::|\n {4}at)|^([a-z_A-Z0-9-]*Error)$`)
)

// nodeStack brings goja's frames, "\tat f (file.js:1:20(4))", into node's form and drops those of
// functions written in Go.
func nodeStack(stack string) string {
	if !strings.Contains(stack, "\n\tat ") {
		return stack
	}
	lines := strings.Split(strings.TrimRight(stack, "\n"), "\n")
	kept := lines[:0]
	for _, line := range lines {
		if m := gojaFrame().FindStringSubmatch(line); m != nil {
			line = "    at " + m[1] + m[2] + m[3]
		} else if strings.HasPrefix(line, "\tat ") {
			continue
		}
		kept = append(kept, line)
	}
	return strings.Join(kept, "\n")
}

// withClass puts the name of the error's class into the head of its stack where it isn't there.
func withClass(stack, name string, d *described) string {
	length := len(name)
	regular := strings.HasSuffix(name, "Error") && strings.HasPrefix(stack, name) &&
		(len(stack) == length || stack[length] == ':' || stack[length] == '\n')
	if d.known && !regular {
		return stack
	}
	fallback := "Error"
	if !d.known {
		fallback = ""
		if m := errorHead().FindStringSubmatch(stack); m != nil {
			fallback = m[1] + m[2]
		}
		length = len(fallback)
		if fallback == "" {
			fallback = "Error"
		}
	}
	prefix := strings.TrimSuffix(d.prefix(fallback, ""), " ")
	switch {
	case name == prefix:
		return stack
	case !strings.Contains(prefix, name):
		return prefix + " [" + name + "]" + stack[length:]
	case length == 0:
		return prefix + ": " + stack
	}
	return prefix + stack[length:]
}

// withoutShared replaces the frames that an error shares with its cause, if they are many.
func (p *printer) withoutShared(frames []string, cause string) []string {
	at := strings.Index(cause, "\n    at")
	if at < 0 {
		return frames
	}
	others := strings.Split(cause[at+1:], "\n")
	for i := 0; i < len(frames)-3; i++ {
		for j, other := range others {
			if other != frames[i] {
				continue
			}
			n := 1
			for i+n < len(frames) && j+n < len(others) && frames[i+n] == others[j+n] {
				n++
			}
			if n > 3 {
				note := p.paint("    ... "+index(n-2)+" lines matching cause stack trace ...", styleUndefined)
				return append(append(append([]string{}, frames[:i+1]...), note), frames[i+n-1:]...)
			}
			break
		}
	}
	return frames
}
