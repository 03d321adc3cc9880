package server

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// dispatch answers a request, or says that the outcome of a call will answer it.
func (s *Session) dispatch(ctx context.Context, c *Call) (result json.RawMessage, waits bool, err error) {
	srv := s.srv
	srv.mu.RLock()
	own := srv.methods[c.Method]
	srv.mu.RUnlock()
	if own != nil {
		return s.run(ctx, c, own)
	}
	for kind, k := range kinds {
		if k.list == c.Method {
			result, err = srv.list(Kind(kind), c)
			return result, false, err
		}
	}
	legacy := !c.Modern()
	switch {
	case c.Method == "initialize" && legacy:
		result, err = s.initialize(c)
	case c.Method == "ping" && legacy:
	case c.Method == "logging/setLevel" && legacy:
		err = s.setLevel(c)
	case (c.Method == "resources/subscribe" || c.Method == "resources/unsubscribe") && legacy:
		err = s.subscribe(c, c.Method == "resources/subscribe")
	case c.Method == "server/discover" && !legacy:
		versions, _ := json.Marshal(srv.opts.Versions)
		result = object("supportedVersions", json.RawMessage(versions),
			"capabilities", srv.capabilities(c.Version), "instructions", srv.instructions())
	case c.Method == "subscriptions/listen" && !legacy:
		err = s.listen(ctx, c)
		return nil, err == nil, err
	case c.Method == "tools/call":
		return s.callTool(ctx, c)
	case c.Method == "prompts/get":
		return s.getPrompt(ctx, c)
	case c.Method == "resources/read":
		return s.readResource(ctx, c)
	case c.Method == "completion/complete":
		return s.complete(ctx, c)
	case strings.HasPrefix(c.Method, "tasks/") && srv.offersTasks.Load():
		return s.taskRequest(ctx, c)
	default:
		err = methodNotFound(c)
	}
	return result, false, err
}

func methodNotFound(c *Call) *Error {
	return malformed(404, CodeMethodNotFound, "method not found: %s", c.Method)
}

// run starts a handler, or goes on with the one that the request continues.
func (s *Session) run(ctx context.Context, c *Call, h Handler) (json.RawMessage, bool, error) {
	if c.Modern() {
		var p struct {
			State     *string                    `json:"requestState"`
			Responses map[string]json.RawMessage `json:"inputResponses"`
		}
		if err := json.Unmarshal(c.Params, &p); err != nil && len(c.Params) > 0 {
			return nil, false, errorf(CodeInvalidParams, "%s: inputResponses and requestState: %v", c.Method, err)
		}
		if p.State != nil {
			err := s.srv.resume(ctx, c, *p.State, p.Responses)
			return nil, err == nil, err
		}
	}
	c.attach(ctx, c.link)
	c.start(h)
	return nil, true, nil
}

// list gives a page of a list. The cursor names the feature that the last page
// ended with, so that additions and removals elsewhere don't matter.
func (s *Server) list(kind Kind, c *Call) (json.RawMessage, error) {
	var p struct{ Cursor *string }
	if err := json.Unmarshal(c.Params, &p); err != nil && len(c.Params) > 0 {
		return nil, errorf(CodeInvalidParams, "%s: cursor must be a string", c.Method)
	}
	s.mu.RLock()
	all := s.features[kind]
	s.mu.RUnlock()
	start := 0
	if p.Cursor != nil {
		last, err := base64.RawURLEncoding.DecodeString(*p.Cursor)
		at, name, ok := strings.Cut(string(last), ":")
		n, convErr := strconv.Atoi(at)
		if err != nil || !ok || convErr != nil || n < 0 {
			return nil, errorf(CodeInvalidParams, "%s: the cursor is not one of this server's", c.Method)
		}
		start = min(n, len(all))
		if i := slices.IndexFunc(all, func(f *Feature) bool { return f.Name == name }); i >= 0 {
			start = i + 1
		}
	}
	end := len(all)
	var next json.RawMessage
	if s.opts.PageSize > 0 && end-start > s.opts.PageSize {
		end = start + s.opts.PageSize
		next = quote(base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(end) + ":" + all[end-1].Name)))
	}
	items := []json.RawMessage{}
	for _, f := range all[start:end] {
		items = append(items, f.Definition)
	}
	return object(kinds[kind].key, array(items), "nextCursor", next), nil
}

func (s *Session) subscribe(c *Call, on bool) error {
	var p struct{ URI string }
	if json.Unmarshal(c.Params, &p); p.URI == "" {
		return errorf(CodeInvalidParams, "%s: params lack uri", c.Method)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if on {
		s.uris[p.URI] = true
	} else {
		delete(s.uris, p.URI)
	}
	return nil
}

// callTool begins a call of a tool (server/tools).
func (s *Session) callTool(ctx context.Context, c *Call) (json.RawMessage, bool, error) {
	var p struct {
		Name      *string
		Arguments json.RawMessage
	}
	if err := json.Unmarshal(c.Params, &p); err != nil || p.Name == nil {
		return nil, false, errorf(CodeInvalidParams, "tools/call: params lack the tool's name")
	}
	tool := s.srv.feature(Tools, *p.Name)
	if tool == nil {
		return nil, false, errorf(CodeInvalidParams, "there is no tool %q%s", *p.Name, s.srv.others(Tools))
	}
	c.Feature, c.Arguments = tool, p.Arguments
	if isNull(c.Arguments) {
		c.Arguments = json.RawMessage("{}")
	}
	if c.Arguments[0] != '{' {
		return nil, false, errorf(CodeInvalidParams, "tool %q: arguments must be an object", tool.Name)
	}
	if tool.Input != nil {
		c.Arguments = tool.Input.fill(c.Arguments)
		if err := tool.Input.Validate(c.Arguments); err != nil {
			return s.badArguments(c, fmt.Sprintf("invalid arguments for tool %q: %v", tool.Name, err))
		}
	}
	handle := tool.Handle
	if tool.Output != nil {
		handle = func(c *Call, done func(json.RawMessage, error)) {
			tool.Handle(c, func(result json.RawMessage, err error) {
				if err == nil {
					err = tool.checkOutput(result)
				}
				done(result, err)
			})
		}
	}
	if isTask, ttl, err := s.asTask(c); isTask || err != nil {
		if err == nil {
			err = s.begin(c, handle, ttl)
		}
		return nil, err == nil, err
	}
	return s.run(ctx, c, handle)
}

// badArguments is the answer to arguments that the schema refuses: from
// 2025-11-25 on a result that a model can learn from, before that an error.
func (s *Session) badArguments(c *Call, text string) (json.RawMessage, bool, error) {
	if c.Version < "2025-11-25" {
		return nil, false, errorf(CodeInvalidParams, "%s", text)
	}
	return object("content", array([]json.RawMessage{object("type", quote("text"), "text", quote(text))}),
		"isError", json.RawMessage("true")), false, nil
}

func (f *Feature) checkOutput(result json.RawMessage) error {
	var r struct {
		IsError    bool            `json:"isError"`
		Structured json.RawMessage `json:"structuredContent"`
	}
	json.Unmarshal(result, &r)
	switch {
	case r.IsError:
		return nil
	case r.Structured == nil:
		return errorf(CodeInternal, "tool %q has an outputSchema, but its result has no structuredContent", f.Name)
	}
	if err := f.Output.Validate(r.Structured); err != nil {
		return errorf(CodeInternal, "the result of tool %q does not fit its outputSchema: %v", f.Name, err)
	}
	return nil
}

// others names what there is instead, where that is little.
func (s *Server) others(kind Kind) string {
	names := s.Names(kind)
	switch {
	case len(names) == 0:
		return "; the server has none"
	case len(names) > 20:
		return ""
	}
	return "; there are " + strings.Join(names, ", ")
}

// getPrompt begins a prompts/get (server/prompts).
func (s *Session) getPrompt(ctx context.Context, c *Call) (json.RawMessage, bool, error) {
	var p struct {
		Name      *string
		Arguments json.RawMessage
	}
	if err := json.Unmarshal(c.Params, &p); err != nil || p.Name == nil {
		return nil, false, errorf(CodeInvalidParams, "prompts/get: params lack the prompt's name")
	}
	prompt := s.srv.feature(Prompts, *p.Name)
	if prompt == nil {
		return nil, false, errorf(CodeInvalidParams, "there is no prompt %q%s", *p.Name, s.srv.others(Prompts))
	}
	c.Feature, c.Arguments = prompt, p.Arguments
	if isNull(c.Arguments) {
		c.Arguments = json.RawMessage("{}")
	}
	var given map[string]string
	if err := json.Unmarshal(c.Arguments, &given); err != nil {
		return nil, false, errorf(CodeInvalidParams, "prompt %q: arguments must be an object of strings", prompt.Name)
	}
	var missing []string
	for _, name := range prompt.Required {
		if _, ok := given[name]; !ok {
			missing = append(missing, name)
		}
	}
	if missing != nil {
		return nil, false, errorf(CodeInvalidParams, "prompt %q needs the arguments: %s", prompt.Name, strings.Join(missing, ", "))
	}
	return s.run(ctx, c, prompt.Handle)
}

// readResource begins a resources/read (server/resources).
func (s *Session) readResource(ctx context.Context, c *Call) (json.RawMessage, bool, error) {
	var p struct{ URI string }
	if err := json.Unmarshal(c.Params, &p); err != nil || p.URI == "" {
		return nil, false, errorf(CodeInvalidParams, "resources/read: params lack the resource's uri")
	}
	c.URI = p.URI
	s.srv.mu.RLock()
	c.Feature = s.srv.find(Resources, p.URI)
	if c.Feature == nil {
		for _, t := range s.srv.features[Templates] {
			if variables, ok := t.template.match(p.URI); ok {
				c.Feature, c.Variables = t, variables
				break
			}
		}
	}
	s.srv.mu.RUnlock()
	if c.Feature == nil {
		e := errorf(CodeInvalidParams, "there is no resource %q", p.URI)
		if !c.Modern() {
			e.Code = CodeResourceNotFound
		}
		e.Data = object("uri", quote(p.URI))
		return nil, false, e
	}
	return s.run(ctx, c, c.Feature.Handle)
}

// complete begins a completion (server/utilities/completion). What has nothing
// to complete with has no values.
func (s *Session) complete(ctx context.Context, c *Call) (json.RawMessage, bool, error) {
	var p struct {
		Ref      struct{ Type, Name, URI string }
		Argument struct{ Name, Value string }
		Context  struct{ Arguments json.RawMessage }
	}
	if err := json.Unmarshal(c.Params, &p); err != nil || p.Argument.Name == "" {
		return nil, false, errorf(CodeInvalidParams, "completion/complete: params lack ref or argument {name, value}")
	}
	kind, name := Prompts, p.Ref.Name
	switch p.Ref.Type {
	case "ref/prompt":
	case "ref/resource":
		kind, name = Templates, p.Ref.URI
	default:
		return nil, false, errorf(CodeInvalidParams, "completion/complete: ref.type must be ref/prompt or ref/resource, not %q", p.Ref.Type)
	}
	c.Feature = s.srv.feature(kind, name)
	if c.Feature == nil && (kind != Templates || s.srv.feature(Resources, name) == nil) {
		return nil, false, errorf(CodeInvalidParams, "there is no %s %q%s", kind, name, s.srv.others(kind))
	}
	c.Argument, c.Known = p.Argument.Value, p.Context.Arguments
	if isNull(c.Known) {
		c.Known = json.RawMessage("{}")
	}
	if c.Feature == nil || c.Feature.Complete[p.Argument.Name] == nil {
		return json.RawMessage(`{"completion":{"values":[],"total":0,"hasMore":false}}`), false, nil
	}
	return s.run(ctx, c, c.Feature.Complete[p.Argument.Name])
}
