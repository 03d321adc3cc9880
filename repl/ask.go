package repl

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os/exec"
	"runtime"
	"strings"

	"mcpjs/engine"
)

// What servers ask the human: forms, consent to open a page, and answers in
// the place of a model. Each question is asked on the front, where it takes the
// terminal from the line being edited, and answers a promise on the loop.

// ask gives the promise of what fn answers; fn runs on the front. The question
// is over where the handler's context, the second argument of call, is aborted:
// the server has taken it back, or is gone. Where nobody can answer it rejects.
// Loop only.
func (s *Session) ask(srv *server, what string, call engine.Call, fn func() (any, error)) engine.Value {
	withdrawn, withdraw := context.WithCancelCause(context.Background())
	s.onAbort(call.Argument(1), func(reason string) { withdraw(errors.New(reason)) })
	return s.rt.Async(func(opCtx context.Context) (func() (engine.Value, error), error) {
		defer withdraw(nil)
		if !s.interactive {
			return nil, &engine.Error{Class: "McpError", Message: "nobody is there to answer " + what, Fields: []engine.Field{{Name: "code", Value: -1}}}
		}
		defer context.AfterFunc(opCtx, func() { withdraw(context.Cause(opCtx)) })()
		var answer any
		err := errors.New("the session is over")
		if asked := s.onFront(withdrawn, func() {
			if withdrawn.Err() != nil {
				return
			}
			// What was typed before the question is no answer to it.
			ahead, outer := s.ahead, s.asking
			s.ahead, s.asking = nil, withdrawn
			answer, err = fn()
			if withdrawn.Err() != nil {
				s.say("%s", s.dim(engine.Printable("("+srv.title()+"'s question is over: "+firstLine(context.Cause(withdrawn).Error())+")")))
				s.ahead = nil // it was meant for the question
			}
			s.ahead, s.asking = append(ahead, s.ahead...), outer
		}); asked != nil {
			return nil, asked
		}
		if withdrawn.Err() != nil {
			return nil, context.Cause(withdrawn)
		}
		if err != nil {
			return nil, err
		}
		raw, err := json.Marshal(answer)
		if err != nil {
			return nil, err
		}
		return func() (engine.Value, error) { return s.rt.ParseJSON(raw, engine.JSONOptions{}) }, nil
	})
}

// onAbort calls fn when the signal of a handler's context is aborted. Loop only.
func (s *Session) onAbort(handlerContext engine.Value, fn func(reason string)) {
	o, ok := handlerContext.(*engine.Object)
	if !ok {
		return
	}
	signal, ok := o.Get("signal").(*engine.Object)
	if !ok {
		return
	}
	listener := s.rt.NewFunction("onabort", func(engine.Call) engine.Value {
		reason := "it was taken back"
		if o, ok := signal.Get("reason").(*engine.Object); ok {
			if m, ok := engine.AsString(o.Get("message")); ok && m != "" {
				reason = m
			}
		}
		fn(reason)
		return engine.Undefined()
	})
	if _, err := s.call(signal, "addEventListener", s.rt.VM().ToValue("abort"), listener); err != nil {
		s.rt.Check(err)
	}
}

// question reads a line that is no code. Front only.
func (s *Session) question(prompt, initial string) (string, error) {
	text, err := s.readLine(lineOptions{prompt: prompt, more: "  ", initial: initial})
	return strings.TrimSpace(text), err
}

// say prints a line of a question's. Front only.
func (s *Session) say(format string, args ...any) {
	fmt.Fprintf(s.screen, format+"\n", args...)
}

// onElicitation is the handler of elicitation/create. Loop only.
func (s *Session) onElicitation(srv *server, c engine.Call) engine.Value {
	raw, err := s.rt.Stringify(c.Argument(0))
	if err != nil {
		panic(s.rt.ErrorValue(err))
	}
	s.servers.nameNow()
	who := srv.title()
	var params struct {
		Mode            string          `json:"mode"`
		Message         string          `json:"message"`
		URL             string          `json:"url"`
		RequestedSchema json.RawMessage `json:"requestedSchema"`
	}
	json.Unmarshal(raw, &params)
	return s.ask(srv, "the server's question", c, func() (any, error) {
		if params.Mode == "url" {
			return s.askURL(who, params.Message, params.URL), nil
		}
		return s.askForm(who, params.Message, params.RequestedSchema), nil
	})
}

type elicited struct {
	Action  string                     `json:"action"`
	Content map[string]json.RawMessage `json:"content,omitempty"`
}

// choose asks for one of some words, by their first letters; Enter takes the
// first. back lets Up give errBack.
func (s *Session) choose(what string, back bool, words ...string) (string, error) {
	for {
		answer, err := s.readLine(lineOptions{prompt: what + " [" + words[0] + "] " + strings.Join(words[1:], "/") + ": ", back: back})
		if err != nil {
			return "", err
		}
		if answer = strings.TrimLeft(strings.TrimSpace(answer), "."); answer == "" {
			return words[0], nil
		}
		if back && answer == wordBack[1:] {
			return "", errBack
		}
		for _, w := range words {
			if strings.HasPrefix(w, strings.ToLower(answer)) {
				return w, nil
			}
		}
		s.say("%s", s.dim("one of "+strings.Join(words, ", ")))
	}
}

// askURL shows a page that a server wants opened, and asks first. It opens
// nothing but web pages.
func (s *Session) askURL(who, message, address string) elicited {
	s.say("%s %s", s.paint(styleNumber, engine.Printable(who)+" asks you to open a page:"), engine.Printable(message))
	s.say("  %s", s.paint(styleCommand, engine.Printable(address)))
	u, err := url.Parse(address)
	web := err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
	if web {
		s.say("%s", s.dim("on the host "+engine.Printable(u.Host)))
	} else {
		s.say("%s", s.paint(styleRegex, "this is no web page: mcpjs does not open it"))
	}
	words := []string{"no", "open", "visited", "cancel"}
	if !web {
		words = []string{"no", "cancel"}
	}
	answer, err := s.choose("open it in the browser? (visited: you did it yourself)", false, words...)
	switch {
	case errors.Is(err, errInterrupt) || answer == "cancel":
		return elicited{Action: "cancel"}
	case err != nil || answer == "no":
		return elicited{Action: "decline"}
	case answer == "open":
		if err := openBrowser(u.String()); err != nil {
			s.say("%s", s.paint(styleRegex, "can't open a browser: "+err.Error()))
		}
	}
	return elicited{Action: "accept"}
}

// openBrowser opens a web page; no shell sees the address.
func openBrowser(address string) error {
	name, args := "xdg-open", []string{address}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", address}
	}
	c := exec.Command(name, args...)
	if err := c.Start(); err != nil {
		return err
	}
	go c.Wait()
	return nil
}

// onSampling is the handler of sampling/createMessage. Loop only.
func (s *Session) onSampling(srv *server, c engine.Call) engine.Value {
	raw, err := s.rt.Stringify(c.Argument(0))
	if err != nil {
		panic(s.rt.ErrorValue(err))
	}
	s.servers.nameNow()
	who := srv.title()
	var params struct {
		Messages []struct {
			Role    string          `json:"role"`
			Content json.RawMessage `json:"content"`
		} `json:"messages"`
		SystemPrompt string `json:"systemPrompt"`
		MaxTokens    int    `json:"maxTokens"`
		Tools        []item `json:"tools"`
	}
	json.Unmarshal(raw, &params)
	return s.ask(srv, "the server's request for a completion", c, func() (any, error) {
		s.say("%s", s.paint(styleNumber, engine.Printable(who)+" asks a model; you answer:"))
		if params.SystemPrompt != "" {
			s.say("%s %s", s.dim("system:"), engine.Printable(params.SystemPrompt))
		}
		for _, m := range params.Messages {
			s.say("%s %s", s.dim(engine.Printable(m.Role)+":"), engine.Printable(spoken(m.Content)))
		}
		var about []string
		if params.MaxTokens > 0 {
			about = append(about, plural(params.MaxTokens, "token")+" at most")
		}
		if len(params.Tools) > 0 {
			var names []string
			for _, t := range params.Tools {
				names = append(names, t.Name)
			}
			about = append(about, "tools: "+engine.Printable(strings.Join(names, ", ")))
		}
		about = append(about, "Alt-Enter begins a line, Ctrl-D or Ctrl-C refuses")
		s.say("%s", s.dim(strings.Join(about, "; ")))
		answer, err := s.question("answer: ", "")
		if err != nil || answer == "" {
			return nil, &engine.Error{Class: "McpError", Message: "the user refused to answer", Fields: []engine.Field{{Name: "code", Value: -1}}}
		}
		return answer, nil
	})
}

// spoken is the text of a message's content, and what else is in it by type
// and size.
func spoken(raw json.RawMessage) string {
	type block struct {
		Type, Text, Data, MimeType string
	}
	var blocks []block
	var one block
	if json.Unmarshal(raw, &blocks) != nil {
		if json.Unmarshal(raw, &one) != nil {
			return string(raw)
		}
		blocks = []block{one}
	}
	var parts []string
	for _, b := range blocks {
		if b.Type == "text" {
			parts = append(parts, b.Text)
		} else {
			parts = append(parts, fmt.Sprintf("[%s %s, %d bytes]", b.Type, b.MimeType, len(b.Data)*3/4))
		}
	}
	return strings.Join(parts, "\n")
}
