package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

// The tools of this file ask their client for something. Each returns a result
// that says what it needs and is called again with the answers: from
// 2026-07-28 on that is what goes over the wire, and for clients of older
// revisions mcp-go sends the requests of those.

// missing is the result for a client that cannot answer; nil if it can. A
// client that the session knows nothing of is asked all the same.
func missing(ctx context.Context, what string, able func(mcp.ClientCapabilities) bool) *mcp.CallToolResult {
	session, ok := server.ClientSessionFromContext(ctx).(server.SessionWithClientInfo)
	if !ok || session.GetClientInfo().Name == "" && !server.IsModernRequest(ctx) || able(session.GetClientCapabilities()) {
		return nil
	}
	return mcp.NewToolResultErrorf("this tool asks its client for %s, and yours has not declared that it can answer", what)
}

func (b *bakery) addQuestions() {
	tool(b, readOnly("ask-model", "Ask the model", "Asks the client's model a question (sampling)",
		schema(`"question":{"type":"string","minLength":1},"maxTokens":{"type":"integer","minimum":1,"default":100}`, "question")), askModel)
	tool(b, describe("book-table", "Book a table", "Asks for the details of a booking with a form (elicitation)", schema(``)), bookTable)
	tool(b, describe("pay-online", "Pay online", "Asks the user to open a web page (URL elicitation)",
		schema(`"amount":{"type":"number","minimum":0,"default":3.9}`)), b.payOnline)
	tool(b, readOnly("list-roots", "List roots", "Lists the client's roots", schema(``)), listRoots)
}

func askModel(ctx context.Context, r mcp.CallToolRequest, args struct {
	Question  string
	MaxTokens *int
}) (*mcp.CallToolResult, error) {
	reply := server.SamplingResponse(r.Params.InputResponses, "answer")
	if reply == nil {
		if m := missing(ctx, "sampling", func(c mcp.ClientCapabilities) bool { return c.Sampling != nil }); m != nil {
			return m, nil
		}
		return server.NewInputRequestBuilder("").Sample("answer", mcp.CreateMessageParams{
			Messages:     []mcp.SamplingMessage{{Role: mcp.RoleUser, Content: mcp.NewTextContent(args.Question)}},
			SystemPrompt: "You are a friendly baker. Answer in one sentence.",
			MaxTokens:    valueOr(args.MaxTokens, 100),
			Temperature:  0.2,
			ModelPreferences: &mcp.ModelPreferences{
				Hints:         []mcp.ModelHint{{Name: "small"}},
				SpeedPriority: 0.9,
			},
		}).ToolResult(), nil
	}
	content, err := mcp.ParseSamplingContent(reply.Content)
	if err != nil {
		return mcp.NewToolResultErrorFromErr("the client's answer to sampling", err), nil
	}
	return mcp.NewToolResultText(fmt.Sprintf("%s says: %s", reply.Model, spoken(content))), nil
}

// spoken is the text in a sampled message.
func spoken(content any) string {
	switch c := content.(type) {
	case mcp.TextContent:
		return c.Text
	case []mcp.Content:
		var parts []string
		for _, part := range c {
			if text := spoken(part); text != "" {
				parts = append(parts, text)
			}
		}
		return strings.Join(parts, " ")
	default:
		return fmt.Sprintf("(%T)", content)
	}
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

func bookTable(ctx context.Context, r mcp.CallToolRequest, _ none) (*mcp.CallToolResult, error) {
	if m := missing(ctx, "elicitation", func(c mcp.ClientCapabilities) bool { return c.Elicitation != nil }); m != nil {
		return m, nil
	}
	booking := map[string]any{}
	if confirmed := server.ElicitationResponse(r.Params.InputResponses, "confirm"); confirmed != nil {
		if yes, _ := fields(confirmed)["sure"].(bool); confirmed.Action != mcp.ElicitationResponseActionAccept || !yes {
			return mcp.NewToolResultText("no table booked: the party was not confirmed"), nil
		}
		if err := json.Unmarshal([]byte(r.Params.RequestState), &booking); err != nil {
			return mcp.NewToolResultError("the client did not send back the state of the booking"), nil
		}
		return booked(booking)
	}
	form := server.ElicitationResponse(r.Params.InputResponses, "booking")
	if form == nil {
		return server.NewInputRequestBuilder("").Elicit("booking", mcp.ElicitationParams{
			Mode: mcp.ElicitationModeForm, Message: "Whom may we expect?", RequestedSchema: bookingForm,
		}).ToolResult(), nil
	}
	if form.Action != mcp.ElicitationResponseActionAccept {
		return mcp.NewToolResultText(fmt.Sprintf("no table booked: the form came back with %q", form.Action)), nil
	}
	booking = fields(form)
	guests, ok := booking["guests"].(float64)
	if name, _ := booking["name"].(string); !ok || name == "" {
		return mcp.NewToolResultError("the form came back without a name or the number of guests"), nil
	}
	if guests < bigParty {
		return booked(booking)
	}
	state, err := json.Marshal(booking)
	if err != nil {
		return nil, err
	}
	return server.NewInputRequestBuilder(string(state)).Elicit("confirm", mcp.ElicitationParams{
		Mode: mcp.ElicitationModeForm, Message: fmt.Sprintf("%g guests is a big party. Are you sure?", guests),
		RequestedSchema: schema(`"sure":{"type":"boolean","title":"Sure"}`, "sure"),
	}).ToolResult(), nil
}

func fields(r *mcp.ElicitationResult) map[string]any {
	content, _ := r.Content.(map[string]any)
	return content
}

func booked(booking map[string]any) (*mcp.CallToolResult, error) {
	result, err := structured(booking)
	if err == nil {
		line := mcp.NewTextContent(fmt.Sprintf("a table for %v, %v guests", booking["name"], booking["guests"]))
		result.Content = append([]mcp.Content{line}, result.Content...)
	}
	return result, err
}

func (b *bakery) payOnline(ctx context.Context, r mcp.CallToolRequest, args struct{ Amount *float64 }) (*mcp.CallToolResult, error) {
	const id = "payment-1"
	reply := server.ElicitationResponse(r.Params.InputResponses, "payment")
	if reply == nil {
		if m := missing(ctx, "URL elicitation", func(c mcp.ClientCapabilities) bool {
			return c.Elicitation != nil && c.Elicitation.URL != nil
		}); m != nil {
			return m, nil
		}
		return server.NewInputRequestBuilder("").Elicit("payment", mcp.ElicitationParams{
			Mode: mcp.ElicitationModeURL, ElicitationID: id,
			Message: fmt.Sprintf("Please pay %.2f on our page", valueOr(args.Amount, 3.9)),
			URL:     "https://bakery.example/pay?order=1",
		}).ToolResult(), nil
	}
	if reply.Action != mcp.ElicitationResponseActionAccept {
		return mcp.NewToolResultText(fmt.Sprintf("not paid: the answer was %q", reply.Action)), nil
	}
	if !server.IsModernRequest(ctx) {
		if err := b.srv.SendElicitationComplete(ctx, server.ClientSessionFromContext(ctx), id); err != nil {
			return nil, err
		}
	}
	return mcp.NewToolResultText("the page was opened; we trust you to have paid"), nil
}

func listRoots(ctx context.Context, r mcp.CallToolRequest, _ none) (*mcp.CallToolResult, error) {
	reply := server.RootsResponse(r.Params.InputResponses, "roots")
	if reply == nil {
		if m := missing(ctx, "roots", func(c mcp.ClientCapabilities) bool { return c.Roots != nil }); m != nil {
			return m, nil
		}
		return server.NewInputRequestBuilder("").Roots("roots").ToolResult(), nil
	}
	var lines []string
	for _, root := range reply.Roots {
		lines = append(lines, strings.TrimSpace(root.URI+" "+root.Name))
	}
	return mcp.NewToolResultStructured(map[string]any{"roots": append([]mcp.Root{}, reply.Roots...)},
		fmt.Sprintf("%d roots\n%s", len(lines), strings.Join(lines, "\n"))), nil
}
