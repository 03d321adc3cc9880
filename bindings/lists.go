package bindings

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"mcpjs/bindings/session"
	"mcpjs/engine"
)

// lists are the methods that list everything the server has, page by page.
var lists = map[string]struct{ method, key string }{
	"listTools":             {"tools/list", "tools"},
	"listResources":         {"resources/list", "resources"},
	"listResourceTemplates": {"resources/templates/list", "resourceTemplates"},
	"listPrompts":           {"prompts/list", "prompts"},
}

// A cachedList is a list that the server says may be used for a while
// (server/utilities/caching).
type cachedList struct {
	pages []json.RawMessage
	until time.Time
}

// freshness is how long pages may be used: the shortest ttlMs of them.
func freshness(pages []json.RawMessage) time.Duration {
	const most = 24 * time.Hour
	shortest := most
	for _, raw := range pages {
		var page struct {
			TTL *float64 `json:"ttlMs"`
		}
		if json.Unmarshal(raw, &page) != nil || page.TTL == nil || !(*page.TTL > 0) {
			return 0
		}
		if *page.TTL < float64(most/time.Millisecond) {
			shortest = min(shortest, time.Duration(*page.TTL*float64(time.Millisecond)))
		}
	}
	return shortest
}

// listsChanged are the lists that a notification makes stale.
var listsChanged = map[string][]string{
	"notifications/tools/list_changed":     {"listTools"},
	"notifications/prompts/list_changed":   {"listPrompts"},
	"notifications/resources/list_changed": {"listResources", "listResourceTemplates"},
}

// maxPages bounds a list: a server whose pages never end must not fill the
// memory.
const maxPages = 10_000

// listAll fetches every page, and all anew, once, where a cursor is refused; a
// server that doesn't know the method has nothing to list. Any goroutine but the loop's.
func (c *client) listAll(ctx context.Context, s *session.Session, method string, o *callOptions) ([]json.RawMessage, error) {
	var pages []json.RawMessage
	params := json.RawMessage(nil)
	seen := map[string]bool{}
	afresh := false
	for {
		raw, err := s.Request(ctx, o.call(method, method, params))
		var rpc *session.RPCError
		if errors.As(err, &rpc) && rpc.Code == -32601 && len(pages) == 0 {
			return nil, nil
		}
		if errors.As(err, &rpc) && rpc.Code == -32602 && len(pages) > 0 && !afresh {
			// The cursor is no longer good: the list changed meanwhile.
			pages, params, seen, afresh = nil, nil, map[string]bool{}, true
			continue
		}
		if err != nil {
			return nil, err
		}
		pages = append(pages, raw)
		var page struct {
			NextCursor *string `json:"nextCursor"`
		}
		if json.Unmarshal(raw, &page); page.NextCursor == nil || *page.NextCursor == "" {
			return pages, nil
		}
		if seen[*page.NextCursor] {
			return nil, c.violation(method, fmt.Sprintf("the server's pages never end: it gave the cursor %q twice", *page.NextCursor))
		}
		if len(pages) == maxPages {
			return nil, c.violation(method, fmt.Sprintf("the server's pages do not end after %d", maxPages))
		}
		seen[*page.NextCursor] = true
		params = fields("cursor", quoted(*page.NextCursor))
	}
}

// joinPages makes one array of the pages' items. Loop only.
func (c *client) joinPages(pages []json.RawMessage, method, key string, bigInts bool) (engine.Value, error) {
	vm := c.b.rt.VM()
	var items []any
	for _, raw := range pages {
		page, err := c.b.rt.ParseJSON(raw, engine.JSONOptions{BigInts: bigInts})
		if err != nil {
			return nil, err
		}
		o, _ := page.(*engine.Object)
		var list engine.Value
		if o != nil {
			list = o.Get(key)
		}
		if !engine.IsArray(list) {
			return nil, c.violation(method, fmt.Sprintf("the result has no array %q: %s", key, excerpt(raw)))
		}
		array := list.(*engine.Object)
		for i := range int(array.Get("length").ToInteger()) {
			items = append(items, array.Get(fmt.Sprint(i)))
		}
	}
	return vm.NewArray(items...), nil
}

// list is one of lists: the promise of everything the server has.
func (c *client) list(name string, call engine.Call) (engine.Value, error) {
	what := lists[name]
	o, err := c.readCallOptions(call.Argument(0), name, nil)
	if err != nil {
		return nil, err
	}
	if cached, ok := c.cached[name]; ok && o.cache && time.Now().Before(cached.until) && c.isConnected() {
		v, err := c.joinPages(cached.pages, what.method, what.key, o.bigInts)
		if err != nil {
			return nil, err
		}
		return c.b.rt.Resolved(v), nil
	}
	return c.start(request{label: name, options: o,
		run: func(ctx context.Context, s *session.Session, _ session.Call) (func() (engine.Value, error), error) {
			pages, err := c.listAll(ctx, s, what.method, o)
			return func() (engine.Value, error) {
				c.keepList(s, name, pages)
				return c.joinPages(pages, what.method, what.key, o.bigInts)
			}, err
		}}), nil
}

// keepList remembers what the server has. Loop only.
func (c *client) keepList(s *session.Session, name string, pages []json.RawMessage) {
	if s != c.sess {
		return
	}
	if name == "listTools" {
		c.tools = newToolList(pages)
	}
	if d := freshness(pages); d > 0 && c.opts.cache && len(pages) > 0 {
		if c.cached == nil {
			c.cached = map[string]cachedList{}
		}
		c.cached[name] = cachedList{pages, time.Now().Add(d)}
	}
}
