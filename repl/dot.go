package repl

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"mcpjs/engine"
)

func itoa(n int) string { return strconv.Itoa(n) }

// dotCommand is a command of the session's own, which begins with a dot.
type dotCommand struct {
	name, args, help string
	run              func(s *Session, arg string) error
	complete         func(s *Session, arg string) []candidate
}

var dotPattern = engine.Pattern(`^\s*\.([a-z]\w*)?(\s|$)`)

// isDotCommand tells whether an input is one, rather than ".5" or a method
// call that goes on.
func isDotCommand(text string) bool { return dotPattern().MatchString(text) }

// commands are all of them, in the order of .help. A function, since .help
// names them all.
func commands() []dotCommand {
	return []dotCommand{
		{"connect", "TARGET | NAME=TARGET", "connect to a server; its client becomes a variable", (*Session).dotConnect, completeTarget},
		{"reconnect", "[SERVER]", "connect again, with the same client", (*Session).dotReconnect, completeServer},
		{"servers", "", "the servers of this session", (*Session).dotServers, nil},
		{"tools", "[SERVER] [WORD]", "the tools, or those that WORD appears in", dotList("tools/list"), completeServer},
		{"tool", "[SERVER] NAME", "a tool's signature, description, schema, and an example call", (*Session).dotTool, completeTool},
		{"resources", "[SERVER] [WORD]", "the resources and resource templates", dotList("resources/list", "resources/templates/list"), completeServer},
		{"prompts", "[SERVER] [WORD]", "the prompts", dotList("prompts/list"), completeServer},
		{"log", "[SERVER] LEVEL", "what servers are to log: debug, info, notice, warning, error …", (*Session).dotLog, completeLevel},
		{"trace", "[on|off|full] [SERVER]", "show every message to and from servers; full cuts none", (*Session).dotTrace, completeTrace},
		{"time", "[CODE]", "how long CODE takes; alone: of every input", (*Session).dotTime, nil},
		{"more", "", "all of the value that was cut", (*Session).dotMore, nil},
		{"save", "FILE", "write the session as a script", (*Session).dotSave, completeFile},
		{"load", "FILE", "run a file in the session", (*Session).dotLoad, completeFile},
		{"edit", "", "write an input in $EDITOR", (*Session).dotEdit, nil},
		{"types", "", "the declarations of the module mcp", (*Session).dotTypes, nil},
		{"history", "[WORD]", "what was entered", (*Session).dotHistory, nil},
		{"clear", "", "empty the screen", (*Session).dotClear, nil},
		{"help", "", "this list", (*Session).dotHelp, nil},
		{"exit", "", "leave; so do Ctrl-D, and Ctrl-C twice", func(*Session, string) error { return errStop }, nil},
	}
}

// dotCommand runs one. Front only.
func (s *Session) dotCommand(text string) error {
	name, arg, _ := strings.Cut(strings.TrimPrefix(text, "."), " ")
	name = strings.TrimSpace(name)
	all := commands()
	i := slices.IndexFunc(all, func(c dotCommand) bool { return c.name == name })
	if i < 0 {
		var matches []dotCommand
		for _, c := range all {
			if strings.HasPrefix(c.name, name) {
				matches = append(matches, c)
			}
		}
		if len(matches) != 1 {
			s.failed(1)
			fmt.Fprintf(s.diagnostics(), "there is no command .%s%s; .help lists them\n", engine.Printable(name), meantCommand(name, all, matches))
			return nil
		}
		i = slices.IndexFunc(all, func(c dotCommand) bool { return c.name == matches[0].name })
	}
	err := all[i].run(s, strings.TrimSpace(arg))
	if err != nil && err != errStop {
		s.failed(1)
		fmt.Fprintf(s.diagnostics(), ".%s: %v\n", all[i].name, err)
		return nil
	}
	return err
}

// meantCommand is `; did you mean .x?` for a command that isn't one.
func meantCommand(name string, all, begin []dotCommand) string {
	var names []string
	for _, c := range begin {
		names = append(names, "."+c.name)
	}
	if len(names) > 0 && name != "" {
		return "; there are " + strings.Join(names, ", ")
	}
	for _, c := range all {
		names = append(names, c.name)
	}
	if near, _ := engine.Nearest(name, names); near != "" {
		return "; did you mean ." + near + "?"
	}
	return ""
}

func (s *Session) dotHelp(string) error {
	var b strings.Builder
	for _, c := range commands() {
		fmt.Fprintf(&b, "%s %s\n", s.paint(styleCommand, fmt.Sprintf("%-31s", "."+c.name+" "+c.args)), c.help)
	}
	b.WriteString(s.dim(`_ is the last value, _error the last error. Tab completes, Ctrl-R searches the history,
Alt-Enter begins a new line, Ctrl-C ends a call. A line that begins with a space is not kept.`) + "\n")
	fmt.Fprint(s.output(), b.String())
	return nil
}

func (s *Session) dotClear(string) error {
	s.screen.clear()
	return nil
}

func (s *Session) dotConnect(arg string) error {
	if arg == "" {
		return errors.New(`to what? a command, a URL, a file, or "demo"`)
	}
	s.connect(parseTarget(arg))
	return nil
}

// pick takes a server's name off the front of arg; without one it is all
// servers.
func (s *Session) pick(arg string) (which []*server, rest string, err error) {
	first, rest, _ := strings.Cut(arg, " ")
	if srv := s.servers.byName(first); srv != nil {
		return []*server{srv}, strings.TrimSpace(rest), nil
	}
	for _, name := range s.servers.names() {
		if srv := s.servers.byName(name); !slices.Contains(which, srv) {
			which = append(which, srv)
		}
	}
	if len(which) == 0 {
		return nil, arg, errors.New("no server is connected; .connect TARGET connects one")
	}
	return which, arg, nil
}

func (s *Session) dotReconnect(arg string) error {
	var again []Target
	for name, t := range s.unreached {
		if arg == "" || arg == name {
			again = append(again, t)
		}
	}
	slices.SortFunc(again, func(a, b Target) int { return strings.Compare(a.Name, b.Name) })
	for _, t := range again {
		s.connect(t)
	}
	if arg != "" && len(again) > 0 || len(s.servers.names()) == 0 && len(again) > 0 {
		return nil
	}
	which, rest, err := s.pick(arg)
	if err != nil {
		return err
	}
	if rest != "" {
		return s.noServer(rest)
	}
	for _, srv := range which {
		if slices.ContainsFunc(again, func(t Target) bool { return s.servers.byName(t.Name) == srv }) {
			continue
		}
		s.run(func() (engine.Value, error) {
			if (len(which) > 1 || len(again) > 0) && s.connected(srv) {
				return engine.Undefined(), nil
			}
			p, resolve, reject := s.rt.VM().NewPromise()
			s.renew(srv, 0, func(v engine.Value, err error) {
				if err != nil {
					reject(s.rt.ErrorValue(err))
					return
				}
				resolve(v)
			})
			return s.rt.VM().ToValue(p), nil
		}, func(_ engine.Value, err error) {
			if err != nil {
				s.finishWith(err)
				return
			}
			srv.closed = false
			s.changed(srv, "tools/list", "prompts/list", "resources/list", "resources/templates/list")
			fmt.Fprintln(s.rt.Stdout, s.dim("connected "+srv.title()+": ")+s.clientLine(srv.object))
		})
	}
	return nil
}

// renew closes a client as often as it was connected, since each connect
// counts, and connects it. Loop only.
func (s *Session) renew(srv *server, closed int, then func(engine.Value, error)) {
	method, next := "connect", then
	if closed < 100 && s.connected(srv) {
		method, next = "close", func(engine.Value, error) { s.renew(srv, closed+1, then) }
	}
	v, err := s.call(srv.object, method)
	if err != nil {
		then(nil, err)
		return
	}
	s.rt.Await(v, next)
}

func (s *Session) connected(srv *server) bool {
	v, err := s.call(srv.object, "isConnected")
	return err == nil && v.ToBoolean()
}

// finishWith shows the error that ended a command. Loop only.
func (s *Session) finishWith(err error) {
	if errors.Is(err, engine.ErrInterrupted) {
		fmt.Fprintln(s.rt.Stderr, s.dim("Interrupted."))
		return
	}
	s.complain(s.rt.Uncaught(s.rt.ErrorValue(err)))
}

func (s *Session) dotServers(string) error {
	s.run(func() (engine.Value, error) {
		var rows [][]string
		for _, srv := range s.servers.all {
			state := "connected"
			if !s.connected(srv) {
				state = "not connected"
			}
			rows = append(rows, []string{cmp.Or(srv.name, "-"), state, s.clientLine(srv.object), srv.label})
		}
		if len(rows) == 0 {
			fmt.Fprintln(s.rt.Stdout, "no server is connected; .connect TARGET connects one")
			return nil, nil
		}
		t := table{[]string{"name", "state", "server", "target"}, rows}
		text, cut := s.grid(t)
		s.keepShown(cut, func() string { return s.blocks(t) })
		fmt.Fprintln(s.rt.Stdout, text)
		if cut && s.interactive {
			fmt.Fprintln(s.rt.Stdout, s.dim(moreHint))
		}
		return nil, nil
	}, func(_ engine.Value, err error) {
		if err != nil {
			s.finishWith(err)
		}
	})
	return nil
}

// dotList makes the command that shows lists.
func dotList(methods ...string) func(*Session, string) error {
	return func(s *Session, arg string) error {
		which, word, err := s.pick(arg)
		if err != nil {
			return err
		}
		var all []string
		anyCut := false
		for _, srv := range which {
			shown := 0
			for _, method := range methods {
				items, err := s.list(srv, method)
				if err != nil {
					break
				}
				items = slices.DeleteFunc(slices.Clone(items), func(it item) bool { return !it.mentions(word) })
				if len(items) == 0 {
					continue
				}
				if shown == 0 && len(which) > 1 {
					fmt.Fprintln(s.output(), s.dim(srv.title()))
					all = append(all, s.dim(srv.title()))
				}
				shown += len(items)
				t := itemTable(method, items)
				text, cut := s.grid(t)
				anyCut = anyCut || cut
				all = append(all, s.blocks(t))
				fmt.Fprintln(s.output(), text)
			}
			if shown == 0 {
				what, _, _ := strings.Cut(methods[0], "/")
				if word != "" {
					what += fmt.Sprintf(" with %q", word)
				}
				fmt.Fprintf(s.output(), "%s has no %s\n", engine.Printable(srv.title()), what)
			}
		}
		s.keepShown(anyCut, func() string { return strings.Join(all, "\n") })
		if anyCut && s.interactive {
			s.note(moreHint)
		}
		return nil
	}
}

// list asks a server for a list and waits for it; an error has been shown.
// Front only.
func (s *Session) list(srv *server, method string) (items []item, failed error) {
	s.run(func() (engine.Value, error) {
		p, resolve, reject := s.rt.VM().NewPromise()
		s.listed(srv, method, func(list []item, err error) {
			if err != nil {
				reject(s.rt.ErrorValue(err))
				return
			}
			items = list
			resolve(engine.Undefined())
		})
		return s.rt.VM().ToValue(p), nil
	}, func(_ engine.Value, err error) {
		if err != nil {
			failed = err
			s.finishWith(err)
		}
	})
	return items, failed
}

func (it *item) mentions(word string) bool {
	has := func(text string) bool { return strings.Contains(strings.ToLower(text), strings.ToLower(word)) }
	return has(it.Name) || has(it.Title) || has(it.Description) || has(it.URI) || has(it.URITemplate)
}

func (s *Session) dotTool(arg string) error {
	which, name, err := s.pick(arg)
	if err != nil {
		return err
	}
	if name == "" {
		return errors.New("which tool? .tools lists them")
	}
	var names, known []string
	for _, srv := range which {
		if _, known := srv.known("tools/list"); !known {
			if _, err := s.list(srv, "tools/list"); err != nil {
				return nil
			}
		}
		if it := srv.tool(name); it != nil {
			fmt.Fprint(s.output(), s.describeTool(srv, it))
			return nil
		}
		items, _ := srv.known("tools/list")
		for _, it := range items {
			known = append(known, it.Name)
			if it.mentions(name) && len(names) < 8 {
				names = append(names, it.Name)
			}
		}
	}
	hint := ""
	if near, _ := engine.Nearest(name, known); near != "" {
		hint = fmt.Sprintf("; did you mean %q?", near)
	} else if len(names) > 0 {
		hint = "; there are " + strings.Join(names, ", ")
	}
	return fmt.Errorf("there is no tool %q%s", name, hint)
}

func (s *Session) describeTool(srv *server, it *item) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	safe := engine.Printable
	line("%s", s.paint(styleCommand, safe(it.signature())))
	if it.Title != "" && it.Title != it.Name {
		line("%s", safe(it.Title))
	}
	if it.Description != "" {
		line("%s", safe(strings.TrimSpace(it.Description)))
	}
	in := parseSchema(it.InputSchema)
	if len(in.properties) > 0 {
		var rows [][]string
		for _, p := range in.properties {
			required := ""
			if p.required {
				required = "required"
			}
			about := p.schema.Description
			if p.schema.Default != nil {
				about = strings.TrimSpace(about + " (default " + string(p.schema.Default) + ")")
			}
			rows = append(rows, []string{p.name, p.schema.typeText(1), required, about})
		}
		text, _ := s.grid(table{[]string{"argument", "type", "", "description"}, rows}) // the schema below has all
		line("%s", text)
	}
	for _, part := range []struct {
		title string
		raw   json.RawMessage
	}{{"input schema", it.InputSchema}, {"output schema", it.Output}, {"annotations", it.Annotations}} {
		if len(part.raw) == 0 || string(part.raw) == "null" {
			continue
		}
		var out bytes.Buffer
		if json.Indent(&out, part.raw, "", "  ") == nil {
			line("%s\n%s", s.dim(part.title), safe(out.String()))
		}
	}
	args := ""
	if len(in.properties) > 0 {
		args = in.exampleObject()
	}
	call := fmt.Sprintf("await %s.callTool(%s, %s)", srv.title(), quote(it.Name), args)
	if property := camelCase(it.Name); isIdentifier(property) && srv.tool(property) == it {
		call = fmt.Sprintf("await %s.tools.%s(%s)", srv.title(), property, args)
	}
	line("%s\n%s", s.dim("example"), safe(call))
	return b.String()
}

var logLevels = []string{"debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"}

func (s *Session) dotLog(arg string) error {
	which, level, err := s.pick(arg)
	if err != nil {
		return err
	}
	if !slices.Contains(logLevels, level) {
		return fmt.Errorf("which level? %s", strings.Join(logLevels, ", "))
	}
	for _, srv := range which {
		s.run(func() (engine.Value, error) {
			return s.call(srv.object, "setLogLevel", s.rt.VM().ToValue(level))
		}, func(_ engine.Value, err error) {
			if err != nil {
				s.finishWith(err)
			}
		})
	}
	return nil
}

func (s *Session) dotTime(arg string) error {
	if arg == "" {
		s.timing = !s.timing
		state := "off"
		if s.timing {
			state = "on"
		}
		fmt.Fprintln(s.output(), s.dim("timing is "+state))
		return nil
	}
	before := s.timing
	s.timing = true
	s.inputs++
	s.evaluate(fmt.Sprintf("[input %d]", s.inputs), arg)
	s.timing = before
	return nil
}

func (s *Session) dotMore(string) error {
	s.run(func() (engine.Value, error) {
		text := s.dim("nothing was cut")
		if all := s.uncut.Load(); all != nil {
			text = (*all)()
		}
		fmt.Fprintln(s.rt.Stdout, text)
		return nil, nil
	}, func(_ engine.Value, err error) {
		if err != nil {
			s.finishWith(err)
		}
	})
	return nil
}

// dotSave writes what was entered and did not fail.
func (s *Session) dotSave(arg string) error {
	if arg == "" {
		return errors.New("to which file?")
	}
	if err := os.WriteFile(expandHome(arg), []byte(s.script()), 0o666); err != nil {
		return err
	}
	fmt.Fprintln(s.output(), s.dim(fmt.Sprintf("%s in %s", plural(len(s.entered), "input"), arg)))
	return nil
}

func (s *Session) dotLoad(arg string) error {
	if arg == "" {
		return errors.New("which file?")
	}
	src, err := engine.ReadSource(expandHome(arg))
	if err != nil {
		return err
	}
	s.evaluate(src.Name, src.Code)
	return nil
}

func expandHome(path string) string {
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, rest)
		}
	}
	return path
}

func (s *Session) dotEdit(string) error {
	if s.term == nil {
		return errors.New("needs a terminal")
	}
	fallback := "vi"
	if runtime.GOOS == "windows" {
		fallback = "notepad"
	}
	editor := strings.Fields(cmp.Or(os.Getenv("VISUAL"), os.Getenv("EDITOR"), fallback))
	file, err := os.CreateTemp("", "mcpjs-*.ts")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	file.Close()
	s.term.cooked()
	c := exec.Command(editor[0], append(editor[1:], file.Name())...)
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	err = c.Run()
	s.term.raw()
	if err != nil {
		return fmt.Errorf("%s: %w", strings.Join(editor, " "), err)
	}
	code, err := os.ReadFile(file.Name())
	if err != nil || len(bytes.TrimSpace(code)) == 0 {
		return err
	}
	src := strings.TrimRight(string(code), "\n")
	s.editor.history.add(src)
	fmt.Fprintln(s.screen, engine.Printable(src))
	return s.enter(src)
}

func (s *Session) dotTypes(string) error {
	for _, m := range s.opts.Modules {
		if m.Name == "mcp" {
			fmt.Fprintln(s.output(), strings.TrimRight(m.Types, "\n"))
		}
	}
	return nil
}

func (s *Session) dotHistory(arg string) error {
	entries := s.editor.history.entries
	var shown []string
	for i, e := range entries {
		if strings.Contains(strings.ToLower(e), strings.ToLower(arg)) {
			shown = append(shown, s.dim(fmt.Sprintf("%5d  ", i+1))+engine.Printable(strings.ReplaceAll(e, "\n", "\n       ")))
		}
	}
	for _, line := range shown[max(0, len(shown)-200):] {
		fmt.Fprintln(s.output(), line)
	}
	return nil
}
