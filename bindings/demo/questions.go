package demo

import (
	"encoding/json"
	"fmt"
	"strings"
)

// The tools of this file ask their client for something.

// missing is the result for a client that has not declared that it can answer;
// nil if it has.
func (c call) missing(what string, capability ...string) *result {
	if c.Require(capability...) == nil {
		return nil
	}
	return fails("this tool asks its client for %s, and yours has not declared that it can answer", what)
}

// An answer is what a client answers to an elicitation.
type answer struct {
	Action  string         `json:"action"`
	Content map[string]any `json:"content"`
}

// accepted tells whether the user filled the form in, or did as asked.
func (a answer) accepted() bool { return a.Action == "accept" }

// elicit asks the user to fill in a form.
func (c call) elicit(key, message string, form json.RawMessage) (a answer, err error) {
	err = c.ask("elicitation/create", key, map[string]any{"mode": "form", "message": message, "requestedSchema": form}, &a)
	return a, err
}

func askModel(c call, args struct {
	Question  string
	MaxTokens *int
}) (*result, error) {
	if m := c.missing("sampling", "sampling"); m != nil {
		return m, nil
	}
	var reply struct {
		Model   string
		Content json.RawMessage
	}
	err := c.ask("sampling/createMessage", "answer", map[string]any{
		"messages":         []message{{"user", text{"text", args.Question}}},
		"systemPrompt":     "You are a friendly baker. Answer in one sentence.",
		"maxTokens":        valueOr(args.MaxTokens, 100),
		"temperature":      0.2,
		"modelPreferences": map[string]any{"hints": []any{map[string]string{"name": "small"}}, "speedPriority": 0.9},
	}, &reply)
	if err != nil {
		return fails("%v", err), nil
	}
	return says("%s says: %s", reply.Model, spoken(reply.Content)), nil
}

// spoken is the text in a sampled message, whose content is a block or a list
// of them.
func spoken(content json.RawMessage) string {
	var blocks []text
	if json.Unmarshal(content, &blocks) != nil {
		blocks = make([]text, 1)
		if err := json.Unmarshal(content, &blocks[0]); err != nil {
			return "(nothing that can be read)"
		}
	}
	var parts []string
	for _, b := range blocks {
		switch {
		case b.Type != "text":
			parts = append(parts, "("+b.Type+")")
		case b.Text != "":
			parts = append(parts, b.Text)
		}
	}
	return strings.Join(parts, " ")
}

// bookingForm has a field of every kind that a form may have (2025-11-25,
// client/elicitation).
var bookingForm = json.RawMessage(`{"type":"object","properties":{
	"name":{"type":"string","title":"Name","description":"who is coming","minLength":1,"maxLength":60},
	"email":{"type":"string","format":"email","title":"E-mail"},
	"website":{"type":"string","format":"uri","title":"Website"},
	"date":{"type":"string","format":"date","title":"Day"},
	"at":{"type":"string","format":"date-time","title":"Day and time"},
	"guests":{"type":"integer","title":"Guests","minimum":1,"maximum":20,"default":2},
	"budget":{"type":"number","title":"Budget","minimum":0},
	"outside":{"type":"boolean","title":"Outside?","default":false},
	"seat":{"type":"string","title":"Seat","enum":["window","corner","counter"],"default":"window"},
	"cake":{"type":"string","title":"Cake","oneOf":[{"const":"strudel","title":"Apple strudel"},{"const":"brioche","title":"Brioche"}]},
	"drink":{"type":"string","title":"Drink","enum":["t","c"],"enumNames":["Tea","Coffee"]},
	"diets":{"type":"array","title":"Diets","minItems":0,"maxItems":2,"items":{"type":"string","enum":["vegan","gluten-free","halal","kosher"]}},
	"allergies":{"type":"array","title":"Allergies","items":{"anyOf":[{"const":"nuts","title":"Nuts"},{"const":"milk","title":"Milk"}]}}},
	"required":["name","guests"]}`)

// bigParty is the number of guests that has to be confirmed in a second round.
const bigParty = 8

func bookTable(c call, _ none) (*result, error) {
	if m := c.missing("elicitation", "elicitation"); m != nil {
		return m, nil
	}
	form, err := c.elicit("booking", "Whom may we expect?", bookingForm)
	if err != nil {
		return fails("%v", err), nil
	}
	if !form.accepted() {
		return says("no table booked: the form came back with %q", form.Action), nil
	}
	name, _ := form.Content["name"].(string)
	guests, ok := form.Content["guests"].(float64)
	if !ok || name == "" {
		return fails("the form came back without a name or the number of guests"), nil
	}
	if guests >= bigParty {
		sure, err := c.elicit("confirm", fmt.Sprintf("%g guests is a big party. Are you sure?", guests),
			schema(`"sure":{"type":"boolean","title":"Sure"}`, "sure"))
		if err != nil {
			return fails("%v", err), nil
		}
		if yes, _ := sure.Content["sure"].(bool); !sure.accepted() || !yes {
			return says("no table booked: the party was not confirmed"), nil
		}
	}
	r, err := structured(form.Content)
	if err == nil {
		r.Content = append([]any{words("a table for %s, %g guests", name, guests)}, r.Content...)
	}
	return r, err
}

func payOnline(c call, args struct{ Amount *float64 }) (*result, error) {
	if m := c.missing("URL elicitation", "elicitation", "url"); m != nil {
		return m, nil
	}
	const id = "payment-1"
	var reply answer
	err := c.ask("elicitation/create", "payment", map[string]any{
		"mode": "url", "elicitationId": id,
		"message": fmt.Sprintf("Please pay %.2f on our page", valueOr(args.Amount, 3.9)),
		"url":     "https://bakery.example/pay?order=1",
	}, &reply)
	if err != nil {
		return fails("%v", err), nil
	}
	if !reply.accepted() {
		return says("not paid: the answer was %q", reply.Action), nil
	}
	if !c.Modern() {
		c.Notify("notifications/elicitation/complete", json.RawMessage(`{"elicitationId":"`+id+`"}`))
	}
	return says("the page was opened; we trust you to have paid"), nil
}

func listRoots(c call, _ none) (*result, error) {
	if m := c.missing("roots", "roots"); m != nil {
		return m, nil
	}
	type root struct {
		URI  string `json:"uri"`
		Name string `json:"name,omitempty"`
	}
	reply := struct {
		Roots []root `json:"roots"`
	}{[]root{}}
	if err := c.ask("roots/list", "roots", nil, &reply); err != nil {
		return fails("%v", err), nil
	}
	var lines []string
	for _, r := range reply.Roots {
		lines = append(lines, strings.TrimSpace(r.URI+" "+r.Name))
	}
	return &result{Content: []any{words("%d roots\n%s", len(lines), strings.Join(lines, "\n"))}, Structured: reply}, nil
}
