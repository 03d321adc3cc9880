package demo

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

const (
	aboutURI  = "demo://bakery/about"
	menuURI   = "demo://bakery/menu"
	logoURI   = "demo://bakery/logo"
	stockURI  = "demo://bakery/stock"
	recipeTpl = "demo://bakery/recipes/{item}"
	shelfTpl  = "demo://bakery/shelves/{category}/{item}"
)

const about = `# The Little Bakery

Open every day. Ask for a *recipe*, or look at the ` + "`menu`" + `.
`

func recipeURI(item string) string { return strings.Replace(recipeTpl, "{item}", item, 1) }

func recipe(p product) string {
	return fmt.Sprintf("# %s\n\nMix %s. Knead, wait, bake at 220 °C.\n", p.Title, strings.Join(p.Ingredients, ", "))
}

func text(uri, mime, body string) []mcp.ResourceContents {
	return []mcp.ResourceContents{mcp.TextResourceContents{URI: uri, MIMEType: mime, Text: body}}
}

func asJSON(uri string, v any) ([]mcp.ResourceContents, error) {
	body, err := json.MarshalIndent(v, "", "  ")
	return text(uri, "application/json", string(body)), err
}

func (b *bakery) addResources() {
	b.srv.AddResource(mcp.NewResource(aboutURI, "about", mcp.WithResourceTitle("About us"), mcp.WithMIMEType("text/markdown"),
		mcp.WithResourceDescription("who we are"), mcp.WithResourceSize(int64(len(about))), mcp.WithResourceIcons(icon()),
		mcp.WithAnnotations([]mcp.Role{mcp.RoleUser, mcp.RoleAssistant}, 1, "2026-07-28T08:00:00Z")),
		func(context.Context, mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) {
			return text(aboutURI, "text/markdown", about), nil
		})
	b.srv.AddResource(mcp.NewResource(menuURI, "menu", mcp.WithResourceTitle("Menu"), mcp.WithMIMEType("application/json"),
		mcp.WithResourceDescription("what we sell, as JSON")),
		func(context.Context, mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) {
			return asJSON(menuURI, menu)
		})
	b.srv.AddResource(mcp.NewResource(logoURI, "logo", mcp.WithResourceTitle("Logo"), mcp.WithMIMEType("image/png"),
		mcp.WithResourceDescription("a loaf, as PNG")),
		func(context.Context, mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) {
			return []mcp.ResourceContents{mcp.BlobResourceContents{
				URI: logoURI, MIMEType: "image/png", Blob: base64.StdEncoding.EncodeToString(loaf()),
			}}, nil
		})
	b.srv.AddResource(mcp.NewResource(stockURI, "stock", mcp.WithResourceTitle("Stock"), mcp.WithMIMEType("application/json"),
		mcp.WithResourceDescription("what is on the shelf; changes with order and restock")),
		func(context.Context, mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) {
			return asJSON(stockURI, b.shelf())
		})
	for _, p := range menu {
		b.srv.AddResource(mcp.NewResource(recipeURI(p.Name), "recipe-"+p.Name, mcp.WithResourceTitle("Recipe: "+p.Title), mcp.WithMIMEType("text/markdown")),
			readRecipe)
	}
	b.srv.AddResourceTemplate(mcp.NewResourceTemplate(recipeTpl, "recipe", mcp.WithTemplateTitle("Recipe"),
		mcp.WithTemplateDescription("how to bake something"), mcp.WithTemplateMIMEType("text/markdown")), readRecipe)
	b.srv.AddResourceTemplate(mcp.NewResourceTemplate(shelfTpl, "shelf", mcp.WithTemplateTitle("Shelf"),
		mcp.WithTemplateDescription("how many of something are left"), mcp.WithTemplateMIMEType("application/json")),
		func(_ context.Context, r mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) {
			category, item, _ := strings.Cut(strings.TrimPrefix(r.Params.URI, "demo://bakery/shelves/"), "/")
			p, ok := lookup(item)
			if !ok || p.Category != category {
				return nil, fmt.Errorf("no %q on the %q shelf: the shelves are bread and sweet", item, category)
			}
			return asJSON(r.Params.URI, map[string]any{"item": item, "left": b.shelf()[item]})
		})
}

func readRecipe(_ context.Context, r mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) {
	item := strings.TrimPrefix(r.Params.URI, recipeURI(""))
	p, ok := lookup(item)
	if !ok {
		return nil, fmt.Errorf("no recipe for %q: there is one for %s", item, strings.Join(names(), ", "))
	}
	return text(r.Params.URI, "text/markdown", recipe(p)), nil
}

// resourceCompletion completes the variables of the templates; an item of the
// shelves is completed within the category chosen before.
type resourceCompletion struct{}

func (resourceCompletion) CompleteResourceArgument(_ context.Context, uri string, argument mcp.CompleteArgument, chosen mcp.CompleteContext) (*mcp.Completion, error) {
	switch {
	case uri == recipeTpl && argument.Name == "item":
		return matching(names(), argument.Value), nil
	case uri == shelfTpl && argument.Name == "category":
		return matching([]string{"bread", "sweet"}, argument.Value), nil
	case uri == shelfTpl && argument.Name == "item":
		category := chosen.Arguments["category"]
		return matching(slices.DeleteFunc(names(), func(name string) bool {
			p, _ := lookup(name)
			return category != "" && p.Category != category
		}), argument.Value), nil
	}
	return matching(nil, ""), nil
}

// A watcher is one subscription to a resource: a session's, by
// resources/subscribe, or that of one subscriptions/listen stream.
type watcher struct {
	uri     string
	session string
	stream  server.ClientSession // nil for a session's
}

func (b *bakery) watch(hooks *server.Hooks) {
	hooks.AddAfterSubscribe(func(ctx context.Context, _ any, r *mcp.SubscribeRequest, _ *mcp.EmptyResult) {
		if session := server.ClientSessionFromContext(ctx); session != nil {
			b.setWatching(watcher{uri: r.Params.URI, session: session.SessionID()}, true)
		}
	})
	hooks.AddAfterUnsubscribe(func(ctx context.Context, _ any, r *mcp.UnsubscribeRequest, _ *mcp.EmptyResult) {
		if session := server.ClientSessionFromContext(ctx); session != nil {
			b.setWatching(watcher{uri: r.Params.URI, session: session.SessionID()}, false)
		}
	})
	hooks.AddOnUnregisterSession(func(_ context.Context, session server.ClientSession) {
		b.mu.Lock()
		defer b.mu.Unlock()
		for w := range b.watchers {
			if w.stream == nil && w.session == session.SessionID() {
				delete(b.watchers, w)
			}
		}
	})
	hooks.AddBeforeSubscriptionsListen(func(ctx context.Context, _ any, r *mcp.SubscriptionsListenRequest) {
		session := server.ClientSessionFromContext(ctx)
		if session == nil {
			return
		}
		for _, uri := range r.Params.Notifications.ResourceSubscriptions {
			w := watcher{uri: uri, stream: session}
			b.setWatching(w, true)
			context.AfterFunc(ctx, func() { b.setWatching(w, false) })
		}
	})
}

func (b *bakery) setWatching(w watcher, on bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if on {
		b.watchers[w] = struct{}{}
	} else {
		delete(b.watchers, w)
	}
}

// updated tells everyone who watches uri that it has changed.
func (b *bakery) updated(uri string) {
	b.mu.Lock()
	var watching []watcher
	for w := range b.watchers {
		if w.uri == uri {
			watching = append(watching, w)
		}
	}
	b.mu.Unlock()
	params := map[string]any{"uri": uri}
	for _, w := range watching {
		if w.stream == nil {
			// An error means that the session has ended or reads nothing.
			_ = b.srv.SendNotificationToSpecificClient(w.session, mcp.MethodNotificationResourceUpdated, params)
			continue
		}
		n := mcp.JSONRPCNotification{JSONRPC: mcp.JSONRPC_VERSION}
		n.Method = mcp.MethodNotificationResourceUpdated
		n.Params.AdditionalFields = params
		select {
		case w.stream.NotificationChannel() <- n:
		default:
		}
	}
}
