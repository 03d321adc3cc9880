package demo

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"time"

	"mcpjs/bindings/server"
)

const specialName = "todays-special"

// tool registers a tool whose arguments are an A.
func tool[A any](b *bakery, d description, handle func(call, A) (*result, error)) {
	b.add(server.Tools, d, server.Feature{Name: d.Name, Handle: bound(d, handle)})
}

func readOnly(name, title, what string, input json.RawMessage) description {
	d := describe(name, title, what, input)
	d.Annotations = hints{Title: title, ReadOnly: true, Idempotent: true}
	return d
}

func describe(name, title, what string, input json.RawMessage) description {
	return description{Name: name, Title: title, Description: what, InputSchema: input, Annotations: hints{Title: title}}
}

// giving is d with the schema of what the tool gives.
func (d description) giving(output json.RawMessage) description {
	d.OutputSchema = output
	return d
}

// perhapsTask is d for a tool that may run as a task.
func (d description) perhapsTask() description {
	d.Execution = map[string]string{"taskSupport": "optional"}
	return d
}

type none struct{}

func productSchema() string {
	return `{"type":"object","properties":{
	"name":{"type":"string","enum":` + list(names()) + `},"title":{"type":"string"},"category":{"type":"string","enum":["bread","sweet"]},
	"price":{"type":"number"},"vegan":{"type":"boolean"},"ingredients":{"type":"array","items":{"type":"string"}}},
	"required":["name","title","category","price","vegan","ingredients"]}`
}

// addTools adds them in the order of their names.
func (b *bakery) addTools() {
	tool(b, readOnly("add", "Add two numbers", "Adds two numbers", schema(`"a":{"type":"number"},"b":{"type":"number"}`, "a", "b")).
		giving(schema(`"sum":{"type":"number"}`, "sum")),
		func(_ call, args struct{ A, B float64 }) (*result, error) {
			sum := args.A + args.B
			if math.IsInf(sum, 0) {
				return fails("%g + %g is more than a number can hold", args.A, args.B), nil
			}
			return structured(map[string]float64{"sum": sum})
		})

	tool(b, readOnly("ask-model", "Ask the model", "Asks the client's model a question (sampling)",
		schema(`"question":{"type":"string","minLength":1},"maxTokens":{"type":"integer","minimum":1,"default":100}`, "question")), askModel)

	tool(b, readOnly("bell", "Door bell", "The sound of the door bell", schema(``)),
		func(call, none) (*result, error) {
			return &result{Content: []any{words("ding"), media{Type: "audio", Data: bell(), MIMEType: "audio/wav"}}}, nil
		})

	tool(b, describe("book-table", "Book a table", "Asks for the details of a booking with a form (elicitation)", schema(``)), bookTable)

	tool(b, readOnly("burn", "Burn the bread", "Always fails", schema(``)),
		func(call, none) (*result, error) {
			return fails("the bread is burnt: the oven was at 300 degrees; try 220"), nil
		})

	tool(b, describe("countdown", "Countdown", "Counts down and reports progress; may run as a task",
		schema(`"steps":{"type":"integer","minimum":1,"maximum":10000,"default":5},"delayMs":{"type":"integer","minimum":0,"maximum":60000,"default":200,"description":"between two steps"}`)).perhapsTask(), countdown)

	tool(b, readOnly("echo", "Echo", "Says what you say", schema(`"message":{"type":"string","description":"what to say"}`, "message")),
		func(_ call, args struct{ Message string }) (*result, error) {
			return &result{Content: []any{text{"text", args.Message}}}, nil
		})

	tool(b, readOnly("list-roots", "List roots", "Lists the client's roots", schema(``)), listRoots)

	tool(b, readOnly("log", "Log", "Logs a message at every level", schema(`"message":{"type":"string","default":"flour on the floor"}`)),
		func(c call, args struct{ Message string }) (*result, error) {
			for _, level := range []string{"debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"} {
				params, err := encode(map[string]string{"logger": "bakery", "data": cmp.Or(args.Message, "flour on the floor")})
				if err == nil {
					err = c.Log(level, params)
				}
				if err != nil {
					return nil, err
				}
			}
			return says("logged at 8 levels"), nil
		})

	tool(b, readOnly("menu", "Menu", "What the bakery sells", schema(`"category":{"type":"string","enum":["bread","sweet"],"description":"only this kind"},
		"vegan":{"type":"boolean","default":false,"description":"only vegan things"}`)).
		giving(schema(`"items":{"type":"array","items":`+productSchema()+`},"count":{"type":"integer"}`, "items", "count")),
		func(_ call, args struct {
			Category string
			Vegan    bool
		}) (*result, error) {
			items := []product{}
			for _, p := range menu {
				if (args.Category == "" || p.Category == args.Category) && (p.Vegan || !args.Vegan) {
					items = append(items, p)
				}
			}
			return structured(map[string]any{"items": items, "count": len(items)})
		})

	tool(b, describe("order", "Order", "Buys something; the stock changes", schema(`"item":{"type":"string","enum":`+list(names())+`,"description":"what to buy"},
		"quantity":{"type":"integer","minimum":1,"maximum":100,"default":1},
		"extras":{"type":"array","items":{"type":"string","enum":["butter","jam","salt","honey"]},"uniqueItems":true,"description":"what goes with it"},
		"wrapping":{"type":"object","description":"how it is wrapped","properties":{
			"paper":{"type":"string","enum":["plain","striped","gift"],"default":"plain"},
			"sliced":{"type":"boolean","default":false},
			"note":{"type":["string","null"],"maxLength":80}},"additionalProperties":false}`, "item")).
		giving(schema(`"number":{"type":"integer"},"item":`+productSchema()+`,"quantity":{"type":"integer"},
		"extras":{"type":"array","items":{"type":"string"}},
		"wrapping":{"type":"object","properties":{"paper":{"type":"string"},"sliced":{"type":"boolean"},"note":{"type":["string","null"]}}},
		"total":{"type":"number"},"left":{"type":"integer"}`, "number", "item", "quantity", "total", "left")), b.order)

	tool(b, describe("pay-online", "Pay online", "Asks the user to open a web page (URL elicitation)",
		schema(`"amount":{"type":"number","minimum":0,"default":3.9}`)), payOnline)

	tool(b, readOnly("picture", "Picture", "A picture of a loaf", schema(``)),
		func(call, none) (*result, error) {
			return &result{Content: []any{words("a loaf of bread, 32 by 32 pixels"),
				media{"image", loaf, "image/png", &annotations{Audience: []string{"user"}, Priority: 0.8}}}}, nil
		})

	tool(b, readOnly("recipe", "Recipe", "A recipe, as a link and with its text", schema(`"item":{"type":"string","enum":`+list(names())+`}`, "item")),
		func(_ call, args struct{ Item string }) (*result, error) {
			p, _ := lookup(args.Item)
			return &result{Content: []any{
				words("the recipe of %s", p.Title),
				link{"resource_link", description{URI: recipeURI(p.Name), Name: p.Name, Title: p.Title, MIMEType: markdown, Description: "how to bake " + p.Title}},
				embedded{"resource", recipe(p)},
			}}, nil
		})

	tool(b, describe("restock", "Restock", "Bakes more of something and tells those who watch demo://bakery/stock",
		schema(`"item":{"type":"string","enum":`+list(names())+`},"quantity":{"type":"integer","minimum":1,"maximum":1000,"default":10}`, "item")),
		func(_ call, args struct {
			Item     string
			Quantity int
		}) (*result, error) {
			left := b.change(args.Item, cmp.Or(args.Quantity, 10))
			b.srv.Updated(stockURI)
			return says("%s: %d on the shelf", args.Item, left), nil
		})

	tool(b, readOnly("slow", "Slow", "Waits, without a word", schema(`"ms":{"type":"integer","minimum":0,"maximum":3600000,"default":1000}`)),
		func(c call, args struct{ Ms *int }) (*result, error) {
			ms := valueOr(args.Ms, 1000)
			if err := wait(c.Context(), time.Duration(ms)*time.Millisecond); err != nil {
				return fails("stopped waiting: the call was cancelled"), nil
			}
			return says("waited %d ms", ms), nil
		})

	tool(b, describe("toggle-special", "Today's special", "Adds or removes the tool "+specialName, schema(`"on":{"type":"boolean","default":true}`)),
		func(_ call, args struct{ On *bool }) (*result, error) {
			b.special(valueOr(args.On, true))
			if valueOr(args.On, true) {
				return says("%s is there now", specialName), nil
			}
			return says("%s is gone", specialName), nil
		})

	tool(b, readOnly("whoami", "Who am I", "What the server knows about its client", schema(``)).
		giving(json.RawMessage(`{"type":"object","properties":{"protocolVersion":{"type":"string"},"client":{"type":"object"},"capabilities":{"type":"object"}},"required":["protocolVersion"]}`)),
		func(c call, _ none) (*result, error) {
			answer := map[string]any{"protocolVersion": c.Version, "client": struct{}{}, "capabilities": struct{}{}}
			if c.ClientInfo != nil {
				answer["client"] = c.ClientInfo
			}
			if c.ClientCapabilities != nil {
				answer["capabilities"] = c.ClientCapabilities
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

func (b *bakery) order(_ call, args struct {
	Item     string
	Quantity int
	Extras   []string
	Wrapping wrapping
}) (*result, error) {
	p, _ := lookup(args.Item)
	o := order{Item: p, Quantity: cmp.Or(args.Quantity, 1), Extras: append([]string{}, args.Extras...), Wrapping: args.Wrapping}
	o.Wrapping.Paper = cmp.Or(o.Wrapping.Paper, "plain")
	b.mu.Lock()
	if left := b.stock[p.Name]; left < o.Quantity {
		b.mu.Unlock()
		return fails("only %d of %s left: order fewer, or call restock", left, p.Name), nil
	}
	b.orders++
	b.stock[p.Name] -= o.Quantity
	o.Number, o.Left = b.orders, b.stock[p.Name]
	b.mu.Unlock()
	o.Total = math.Round(100*(float64(o.Quantity)*p.Price+0.3*float64(len(o.Extras)))) / 100
	b.srv.Updated(stockURI)
	return structured(o)
}

func countdown(c call, args struct{ Steps, DelayMs *int }) (*result, error) {
	steps, delay := valueOr(args.Steps, 5), valueOr(args.DelayMs, 200)
	for i := 1; i <= steps; i++ {
		if err := wait(c.Context(), time.Duration(delay)*time.Millisecond); err != nil {
			return fails("stopped at step %d of %d: %v", i, steps, err), nil
		}
		c.progress(i, steps, fmt.Sprintf("%d to go", steps-i))
	}
	return says("counted down %d steps: the bread is done", steps), nil
}

// special adds or removes the tool of that name.
func (b *bakery) special(on bool) {
	removed := b.srv.Remove(server.Tools, specialName)
	if on {
		tool(b, readOnly(specialName, "Today's special", "What is special today", schema(``)),
			func(call, none) (*result, error) { return says("strudel, still warm"), nil })
	}
	if on || removed {
		b.srv.Changed(server.Tools, b.srv.Greeted())
	}
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
