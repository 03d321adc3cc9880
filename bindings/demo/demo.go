// Package demo is the server that ships in the binary: a small bakery that
// shows every feature of MCP that a client can meet, in every revision of the
// protocol. Its answers are the same each time; it uses no network, no files
// and no clock but to wait where waiting is the point.
package demo

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

// pageSize is small so that every list has more than one page.
const pageSize = 5

const instructions = `A little bakery, here to try things out on.

See what there is with the "menu" tool, buy something with "order", and watch
demo://bakery/stock change. "countdown" reports progress, "book-table" asks you
questions, "ask-model" asks your model one, and "burn" always fails.`

// A bakery is the state of one server.
type bakery struct {
	srv *server.MCPServer

	mu       sync.Mutex
	orders   int
	stock    map[string]int
	watchers map[watcher]struct{}
	tasks    map[string]*task // those that run, by id
}

// New is a bakery that has just opened. Servers share no state.
func New() *server.MCPServer {
	b := &bakery{stock: map[string]int{}, watchers: map[watcher]struct{}{}, tasks: map[string]*task{}}
	for _, p := range menu {
		b.stock[p.Name] = p.Baked
	}
	hooks := &server.Hooks{}
	b.watch(hooks)
	b.srv = server.NewMCPServer("mcpjs-demo", "1.0.0",
		server.WithTitle("The Little Bakery"),
		server.WithDescription("A demo server with every feature of MCP"),
		server.WithIcons(icon()),
		server.WithInstructions(instructions),
		server.WithPaginationLimit(pageSize),
		server.WithToolCapabilities(true),
		server.WithResourceCapabilities(true, true),
		server.WithPromptCapabilities(true),
		server.WithTaskCapabilities(true, true, true),
		server.WithLogging(),
		server.WithCompletions(),
		server.WithPromptCompletionProvider(promptCompletion{}),
		server.WithResourceCompletionProvider(resourceCompletion{}),
		server.WithOutputSchemaValidation(),
		server.WithRecovery(),
		server.WithToolHandlerMiddleware(afterDelivery),
		server.WithHooks(hooks),
		server.WithTaskHooks(b.runTasks(hooks)),
	)
	b.addTools()
	b.addQuestions()
	b.addResources()
	b.addPrompts()
	return b.srv
}

// A product is one line of the menu.
type product struct {
	Name        string   `json:"name"`
	Title       string   `json:"title"`
	Category    string   `json:"category"`
	Price       float64  `json:"price"`
	Vegan       bool     `json:"vegan"`
	Ingredients []string `json:"ingredients"`
	Baked       int      `json:"-"` // in stock in the morning
}

var menu = []product{
	{"baguette", "Baguette", "bread", 1.4, true, []string{"flour", "water", "salt", "yeast"}, 30},
	{"brioche", "Brioche", "sweet", 2.2, false, []string{"flour", "butter", "eggs", "sugar", "yeast"}, 12},
	{"croissant", "Croissant", "sweet", 1.6, false, []string{"flour", "butter", "milk", "yeast"}, 24},
	{"focaccia", "Focaccia", "bread", 3.5, true, []string{"flour", "water", "olive oil", "rosemary"}, 8},
	{"pretzel", "Pretzel", "bread", 1.2, true, []string{"flour", "water", "lye", "salt"}, 40},
	{"rye", "Rye loaf", "bread", 4.8, true, []string{"rye flour", "water", "sourdough", "salt"}, 6},
	{"strudel", "Apple strudel", "sweet", 3.9, true, []string{"flour", "apples", "raisins", "cinnamon"}, 10},
}

func lookup(name string) (product, bool) {
	for _, p := range menu {
		if p.Name == name {
			return p, true
		}
	}
	return product{}, false
}

func names() []string {
	var all []string
	for _, p := range menu {
		all = append(all, p.Name)
	}
	return all
}

// notify sends the client of ctx a notification, and waits where the
// connection's queue is full.
func (b *bakery) notify(ctx context.Context, send func() error) error {
	for {
		err := send()
		if err == nil {
			counted(ctx)
		}
		if !errors.Is(err, server.ErrNotificationChannelBlocked) {
			return err
		}
		if err := wait(ctx, 2*time.Millisecond); err != nil {
			return err
		}
	}
}

// progress tells a client that asked for it how far the call is.
func (b *bakery) progress(ctx context.Context, r mcp.CallToolRequest, done, total int, text string) error {
	if r.Params.Meta == nil || r.Params.Meta.ProgressToken == nil {
		return nil
	}
	params := map[string]any{
		"progressToken": r.Params.Meta.ProgressToken,
		"progress":      done,
		"total":         total,
		"message":       text,
	}
	return b.notify(ctx, func() error {
		return b.srv.SendNotificationToClient(ctx, string(mcp.MethodNotificationProgress), params)
	})
}

// log sends a log message to a client that listens at its level.
func (b *bakery) log(ctx context.Context, level mcp.LoggingLevel, data any) error {
	if info := server.RequestProtocolInfoFromContext(ctx); info != nil && info.Modern && (info.LogLevel == "" || !level.ShouldSendTo(info.LogLevel)) {
		return nil // not asked for
	}
	return b.notify(ctx, func() error {
		return b.srv.SendLogMessageToClient(ctx, mcp.NewLoggingMessageNotification(level, "bakery", data))
	})
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// structured is a result with data and, for clients that read only text, the
// same as JSON.
func structured(data any) (*mcp.CallToolResult, error) {
	text, err := json.Marshal(data)
	if err != nil {
		return nil, err
	}
	return mcp.NewToolResultStructured(data, string(text)), nil
}
