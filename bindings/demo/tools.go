package demo

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	ours "mcpjs/bindings/server"
)

// maxWait bounds every tool that waits.
const maxWait = time.Hour

const specialName = "todays-special"

// tool registers a tool whose arguments are an A, checked against schema.
func tool[A any](b *bakery, t mcp.Tool, handle func(ctx context.Context, r mcp.CallToolRequest, args A) (*mcp.CallToolResult, error)) {
	b.srv.AddTool(t, bound(t.RawInputSchema, handle))
}

func bound[A any](schema json.RawMessage, handle func(context.Context, mcp.CallToolRequest, A) (*mcp.CallToolResult, error)) server.ToolHandlerFunc {
	compiled := sync.OnceValues(func() (*ours.Schema, error) { return ours.CompileSchema(schema) })
	return func(ctx context.Context, r mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		given, err := json.Marshal(r.GetRawArguments())
		if err != nil {
			return nil, err
		}
		if string(given) == "null" {
			given = json.RawMessage("{}")
		}
		check, err := compiled()
		if err == nil {
			err = check.Validate(given)
		}
		if err != nil {
			return mcp.NewToolResultErrorf("invalid arguments for tool %q: %v", r.Params.Name, err), nil
		}
		var args A
		if r.GetRawArguments() != nil {
			if err := r.BindArguments(&args); err != nil {
				return mcp.NewToolResultErrorf("the arguments of %s: %v", r.Params.Name, err), nil
			}
		}
		return handle(ctx, r, args)
	}
}

// schema is an object schema with these properties; those named are required.
func schema(properties string, required ...string) json.RawMessage {
	names, _ := json.Marshal(append([]string{}, required...))
	return fmt.Appendf(nil, `{"type":"object","properties":{%s},"required":%s,"additionalProperties":false}`, properties, names)
}

func readOnly(name, title, description string, input json.RawMessage, opts ...mcp.ToolOption) mcp.Tool {
	return describe(name, title, description, input, append(opts, mcp.WithReadOnlyHintAnnotation(true), mcp.WithIdempotentHintAnnotation(true))...)
}

func describe(name, title, description string, input json.RawMessage, opts ...mcp.ToolOption) mcp.Tool {
	t := mcp.NewToolWithRawSchema(name, description, input)
	t.Title = title
	closed, harmless := false, false
	t.Annotations = mcp.ToolAnnotation{Title: title, OpenWorldHint: &closed, DestructiveHint: &harmless}
	for _, opt := range opts {
		opt(&t)
	}
	return t
}

func enum(values []string) string {
	list, _ := json.Marshal(values)
	return string(list)
}

func productSchema() string {
	return `{"type":"object","properties":{
	"name":{"type":"string","enum":` + enum(names()) + `},"title":{"type":"string"},"category":{"type":"string","enum":["bread","sweet"]},
	"price":{"type":"number"},"vegan":{"type":"boolean"},"ingredients":{"type":"array","items":{"type":"string"}}},
	"required":["name","title","category","price","vegan","ingredients"]}`
}

type none struct{}

func (b *bakery) addTools() {
	tool(b, readOnly("echo", "Echo", "Says what you say", schema(`"message":{"type":"string","description":"what to say"}`, "message")),
		func(_ context.Context, _ mcp.CallToolRequest, args struct{ Message string }) (*mcp.CallToolResult, error) {
			return mcp.NewToolResultText(args.Message), nil
		})

	tool(b, readOnly("add", "Add two numbers", "Adds two numbers", schema(`"a":{"type":"number"},"b":{"type":"number"}`, "a", "b"),
		mcp.WithRawOutputSchema(schema(`"sum":{"type":"number"}`, "sum"))),
		func(_ context.Context, _ mcp.CallToolRequest, args struct{ A, B float64 }) (*mcp.CallToolResult, error) {
			sum := args.A + args.B
			if math.IsInf(sum, 0) {
				return mcp.NewToolResultErrorf("%g + %g is more than a number can hold", args.A, args.B), nil
			}
			return structured(map[string]float64{"sum": sum})
		})

	tool(b, readOnly("menu", "Menu", "What the bakery sells", schema(`"category":{"type":"string","enum":["bread","sweet"],"description":"only this kind"},
		"vegan":{"type":"boolean","default":false,"description":"only vegan things"}`),
		mcp.WithRawOutputSchema(schema(`"items":{"type":"array","items":`+productSchema()+`},"count":{"type":"integer"}`, "items", "count"))),
		func(_ context.Context, _ mcp.CallToolRequest, args struct {
			Category string
			Vegan    bool
		}) (*mcp.CallToolResult, error) {
			items := []product{}
			for _, p := range menu {
				if (args.Category == "" || p.Category == args.Category) && (p.Vegan || !args.Vegan) {
					items = append(items, p)
				}
			}
			return structured(map[string]any{"items": items, "count": len(items)})
		})

	tool(b, describe("order", "Order", "Buys something; the stock changes", schema(`"item":{"type":"string","enum":`+enum(names())+`,"description":"what to buy"},
		"quantity":{"type":"integer","minimum":1,"maximum":100,"default":1},
		"extras":{"type":"array","items":{"type":"string","enum":["butter","jam","salt","honey"]},"uniqueItems":true,"description":"what goes with it"},
		"wrapping":{"type":"object","description":"how it is wrapped","properties":{
			"paper":{"type":"string","enum":["plain","striped","gift"],"default":"plain"},
			"sliced":{"type":"boolean","default":false},
			"note":{"type":["string","null"],"maxLength":80}},"additionalProperties":false}`, "item"),
		mcp.WithRawOutputSchema(schema(`"number":{"type":"integer"},"item":`+productSchema()+`,"quantity":{"type":"integer"},
		"extras":{"type":"array","items":{"type":"string"}},
		"wrapping":{"type":"object","properties":{"paper":{"type":"string"},"sliced":{"type":"boolean"},"note":{"type":["string","null"]}}},
		"total":{"type":"number"},"left":{"type":"integer"}`, "number", "item", "quantity", "total", "left"))), b.order)

	tool(b, describe("restock", "Restock", "Bakes more of something and tells those who watch demo://bakery/stock",
		schema(`"item":{"type":"string","enum":`+enum(names())+`},"quantity":{"type":"integer","minimum":1,"maximum":1000,"default":10}`, "item")),
		func(ctx context.Context, _ mcp.CallToolRequest, args struct {
			Item     string
			Quantity int
		}) (*mcp.CallToolResult, error) {
			left := b.change(args.Item, cmp.Or(args.Quantity, 10))
			b.updated(stockURI)
			return mcp.NewToolResultText(fmt.Sprintf("%s: %d on the shelf", args.Item, left)), nil
		})

	tool(b, readOnly("picture", "Picture", "A picture of a loaf", schema(``)),
		func(context.Context, mcp.CallToolRequest, none) (*mcp.CallToolResult, error) {
			image := mcp.NewImageContent(base64.StdEncoding.EncodeToString(loaf()), "image/png")
			image.Annotations = &mcp.Annotations{Audience: []mcp.Role{mcp.RoleUser}, Priority: new(0.8)}
			return &mcp.CallToolResult{Content: []mcp.Content{mcp.NewTextContent("a loaf of bread, 32 by 32 pixels"), image}}, nil
		})

	tool(b, readOnly("bell", "Door bell", "The sound of the door bell", schema(``)),
		func(context.Context, mcp.CallToolRequest, none) (*mcp.CallToolResult, error) {
			return mcp.NewToolResultAudio("ding", base64.StdEncoding.EncodeToString(bell()), "audio/wav"), nil
		})

	tool(b, readOnly("recipe", "Recipe", "A recipe, as a link and with its text", schema(`"item":{"type":"string","enum":`+enum(names())+`}`, "item")),
		func(_ context.Context, _ mcp.CallToolRequest, args struct{ Item string }) (*mcp.CallToolResult, error) {
			p, _ := lookup(args.Item)
			link := mcp.NewResourceLink(recipeURI(p.Name), p.Name, "how to bake "+p.Title, "text/markdown")
			link.Title = p.Title
			return &mcp.CallToolResult{Content: []mcp.Content{
				mcp.NewTextContent("the recipe of " + p.Title),
				link,
				mcp.NewEmbeddedResource(mcp.TextResourceContents{URI: recipeURI(p.Name), MIMEType: "text/markdown", Text: recipe(p)}),
			}}, nil
		})

	tool(b, readOnly("burn", "Burn the bread", "Always fails", schema(``)),
		func(context.Context, mcp.CallToolRequest, none) (*mcp.CallToolResult, error) {
			return mcp.NewToolResultError("the bread is burnt: the oven was at 300 degrees; try 220"), nil
		})

	tool(b, describe("countdown", "Countdown", "Counts down and reports progress; may run as a task",
		schema(`"steps":{"type":"integer","minimum":1,"maximum":10000,"default":5},"delayMs":{"type":"integer","minimum":0,"maximum":60000,"default":200,"description":"between two steps"}`),
		mcp.WithTaskSupport(mcp.TaskSupportOptional)), b.countdown)

	tool(b, readOnly("slow", "Slow", "Waits, without a word", schema(`"ms":{"type":"integer","minimum":0,"maximum":3600000,"default":1000}`)),
		func(ctx context.Context, _ mcp.CallToolRequest, args struct{ Ms *int }) (*mcp.CallToolResult, error) {
			ms := valueOr(args.Ms, 1000)
			if err := wait(ctx, min(time.Duration(ms)*time.Millisecond, maxWait)); err != nil {
				return mcp.NewToolResultError("stopped waiting: the call was cancelled"), nil
			}
			return mcp.NewToolResultText(fmt.Sprintf("waited %d ms", ms)), nil
		})

	tool(b, readOnly("log", "Log", "Logs a message at every level", schema(`"message":{"type":"string","default":"flour on the floor"}`)),
		func(ctx context.Context, _ mcp.CallToolRequest, args struct{ Message string }) (*mcp.CallToolResult, error) {
			for _, level := range []mcp.LoggingLevel{
				mcp.LoggingLevelDebug, mcp.LoggingLevelInfo, mcp.LoggingLevelNotice, mcp.LoggingLevelWarning,
				mcp.LoggingLevelError, mcp.LoggingLevelCritical, mcp.LoggingLevelAlert, mcp.LoggingLevelEmergency,
			} {
				if err := b.log(ctx, level, cmp.Or(args.Message, "flour on the floor")); err != nil {
					return mcp.NewToolResultErrorFromErr("cannot log", err), nil
				}
			}
			return mcp.NewToolResultText("logged at 8 levels"), nil
		})

	tool(b, describe("toggle-special", "Today's special", "Adds or removes the tool "+specialName, schema(`"on":{"type":"boolean","default":true}`)),
		func(_ context.Context, _ mcp.CallToolRequest, args struct{ On *bool }) (*mcp.CallToolResult, error) {
			if valueOr(args.On, true) {
				tool(b, readOnly(specialName, "Today's special", "What is special today", schema(``)),
					func(context.Context, mcp.CallToolRequest, none) (*mcp.CallToolResult, error) {
						return mcp.NewToolResultText("strudel, still warm"), nil
					})
				return mcp.NewToolResultText(specialName + " is there now"), nil
			}
			b.srv.DeleteTools(specialName)
			return mcp.NewToolResultText(specialName + " is gone"), nil
		})

	tool(b, readOnly("whoami", "Who am I", "What the server knows about its client", schema(``),
		mcp.WithRawOutputSchema([]byte(`{"type":"object","properties":{"protocolVersion":{"type":"string"},"client":{"type":"object"},"capabilities":{"type":"object"}},"required":["protocolVersion"]}`))),
		func(ctx context.Context, _ mcp.CallToolRequest, _ none) (*mcp.CallToolResult, error) {
			answer := map[string]any{"protocolVersion": server.RequestProtocolVersion(ctx)}
			if session, ok := server.ClientSessionFromContext(ctx).(server.SessionWithClientInfo); ok {
				answer["client"], answer["capabilities"] = session.GetClientInfo(), session.GetClientCapabilities()
			}
			return structured(answer)
		})
}

type order struct {
	Number   int      `json:"number"`
	Item     product  `json:"item"`
	Quantity int      `json:"quantity"`
	Extras   []string `json:"extras"`
	Wrapping wrapping `json:"wrapping"`
	Total    float64  `json:"total"`
	Left     int      `json:"left"`
}

type wrapping struct {
	Paper  string  `json:"paper"`
	Sliced bool    `json:"sliced"`
	Note   *string `json:"note"`
}

func (b *bakery) order(_ context.Context, _ mcp.CallToolRequest, args struct {
	Item     string
	Quantity int
	Extras   []string
	Wrapping wrapping
}) (*mcp.CallToolResult, error) {
	p, _ := lookup(args.Item)
	o := order{Item: p, Quantity: cmp.Or(args.Quantity, 1), Extras: append([]string{}, args.Extras...), Wrapping: args.Wrapping}
	o.Wrapping.Paper = cmp.Or(o.Wrapping.Paper, "plain")
	b.mu.Lock()
	if left := b.stock[p.Name]; left < o.Quantity {
		b.mu.Unlock()
		return mcp.NewToolResultErrorf("only %d of %s left: order fewer, or call restock", left, p.Name), nil
	}
	b.orders++
	b.stock[p.Name] -= o.Quantity
	o.Number, o.Left = b.orders, b.stock[p.Name]
	b.mu.Unlock()
	o.Total = math.Round(100*(float64(o.Quantity)*p.Price+0.3*float64(len(o.Extras)))) / 100
	b.updated(stockURI)
	return structured(o)
}

func (b *bakery) countdown(ctx context.Context, r mcp.CallToolRequest, args struct{ Steps, DelayMs *int }) (*mcp.CallToolResult, error) {
	ctx, done := lasting(ctx, r)
	defer done()
	steps, delay := valueOr(args.Steps, 5), valueOr(args.DelayMs, 200)
	for i := 1; i <= steps; i++ {
		err := wait(ctx, time.Duration(delay)*time.Millisecond)
		if err == nil {
			err = b.progress(ctx, r, i, steps, fmt.Sprintf("%d to go", steps-i))
		}
		if err != nil {
			return mcp.NewToolResultErrorf("stopped at step %d of %d: %v", i, steps, err), nil
		}
	}
	return mcp.NewToolResultText(fmt.Sprintf("counted down %d steps: the bread is done", steps)), nil
}

// change adds to the stock of an item and gives what is there then.
func (b *bakery) change(item string, by int) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stock[item] += by
	return b.stock[item]
}

func (b *bakery) shelf() map[string]int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.stock)
}

func valueOr[T any](p *T, fallback T) T {
	if p == nil {
		return fallback
	}
	return *p
}

// matching is the completion of a value: the candidates that begin with it.
func matching(candidates []string, prefix string) *mcp.Completion {
	values := []string{}
	for _, c := range candidates {
		if strings.HasPrefix(strings.ToLower(c), strings.ToLower(prefix)) {
			values = append(values, c)
		}
	}
	slices.Sort(values)
	return &mcp.Completion{Values: values, Total: len(values)}
}
