package engine

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/dop251/goja"
)

// Report words, for people, how a run ended: a code frame of the user's own
// source, the error with its stack, its further properties and its causes. It
// ends in a newline. dir shortens paths below it; color allows colours. Loop
// only, after Run has returned.
func (rt *Runtime) Report(err error, dir string, color bool) string {
	r := reporter{rt: rt, dir: dir, color: color}
	var (
		uncaught  *UncaughtError
		unsettled *UnsettledError
		syntax    *SyntaxError
		timeout   *TimeoutError
	)
	switch {
	case errors.As(err, &uncaught):
		r.uncaught(uncaught)
	case errors.As(err, &unsettled):
		r.unsettled(unsettled)
	case errors.As(err, &syntax):
		r.out.WriteString(syntax.Text + "\n")
	case errors.As(err, &timeout):
		r.printf("%s\n", r.red("Error: "+timeout.Error()))
	default:
		r.printf("%s\n", r.red("Error: "+err.Error()))
	}
	return r.out.String()
}

type reporter struct {
	rt    *Runtime
	dir   string
	color bool
	out   strings.Builder
}

func (r *reporter) printf(format string, args ...any) { fmt.Fprintf(&r.out, format, args...) }

func (r *reporter) paint(code, s string) string {
	if !r.color {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}
func (r *reporter) red(s string) string { return r.paint("31", s) }
func (r *reporter) dim(s string) string { return r.paint("2", s) }

func (r *reporter) uncaught(e *UncaughtError) {
	o, isObject := e.Value.(*goja.Object)
	if !isObject || !r.rt.isError(o) {
		what := "Uncaught"
		if e.Promise {
			what = "Unhandled rejection"
		}
		r.printf("%s %s\n", r.red(what), r.rt.Inspect(e.Value, InspectOptions{Colors: r.color}))
		return
	}
	r.frame(r.places(o))
	if e.Promise {
		r.printf("%s\n", r.dim("A promise was rejected and nothing handles it (no await, no catch):"))
	}
	r.error(o, "", map[*goja.Object]bool{})
}

// error prints an error's first line, its stack, its properties and its causes.
func (r *reporter) error(o *goja.Object, indent string, seen map[*goja.Object]bool) {
	if seen[o] {
		r.printf("%s[circular]\n", indent)
		return
	}
	seen[o] = true
	head := r.rt.header(o)
	stack := r.rt.normalizeStack(r.rt.dataString(o, "stack"))
	if i := strings.Index(stack, "\n    at "); i >= 0 {
		stack = stack[i+1:]
	} else {
		stack = ""
	}
	lines := strings.Split(printable(head), "\n")
	r.printf("%s%s\n", indent, r.red(lines[0]))
	for _, l := range lines[1:] {
		r.printf("%s%s\n", indent, l)
	}
	for _, l := range strings.Split(stack, "\n") {
		if l != "" {
			r.printf("%s%s\n", indent, r.dim(r.shorten(l)))
		}
	}
	for _, name := range o.Keys() {
		switch name {
		case "stack", "message", "name", "cause", "errors":
			continue
		}
		v := r.rt.data(o, name)
		if v == nil || goja.IsUndefined(v) || goja.IsNull(v) {
			continue
		}
		if list, ok := r.textLines(v); ok {
			r.printf("%s  %s:\n", indent, name)
			for _, l := range list {
				r.printf("%s    %s\n", indent, printable(l))
			}
			continue
		}
		text := r.rt.Inspect(v, InspectOptions{Colors: r.color, Depth: 4})
		if s, ok := v.(goja.String); ok && name == "hint" {
			text = printable(s.String())
		}
		r.printf("%s  %s: %s\n", indent, name, strings.ReplaceAll(text, "\n", "\n"+indent+"  "))
	}
	if cause := r.rt.data(o, "cause"); cause != nil && !goja.IsUndefined(cause) {
		r.cause("[cause]: ", cause, indent+"  ", seen)
	}
	if errs, ok := r.rt.data(o, "errors").(*goja.Object); ok && errs.ClassName() == "Array" {
		for i := range min(int(errs.Get("length").ToInteger()), 20) {
			r.cause(fmt.Sprintf("[error %d]: ", i+1), errs.Get(fmt.Sprint(i)), indent+"  ", seen)
		}
	}
}

func (r *reporter) cause(label string, v Value, indent string, seen map[*goja.Object]bool) {
	r.printf("%s%s", indent, r.dim(label))
	if o, ok := v.(*goja.Object); ok && r.rt.isError(o) {
		var inner reporter
		inner = reporter{rt: r.rt, dir: r.dir, color: r.color}
		inner.error(o, indent, seen)
		r.out.WriteString(strings.TrimPrefix(inner.out.String(), indent))
		return
	}
	r.printf("%s\n", r.rt.Inspect(v, InspectOptions{Colors: r.color}))
}

// textLines gives an array of strings, such as the last lines of a server's
// stderr, to be shown as lines.
func (r *reporter) textLines(v Value) ([]string, bool) {
	o, ok := v.(*goja.Object)
	if !ok || o.ClassName() != "Array" {
		return nil, false
	}
	n := int(o.Get("length").ToInteger())
	lines := make([]string, 0, n)
	for i := range n {
		s, ok := o.Get(fmt.Sprint(i)).(goja.String)
		if !ok {
			return nil, false
		}
		lines = append(lines, s.String())
	}
	return lines, n > 0
}

// places are the positions in an error's stack, innermost first.
func (r *reporter) places(o *goja.Object) []Position {
	var out []Position
	_, frames, _ := strings.Cut(r.rt.normalizeStack(r.rt.dataString(o, "stack")), "\n    at ")
	for _, line := range strings.Split(frames, "\n    at ") {
		if p, ok := parseFrame(line); ok {
			out = append(out, p)
		}
	}
	return out
}

func (r *reporter) unsettled(e *UnsettledError) {
	r.frame([]Position{e.At})
	r.printf("%s\n", r.red("Error: top-level await never settled"))
	r.printf("Nothing is pending any more, but the script still waits")
	if e.At.Line == 0 {
		r.printf(" for a promise that nobody resolves.\n")
		return
	}
	r.printf(":\n%s\n", r.dim(r.shorten("    at "+e.At.String())))
}

// frame shows the lines around the first place that the user wrote: one
// outside node_modules, where there is one.
func (r *reporter) frame(places []Position) {
	var at *Position
	for i := range places {
		if at == nil || strings.Contains(at.File, "node_modules") && !strings.Contains(places[i].File, "node_modules") {
			at = &places[i]
		}
	}
	if at == nil {
		return
	}
	text, ok := r.rt.sourceText(at.File)
	if !ok {
		return
	}
	lines := strings.Split(text, "\n")
	if at.Line > len(lines) {
		return
	}
	r.printf("%s\n", r.dim(r.shorten(fmt.Sprintf("%s:%d:%d", at.File, at.Line, at.Col))))
	first, last := max(1, at.Line-2), min(len(lines), at.Line+1)
	width := len(fmt.Sprint(last))
	for n := first; n <= last; n++ {
		line := strings.TrimRight(lines[n-1], "\r")
		if n == last && n > at.Line && strings.TrimSpace(line) == "" {
			continue
		}
		col := at.Col
		line, col = window(line, col)
		if n != at.Line {
			r.printf("%s\n", r.dim(fmt.Sprintf("  %*d | %s", width, n, printable(line))))
			continue
		}
		r.printf("%s %*d | %s\n", r.red(">"), width, n, printable(line))
		pad := strings.Map(func(c rune) rune {
			if c == '\t' {
				return c
			}
			return ' '
		}, prefix(line, col-1))
		r.printf("  %*s | %s%s\n", width, "", pad, r.red("^"))
	}
	r.printf("\n")
}

// window cuts a very long line around a column.
func window(line string, col int) (string, int) {
	runes := []rune(line)
	const most = 160
	if len(runes) <= most {
		return line, col
	}
	from := max(0, min(col-most/2, len(runes)-most))
	return string(runes[from : from+most]), col - from
}

func prefix(s string, n int) string {
	runes := []rune(s)
	return string(runes[:max(0, min(n, len(runes)))])
}

// shorten makes a path below the working directory relative.
func (r *reporter) shorten(s string) string {
	if r.dir == "" || r.dir == string(filepath.Separator) {
		return s
	}
	return strings.ReplaceAll(s, r.dir+string(filepath.Separator), "")
}

var controls = pattern("[\x00-\x08\x0b-\x1f\x7f\u0080-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

// printable escapes the control characters of text that somebody else wrote,
// so that it can't drive the terminal; tabs and newlines stay.
func printable(s string) string {
	return controls().ReplaceAllStringFunc(s, func(c string) string {
		return fmt.Sprintf(`\u%04x`, []rune(c)[0])
	})
}

// Printable is text of a server's or another stranger's, fit for a terminal:
// control characters but tab and newline, and marks that reorder text, are
// shown as escapes.
func Printable(s string) string { return printable(s) }
