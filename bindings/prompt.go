package bindings

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/mail"
	"net/url"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"mcpjs/bindings/session"
	"mcpjs/engine"
)

// promptWord, as a handler, asks whoever sits at the terminal.
const promptWord = "prompt"

// A terminal is where prompts are shown and answered: stderr and stdin.
type terminal struct {
	out  io.Writer
	read func(context.Context) (string, error)
	open func(url string) error // shows a page in a browser
	turn chan struct{}          // holds a token while a question is asked
}

// How a user leaves a question.
var (
	errCancelled = errors.New("the user cancelled")
	errDeclined  = errors.New("the user declined")
)

// terminal gives the runtime's, or nil where there is nobody to ask. Loop only.
func (b *binding) terminal() *terminal {
	if !b.opts.Terminal && !(engine.IsTerminal(b.rt.Stdin) && engine.IsTerminal(b.rt.Stderr)) {
		return nil
	}
	if b.term == nil {
		b.term = &terminal{out: b.rt.Stderr, open: openBrowser, turn: make(chan struct{}, 1)}
		if b.opts.OpenURL != nil {
			b.term.open = b.opts.OpenURL
		}
		if b.opts.ReadLine != nil {
			b.term.read = b.opts.ReadLine(b.rt)
		} else {
			b.term.read = lineReader(b.rt.Stdin)
		}
	}
	return b.term
}

// lineReader reads lines one at a time. A reader whose context ends leaves its
// line to the next.
func lineReader(r io.Reader) func(context.Context) (string, error) {
	type answer struct {
		text string
		err  error
	}
	lines := make(chan answer)
	wanted := make(chan struct{}, 1)
	started := false
	return func(ctx context.Context) (string, error) {
		if !started {
			started = true
			go func() {
				text := make([]byte, 0, 256)
				one := make([]byte, 1)
				for range wanted {
					text = text[:0]
					for {
						n, err := r.Read(one)
						if n > 0 && one[0] == '\n' {
							lines <- answer{text: strings.TrimRight(string(text), "\r")}
							break
						}
						text = append(text, one[:n]...)
						if err != nil {
							lines <- answer{string(text), err}
							break
						}
					}
				}
			}()
		}
		select {
		case wanted <- struct{}{}:
		default: // one is being read already
		}
		select {
		case a := <-lines:
			if a.text != "" {
				a.err = nil
			}
			return a.text, a.err
		case <-ctx.Done():
			return "", context.Cause(ctx)
		}
	}
}

// say writes a line; what the server sent is made safe to show.
func (t *terminal) say(format string, args ...any) {
	for i, a := range args {
		if s, ok := a.(string); ok {
			args[i] = engine.Printable(s)
		}
	}
	fmt.Fprintf(t.out, format, args...)
}

// line reads a line for somebody who has asked by himself. Any goroutine.
func (t *terminal) line(ctx context.Context) (string, error) {
	select {
	case t.turn <- struct{}{}: // one question at a time
		defer func() { <-t.turn }()
		return t.read(ctx)
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// ask asks one question and gives the answer without blanks around it.
func (t *terminal) ask(ctx context.Context, format string, args ...any) (string, error) {
	t.say(format, args...)
	answer, err := t.read(ctx)
	if errors.Is(err, io.EOF) {
		t.say("\n")
		return "", errCancelled
	}
	answer = strings.TrimSpace(answer)
	switch answer {
	case "/cancel":
		return "", errCancelled
	case "/decline":
		return "", errDeclined
	}
	return answer, err
}

// prompt answers a server's request by asking the user. Any goroutine.
func (t *terminal) prompt(ctx context.Context, server string, req session.ServerRequest) (json.RawMessage, error) {
	select {
	case t.turn <- struct{}{}: // one question at a time
		defer func() { <-t.turn }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if req.Method == "sampling/createMessage" {
		return t.sample(ctx, server, req.Params)
	}
	var params struct {
		Mode, Message, URL string
		RequestedSchema    json.RawMessage
	}
	if err := json.Unmarshal(req.Params, &params); err != nil {
		return nil, rpcError(-32602, "the request cannot be read: "+err.Error(), nil)
	}
	var content json.RawMessage
	var err error
	if params.Mode == "url" {
		err = t.visit(ctx, server, params.Message, params.URL)
	} else {
		t.say("%s asks: %s\n", server, params.Message)
		content, err = t.form(ctx, params.RequestedSchema)
	}
	switch {
	case errors.Is(err, errCancelled):
		return json.RawMessage(`{"action":"cancel"}`), nil
	case errors.Is(err, errDeclined):
		return json.RawMessage(`{"action":"decline"}`), nil
	case err != nil:
		return nil, err
	}
	return fields("action", quoted("accept"), "content", content), nil
}

// visit shows a URL whole and opens it only with the user's consent
// (client/elicitation, "URL mode").
func (t *terminal) visit(ctx context.Context, server, message, address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return rpcError(-32602, "the URL to visit must begin with https:// or http://", nil)
	}
	t.say("%s asks: %s\n  it wants you to visit %s\n  at the host %s\n", server, message, address, u.Host)
	answer, err := t.ask(ctx, "open it in the browser? [y/N] ")
	if err != nil {
		return err
	}
	if yes, ok := boolean(answer); !ok || !yes {
		return errDeclined
	}
	if err := t.open(address); err != nil {
		t.say("it cannot be opened (%s): open it yourself\n", err.Error())
	}
	return nil
}

func openBrowser(address string) error {
	var cmd *exec.Cmd
	switch runtime.GOOS {
	case "darwin":
		cmd = exec.Command("open", address)
	case "windows":
		cmd = exec.Command("rundll32", "url.dll,FileProtocolHandler", address)
	default:
		cmd = exec.Command("xdg-open", address)
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	go cmd.Wait()
	return nil
}

// sample lets the user answer for the model.
func (t *terminal) sample(ctx context.Context, server string, raw json.RawMessage) (json.RawMessage, error) {
	var params struct {
		SystemPrompt string
		Messages     []struct {
			Role    string
			Content json.RawMessage
		}
	}
	if err := json.Unmarshal(raw, &params); err != nil {
		return nil, rpcError(-32602, "the request cannot be read: "+err.Error(), nil)
	}
	t.say("%s asks the model:\n", server)
	if params.SystemPrompt != "" {
		t.say("  system: %s\n", params.SystemPrompt)
	}
	for _, m := range params.Messages {
		for _, block := range contentBlocks(m.Content) {
			if block.Type == "text" {
				t.say("  %s: %s\n", m.Role, block.Text)
			} else {
				t.say("  %s: [%s %s]\n", m.Role, block.Type, block.MimeType)
			}
		}
	}
	answer, err := t.ask(ctx, "your answer (nothing refuses): ")
	if err == nil && answer == "" {
		err = errDeclined
	}
	if errors.Is(err, errCancelled) || errors.Is(err, errDeclined) {
		return nil, rpcError(-1, "the user rejected the sampling request", nil)
	}
	return fields("role", quoted("assistant"), "content", fields("type", quoted("text"), "text", quoted(answer)),
		"model", quoted("human"), "stopReason", quoted("endTurn")), err
}

// A formField is one property of a requested schema: a restricted primitive
// (PrimitiveSchemaDefinition).
type formField struct {
	Type        string
	Title       string
	Description string
	Default     json.RawMessage
	Format      string
	MinLength   *int
	MaxLength   *int
	Minimum     *float64
	Maximum     *float64
	MinItems    *int
	MaxItems    *int
	Enum        []string
	EnumNames   []string
	OneOf       []choice
	Items       struct {
		Enum  []string
		AnyOf []choice
		OneOf []choice
	}
}

type choice struct {
	Const string
	Title string
}

// choices are what a field can be, none where it isn't an enumeration.
func (f *formField) choices() []choice {
	all := slices.Concat(f.OneOf, f.Items.AnyOf, f.Items.OneOf)
	for i, value := range slices.Concat(f.Enum, f.Items.Enum) {
		c := choice{Const: value}
		if i < len(f.EnumNames) {
			c.Title = f.EnumNames[i]
		}
		all = append(all, c)
	}
	return all
}

// form asks for each property, in the schema's order.
func (t *terminal) form(ctx context.Context, raw json.RawMessage) (json.RawMessage, error) {
	var schema struct {
		Properties json.RawMessage
		Required   []string
	}
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &schema); err != nil {
			return nil, rpcError(-32602, "the requested schema cannot be read: "+err.Error(), nil)
		}
	}
	names, values, err := orderedFields(schema.Properties)
	if err != nil {
		return nil, rpcError(-32602, "the requested schema cannot be read: "+err.Error(), nil)
	}
	if len(names) == 0 {
		answer, err := t.ask(ctx, "  accept? [y/N] ")
		if err != nil {
			return nil, err
		}
		if yes, ok := boolean(answer); !ok || !yes {
			return nil, errDeclined
		}
		return json.RawMessage("{}"), nil
	}
	t.say("  (/decline refuses, /cancel or the end of input cancels)\n")
	var pairs []any
	for i, name := range names {
		var f formField
		if err := json.Unmarshal(values[i], &f); err != nil {
			return nil, rpcError(-32602, fmt.Sprintf("the requested schema of %q cannot be read: %v", name, err), nil)
		}
		value, err := t.field(ctx, name, &f, slices.Contains(schema.Required, name))
		if err != nil {
			return nil, err
		}
		if value != nil {
			pairs = append(pairs, name, value)
		}
	}
	return fields(pairs...), nil
}

// field asks for one property until the answer is one that the schema allows.
func (t *terminal) field(ctx context.Context, name string, f *formField, required bool) (json.RawMessage, error) {
	title := f.Title
	if title == "" {
		title = name
	}
	if f.Description != "" {
		title += " (" + f.Description + ")"
	}
	choices := f.choices()
	for i, c := range choices {
		label := c.Title
		if label == "" {
			label = c.Const
		}
		t.say("    %d) %s\n", i+1, label)
	}
	hint := ""
	switch {
	case len(choices) > 0 && f.Type == "array":
		hint = ", any of them with commas between"
	case f.Type == "boolean":
		hint = ", y or n"
	case f.Format != "":
		hint = ", " + f.Format
	case f.Type == "integer" || f.Type == "number":
		hint = ", " + f.Type
	}
	if f.Default != nil {
		hint += ", default " + string(f.Default)
	} else if !required {
		hint += ", may be left out"
	}
	for {
		answer, err := t.ask(ctx, "  %s%s: ", title, hint)
		if err != nil {
			return nil, err
		}
		if answer == "" {
			if f.Default != nil {
				return f.Default, nil
			}
			if !required {
				return nil, nil
			}
			if f.Type != "string" || len(choices) > 0 || f.MinLength != nil && *f.MinLength > 0 || f.Format != "" {
				t.say("    it is needed\n")
				continue
			}
		}
		value, problem := f.parse(answer, choices)
		if problem == "" {
			return value, nil
		}
		t.say("    %s\n", problem)
	}
}

// parse reads an answer, or says what is wrong with it.
func (f *formField) parse(answer string, choices []choice) (value json.RawMessage, problem string) {
	switch {
	case f.Type == "array":
		return f.parseMany(answer, choices)
	case len(choices) > 0:
		c, ok := pick(answer, choices)
		if !ok {
			return nil, "choose by number or name"
		}
		return quoted(c), ""
	case f.Type == "boolean":
		yes, ok := boolean(answer)
		if !ok {
			return nil, "answer y or n"
		}
		return json.RawMessage(strconv.FormatBool(yes)), ""
	case f.Type == "integer" || f.Type == "number":
		n, err := strconv.ParseFloat(answer, 64)
		switch {
		case err != nil || math.IsInf(n, 0) || math.IsNaN(n):
			return nil, "it must be a number"
		case f.Type == "integer" && n != math.Trunc(n):
			return nil, "it must be a whole number"
		case f.Minimum != nil && n < *f.Minimum:
			return nil, fmt.Sprintf("it must be at least %v", *f.Minimum)
		case f.Maximum != nil && n > *f.Maximum:
			return nil, fmt.Sprintf("it must be at most %v", *f.Maximum)
		}
		raw, _ := json.Marshal(n)
		return raw, ""
	}
	length := utf8.RuneCountInString(answer)
	switch {
	case f.MinLength != nil && length < *f.MinLength:
		return nil, fmt.Sprintf("it must have at least %d characters", *f.MinLength)
	case f.MaxLength != nil && length > *f.MaxLength:
		return nil, fmt.Sprintf("it must have at most %d characters", *f.MaxLength)
	}
	ok := true
	switch f.Format {
	case "email":
		a, err := mail.ParseAddress(answer)
		ok = err == nil && a.Address == answer
	case "uri":
		u, err := url.Parse(answer)
		ok = err == nil && u.Scheme != ""
	case "date":
		_, err := time.Parse(time.DateOnly, answer)
		ok = err == nil
	case "date-time":
		_, err := time.Parse(time.RFC3339, answer)
		ok = err == nil
	}
	if !ok {
		return nil, "it is no " + f.Format
	}
	return quoted(answer), ""
}

func (f *formField) parseMany(answer string, choices []choice) (json.RawMessage, string) {
	chosen := []string{}
	for part := range strings.SplitSeq(answer, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		c, ok := pick(part, choices)
		if !ok && len(choices) > 0 {
			return nil, "choose by number or name"
		}
		if !ok {
			c = part
		}
		if !slices.Contains(chosen, c) {
			chosen = append(chosen, c)
		}
	}
	switch {
	case f.MinItems != nil && len(chosen) < *f.MinItems:
		return nil, fmt.Sprintf("choose at least %d", *f.MinItems)
	case f.MaxItems != nil && len(chosen) > *f.MaxItems:
		return nil, fmt.Sprintf("choose at most %d", *f.MaxItems)
	}
	raw, _ := json.Marshal(chosen)
	return raw, ""
}

// pick finds a choice by its value, its title or its number.
func pick(answer string, choices []choice) (string, bool) {
	for _, c := range choices {
		if answer == c.Const || strings.EqualFold(answer, c.Title) && c.Title != "" {
			return c.Const, true
		}
	}
	if n, err := strconv.Atoi(answer); err == nil && n >= 1 && n <= len(choices) {
		return choices[n-1].Const, true
	}
	return "", false
}

func boolean(answer string) (yes, ok bool) {
	switch strings.ToLower(answer) {
	case "y", "yes", "true":
		return true, true
	case "n", "no", "false":
		return false, true
	}
	return false, false
}

// orderedFields are an object's members in the order they were sent.
func orderedFields(raw json.RawMessage) (names []string, values []json.RawMessage, err error) {
	if len(raw) == 0 {
		return nil, nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, nil, errors.New("properties must be an object")
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, nil, err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, nil, err
		}
		names, values = append(names, key.(string)), append(values, value)
	}
	return names, values, nil
}

// contentBlocks are a message's content, which is one block or a list.
func contentBlocks(raw json.RawMessage) []contentBlock {
	var list []contentBlock
	if json.Unmarshal(raw, &list) == nil {
		return list
	}
	var one contentBlock
	if json.Unmarshal(raw, &one) == nil {
		return []contentBlock{one}
	}
	return nil
}
