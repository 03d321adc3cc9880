package repl

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"mcpjs/engine"
)

// evaluate evaluates an input and shows its value; false where it failed.
func (s *Session) evaluate(name, src string) (ok bool) {
	in, err := engine.CompileInput(name, src, engine.CompileOptions{Color: s.color})
	if err != nil {
		var syntax *engine.SyntaxError
		text := err.Error()
		if errors.As(err, &syntax) {
			text = syntax.Text
		}
		fmt.Fprintln(s.diagnostics(), text)
		s.failed(1)
		return false
	}
	began := time.Now()
	s.run(func() (engine.Value, error) {
		return s.rt.EvaluateInput(in)
	}, func(v engine.Value, err error) {
		took := time.Since(began)
		switch {
		case errors.Is(err, engine.ErrInterrupted):
			fmt.Fprintln(s.rt.Stderr, s.dim("Interrupted."))
			s.failure = 130
		case err != nil:
			thrown := s.rt.ErrorValue(err)
			s.complain(s.rt.Uncaught(thrown))
			if near := s.suggest(thrown, src); near != "" {
				fmt.Fprintln(s.rt.Stderr, s.dim("(did you mean "+engine.Printable(near)+"?)"))
			}
			s.lastError = s.keep("_error", thrown, s.lastError, in.Names)
		default:
			ok = true
			if in.Expression {
				value := v.(*engine.Object).Get("value")
				s.showResult(value)
				s.last = s.keep("_", value, s.last, in.Names)
			}
		}
		if s.timing {
			fmt.Fprintln(s.rt.Stderr, s.dim(duration(took)))
		}
		s.servers.name()
	})
	if ok {
		s.entered = append(s.entered, entry{src, in})
	}
	return ok
}

func duration(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return d.Round(time.Microsecond).String()
	case d < time.Second:
		return d.Round(100 * time.Microsecond).String()
	}
	return d.Round(time.Millisecond).String()
}

// keep sets _ or _error, unless the user has made that a variable of their
// own: before is what it was set to last. It gives what the variable is now.
func (s *Session) keep(name string, v, before engine.Value, declared []string) engine.Value {
	global := s.rt.VM().GlobalObject()
	now := global.Get(name)
	if slices.Contains(declared, name) || now != nil && (before == nil || !now.SameAs(before)) {
		return before
	}
	global.DefineDataProperty(name, v, engine.FlagTrue, engine.FlagTrue, engine.FlagFalse)
	return v
}

// complain shows an error that nobody caught. Loop only.
func (s *Session) complain(err error) {
	var uncaught *engine.UncaughtError
	if !errors.As(err, &uncaught) {
		uncaught = s.rt.Uncaught(s.rt.ErrorValue(err))
	}
	text := s.rt.Report(uncaught, s.rt.Dir, s.rt.ColorStderr)
	if s.interactive {
		text = strings.ReplaceAll(text, "\n\n", "\n")
	}
	fmt.Fprint(s.rt.Stderr, text)
	s.failure = 1
	if o, ok := uncaught.Value.(*engine.Object); ok && engine.IsError(o) {
		if name, _ := engine.AsString(o.Get("name")); name == "ConnectionError" {
			s.failure = 3
		}
	}
}

// failed notes the exit code of an error that the loop knows nothing of.
func (s *Session) failed(code int) {
	<-s.ready
	done := make(chan struct{})
	s.rt.Post(func() { s.failure = code; close(done) })
	select {
	case <-done:
	case <-s.quit:
	}
}
