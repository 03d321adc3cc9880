package repl

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"mcpjs/engine"
)

// What servers ask the human: forms, consent to open a page, and answers in
// the place of a model. Each question is asked on the front, where it takes the
// terminal from the line being edited, and answers a promise on the loop.

// ask gives the promise of what fn answers; fn runs on the front. Where nobody
// can answer it rejects. Loop only.
func (s *Session) ask(what string, fn func() (any, error)) engine.Value {
	return s.rt.Async(func(opCtx context.Context) (func() (engine.Value, error), error) {
		if !s.interactive {
			return nil, &engine.Error{Class: "McpError", Message: "nobody is there to answer " + what, Fields: []engine.Field{{Name: "code", Value: -1}}}
		}
		var answer any
		err := errors.New("the session is over")
		if asked := s.onFront(opCtx, func() {
			if opCtx.Err() == nil {
				// What was typed before the question is no answer to it.
				ahead := s.ahead
				s.ahead = nil
				answer, err = fn()
				s.ahead = append(ahead, s.ahead...)
			}
		}); asked != nil {
			return nil, asked
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
	return s.ask("the server's question", func() (any, error) {
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

// askForm asks for the fields of a form, and whether to send it.
func (s *Session) askForm(who, message string, raw json.RawMessage) elicited {
	s.say("%s %s", s.paint(styleNumber, engine.Printable(who)+" asks:"), engine.Printable(message))
	s.say("%s", s.dim("Enter takes what stands in brackets, Ctrl-D declines, Ctrl-C cancels"))
	form := parseSchema(raw)
	for {
		content := map[string]json.RawMessage{}
		for _, p := range form.properties {
			value, err := s.askField(p)
			switch {
			case errors.Is(err, errInterrupt):
				return elicited{Action: "cancel"}
			case err != nil:
				return elicited{Action: "decline"}
			case value != nil:
				content[p.name] = value
			}
		}
		answer, err := s.choose("send this? ", "yes", "no", "edit", "cancel")
		switch {
		case errors.Is(err, errInterrupt) || answer == "cancel":
			return elicited{Action: "cancel"}
		case err != nil || answer == "no":
			return elicited{Action: "decline"}
		case answer == "edit":
			for i := range form.properties {
				if v, ok := content[form.properties[i].name]; ok {
					form.properties[i].schema.Default = v
				}
			}
			continue
		}
		return elicited{"accept", content}
	}
}

// choose asks for one of some words, by their first letters; Enter takes the
// first.
func (s *Session) choose(what string, words ...string) (string, error) {
	for {
		answer, err := s.question(what+"["+words[0]+"] "+strings.Join(words[1:], "/")+": ", "")
		if err != nil {
			return "", err
		}
		if answer == "" {
			return words[0], nil
		}
		for _, w := range words {
			if strings.HasPrefix(w, strings.ToLower(answer)) {
				return w, nil
			}
		}
		s.say("%s", s.dim("one of "+strings.Join(words, ", ")))
	}
}

// askField asks for one field until the answer fits its schema; nil where it
// is left out.
func (s *Session) askField(p property) (json.RawMessage, error) {
	of := p.schema
	title := p.name
	if of.Title != "" && of.Title != p.name {
		title = of.Title
	}
	about := of.kindText()
	if !p.required {
		about += ", optional"
	}
	line := s.paint(styleCommand, engine.Printable(title)) + s.dim(" ("+engine.Printable(about)+")")
	if of.Description != "" {
		line += " " + engine.Printable(of.Description)
	}
	s.say("%s", line)
	choices := of.choices()
	many := of.Type.has("array") && of.Items != nil
	if many {
		choices = of.Items.choices()
	}
	for i, c := range choices {
		label := shownValue(c.value)
		if c.title != "" && c.title != label {
			label = c.title + s.dim(" "+label)
		}
		s.say("  %s %s", s.paint(styleNumber, itoa(i+1)), printableKeepingColor(label))
	}
	prompt := "  "
	if of.Default != nil {
		prompt += "[" + engine.Printable(shownValue(of.Default)) + "] "
	}
	for {
		text, err := s.question(prompt, "")
		if err != nil {
			return nil, err
		}
		if text == "" {
			switch {
			case of.Default != nil:
				return of.Default, nil
			case !p.required:
				return nil, nil
			case !of.Type.has("string") || len(choices) > 0 || of.MinLength != nil && *of.MinLength > 0:
				s.say("%s", s.paint(styleRegex, "  an answer is required"))
				continue
			}
		}
		value, err := of.read(text, choices, many)
		if err == nil {
			return value, nil
		}
		s.say("%s", s.paint(styleRegex, "  "+engine.Printable(err.Error())))
	}
}

// printableKeepingColor is for text that was made printable in parts.
func printableKeepingColor(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		if strings.HasPrefix(s[i:], ansi[styleDim]) || strings.HasPrefix(s[i:], reset) {
			n := escapeLength([]byte(s[i:]))
			b.WriteString(s[i : i+n])
			i += n
			continue
		}
		_, n := utf8.DecodeRuneInString(s[i:])
		b.WriteString(engine.Printable(s[i : i+n]))
		i += n
	}
	return b.String()
}

// shownValue is a value as the human would type it.
func shownValue(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var list []string
	if json.Unmarshal(raw, &list) == nil {
		return strings.Join(list, ", ")
	}
	return string(raw)
}

// kindText says what a field takes.
func (s *schema) kindText() string {
	kind := "text"
	switch {
	case s.Type.has("array"):
		kind = "any of these, by commas"
	case len(s.choices()) > 0:
		kind = "one of these"
	case s.Type.has("integer"):
		kind = "whole number"
	case s.Type.has("number"):
		kind = "number"
	case s.Type.has("boolean"):
		kind = "yes or no"
	case s.Format != "":
		kind = s.Format
	}
	low, high := s.Minimum, s.Maximum
	switch {
	case low != nil && high != nil:
		kind += fmt.Sprintf(" from %g to %g", *low, *high)
	case low != nil:
		kind += fmt.Sprintf(" from %g", *low)
	case high != nil:
		kind += fmt.Sprintf(" up to %g", *high)
	}
	return kind
}

// read makes the field's value of what was typed, or says what is wrong.
func (s *schema) read(text string, choices []choice, many bool) (json.RawMessage, error) {
	if many {
		list := []json.RawMessage{}
		for part := range strings.SplitSeq(text, ",") {
			if part = strings.TrimSpace(part); part == "" {
				continue
			}
			v, err := s.Items.read(part, choices, false)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		if s.MinItems != nil && len(list) < *s.MinItems {
			return nil, fmt.Errorf("at least %d are needed", *s.MinItems)
		}
		if s.MaxItems != nil && len(list) > *s.MaxItems {
			return nil, fmt.Errorf("at most %d may be given", *s.MaxItems)
		}
		return json.Marshal(list)
	}
	if len(choices) > 0 {
		for _, c := range choices {
			if shownValue(c.value) == text || c.title != "" && strings.EqualFold(c.title, text) {
				return c.value, nil
			}
		}
		if n, err := strconv.Atoi(text); err == nil && n >= 1 && n <= len(choices) {
			return choices[n-1].value, nil
		}
		for _, c := range choices {
			if strings.EqualFold(shownValue(c.value), text) {
				return c.value, nil
			}
		}
		return nil, fmt.Errorf("%q is none of these", text)
	}
	switch {
	case s.Type.has("boolean"):
		switch strings.ToLower(text) {
		case "y", "yes", "true", "1", "on":
			return json.RawMessage("true"), nil
		case "n", "no", "false", "0", "off":
			return json.RawMessage("false"), nil
		}
		return nil, errors.New("yes or no?")
	case s.Type.has("integer"), s.Type.has("number"):
		n, err := strconv.ParseFloat(text, 64)
		switch {
		case err != nil || n != n || n-n != 0:
			return nil, fmt.Errorf("%q is no number", text)
		case s.Type.has("integer") && n != float64(int64(n)):
			return nil, fmt.Errorf("%s is not whole", text)
		case s.Minimum != nil && n < *s.Minimum:
			return nil, fmt.Errorf("the least is %g", *s.Minimum)
		case s.Maximum != nil && n > *s.Maximum:
			return nil, fmt.Errorf("the most is %g", *s.Maximum)
		}
		return json.Marshal(n)
	}
	length := utf8.RuneCountInString(text)
	switch {
	case s.MinLength != nil && length < *s.MinLength:
		return nil, fmt.Errorf("at least %d characters are needed", *s.MinLength)
	case s.MaxLength != nil && length > *s.MaxLength:
		return nil, fmt.Errorf("at most %d characters are allowed", *s.MaxLength)
	}
	if s.Pattern != "" {
		if re, err := regexp.Compile(s.Pattern); err == nil && !re.MatchString(text) {
			return nil, fmt.Errorf("this does not match %s", s.Pattern)
		}
	}
	if err := checkFormat(s.Format, text); err != nil {
		return nil, err
	}
	return json.Marshal(text)
}

// checkFormat checks the formats that the protocol allows in forms.
func checkFormat(format, text string) error {
	switch format {
	case "email":
		if a, err := mail.ParseAddress(text); err != nil || a.Address != text {
			return errors.New("this is no e-mail address")
		}
	case "uri":
		if u, err := url.Parse(text); err != nil || u.Scheme == "" {
			return errors.New("this is no URI")
		}
	case "date":
		if _, err := time.Parse(time.DateOnly, text); err != nil {
			return errors.New("a date is written 2006-01-31")
		}
	case "date-time":
		if _, err := time.Parse(time.RFC3339, text); err != nil {
			return errors.New("a time is written 2006-01-31T15:04:05Z")
		}
	}
	return nil
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
	answer, err := s.choose("open it in the browser? (visited: you did it yourself) ", words...)
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
	return s.ask("the server's request for a completion", func() (any, error) {
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
