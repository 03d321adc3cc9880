package demo

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"slices"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

var tones = []string{"cheerful", "factual", "poetic", "short"}

func says(content ...mcp.Content) *mcp.GetPromptResult {
	result := &mcp.GetPromptResult{}
	for _, c := range content {
		result.Messages = append(result.Messages, mcp.NewPromptMessage(mcp.RoleUser, c))
	}
	return result
}

func saysText(format string, args ...any) *mcp.GetPromptResult {
	return says(mcp.NewTextContent(fmt.Sprintf(format, args...)))
}

// wanted is the product that a prompt's argument names.
func wanted(r mcp.GetPromptRequest) (product, error) {
	name := r.Params.Arguments["item"]
	p, ok := lookup(name)
	if !ok {
		return p, fmt.Errorf("argument item: no %q on the menu", name)
	}
	return p, nil
}

func (b *bakery) addPrompts() {
	item := mcp.WithArgument("item", mcp.RequiredArgument(), mcp.ArgumentDescription("something on the menu"))

	b.srv.AddPrompt(mcp.NewPrompt("greet", mcp.WithPromptTitle("Greet"), mcp.WithPromptDescription("a greeting; takes no arguments"), mcp.WithPromptIcons(icon())),
		func(context.Context, mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
			result := saysText("Greet a customer of the bakery.")
			result.Description = "how we greet"
			result.Messages = append(result.Messages, mcp.NewPromptMessage(mcp.RoleAssistant, mcp.NewTextContent("Good morning! What smells so good? Everything.")))
			return result, nil
		})
	b.srv.AddPrompt(mcp.NewPrompt("describe", mcp.WithPromptTitle("Describe"), mcp.WithPromptDescription("describe something on the menu"),
		item, mcp.WithArgument("tone", mcp.ArgumentDescription("cheerful if not given"))),
		func(_ context.Context, r mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
			p, err := wanted(r)
			if err != nil {
				return nil, err
			}
			return saysText("Describe our %s in a %s tone.", p.Title, cmp.Or(r.Params.Arguments["tone"], "cheerful")), nil
		})
	b.srv.AddPrompt(mcp.NewPrompt("review-recipe", mcp.WithPromptTitle("Review a recipe"), mcp.WithPromptDescription("has a recipe embedded"), item),
		func(_ context.Context, r mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
			p, err := wanted(r)
			if err != nil {
				return nil, err
			}
			return says(mcp.NewTextContent("What would you change about this recipe?"),
				mcp.NewEmbeddedResource(mcp.TextResourceContents{URI: recipeURI(p.Name), MIMEType: "text/markdown", Text: recipe(p)})), nil
		})
	b.srv.AddPrompt(mcp.NewPrompt("caption", mcp.WithPromptTitle("Caption"), mcp.WithPromptDescription("has a picture")),
		func(context.Context, mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
			return says(mcp.NewTextContent("Write a caption for this picture."),
				mcp.NewImageContent(base64.StdEncoding.EncodeToString(loaf()), "image/png")), nil
		})
	b.srv.AddPrompt(mcp.NewPrompt("pair", mcp.WithPromptTitle("Pair"), mcp.WithPromptDescription("what goes with what"),
		mcp.WithArgument("category", mcp.ArgumentDescription("bread or sweet")), item),
		func(_ context.Context, r mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
			p, err := wanted(r)
			if err != nil {
				return nil, err
			}
			return saysText("What goes well with %s?", p.Title), nil
		})
	b.srv.AddPrompt(mcp.NewPrompt("personal", mcp.WithPromptTitle("Personal"), mcp.WithPromptDescription("asks for a name first (elicitation)")),
		func(_ context.Context, r mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
			reply := server.ElicitationResponse(r.Params.InputResponses, "name")
			if reply == nil {
				return server.NewInputRequestBuilder("").Elicit("name", mcp.ElicitationParams{
					Mode: mcp.ElicitationModeForm, Message: "What is your name?",
					RequestedSchema: schema(`"name":{"type":"string","title":"Name"}`, "name"),
				}).PromptResult(), nil
			}
			name, _ := fields(reply)["name"].(string)
			return saysText("Write a birthday card for %s.", cmp.Or(name, "a stranger")), nil
		})
}

// promptCompletion completes the arguments of prompts; the item to pair is
// completed within the category chosen before.
type promptCompletion struct{}

func (promptCompletion) CompletePromptArgument(_ context.Context, prompt string, argument mcp.CompleteArgument, chosen mcp.CompleteContext) (*mcp.Completion, error) {
	switch argument.Name {
	case "item":
		category := chosen.Arguments["category"]
		return matching(slices.DeleteFunc(names(), func(name string) bool {
			p, _ := lookup(name)
			return prompt == "pair" && category != "" && p.Category != category
		}), argument.Value), nil
	case "tone":
		return matching(tones, argument.Value), nil
	case "category":
		return matching([]string{"bread", "sweet"}, argument.Value), nil
	}
	return matching(nil, ""), nil
}
