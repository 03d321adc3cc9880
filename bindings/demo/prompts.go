package demo

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"mcpjs/bindings/server"
)

var tones = []string{"cheerful", "factual", "poetic", "short"}

// from is a prompt of the user's with this content.
func from(content ...any) *prompt {
	p := &prompt{}
	for _, c := range content {
		p.Messages = append(p.Messages, message{"user", c})
	}
	return p
}

// prompt registers a prompt. Its item is looked up where it has one.
func (b *bakery) prompt(d description, handle func(c call, p product, args map[string]string) (*prompt, error)) {
	f := server.Feature{Name: d.Name, Complete: map[string]server.Handler{}}
	hasItem := false
	for _, a := range d.Arguments {
		if a.Required {
			f.Required = append(f.Required, a.Name)
		}
		hasItem = hasItem || a.Name == "item"
		f.Complete[a.Name] = completion(func(known map[string]string) []string {
			switch a.Name {
			case "tone":
				return tones
			case "category":
				return []string{"bread", "sweet"}
			}
			if d.Name != "pair" {
				return names()
			}
			return within(known["category"]) // chosen before
		})
	}
	f.Handle = serve(func(c call) (*prompt, error) {
		var args map[string]string
		var p product
		err := json.Unmarshal(c.Arguments, &args)
		if hasItem && err == nil {
			var ok bool
			if p, ok = lookup(args["item"]); !ok {
				err = fmt.Errorf("argument item: no %q on the menu", args["item"])
			}
		}
		if err != nil {
			return nil, err
		}
		return handle(c, p, args)
	})
	b.add(server.Prompts, d, f)
}

// addPrompts adds them in the order of their names.
func (b *bakery) addPrompts() {
	item := argument{"item", "something on the menu", true}
	b.prompt(description{Name: "caption", Title: "Caption", Description: "has a picture"},
		func(call, product, map[string]string) (*prompt, error) {
			return from(words("Write a caption for this picture."), media{Type: "image", Data: loaf, MIMEType: "image/png"}), nil
		})
	b.prompt(description{Name: "describe", Title: "Describe", Description: "describe something on the menu",
		Arguments: []argument{item, {"tone", "cheerful if not given", false}}},
		func(_ call, p product, args map[string]string) (*prompt, error) {
			return from(words("Describe our %s in a %s tone.", p.Title, cmp.Or(args["tone"], "cheerful"))), nil
		})
	b.prompt(description{Name: "greet", Title: "Greet", Description: "a greeting; takes no arguments", Icons: icons},
		func(call, product, map[string]string) (*prompt, error) {
			return &prompt{"how we greet", []message{{"user", words("Greet a customer of the bakery.")},
				{"assistant", words("Good morning! What smells so good? Everything.")}}}, nil
		})
	b.prompt(description{Name: "pair", Title: "Pair", Description: "what goes with what",
		Arguments: []argument{{"category", "bread or sweet", false}, item}},
		func(_ call, p product, _ map[string]string) (*prompt, error) {
			return from(words("What goes well with %s?", p.Title)), nil
		})
	b.prompt(description{Name: "personal", Title: "Personal", Description: "asks for a name first (elicitation)"},
		func(c call, _ product, _ map[string]string) (*prompt, error) {
			form, err := c.elicit("name", "What is your name?", schema(`"name":{"type":"string","title":"Name"}`, "name"))
			if err != nil {
				return nil, err
			}
			name, _ := form.Content["name"].(string)
			return from(words("Write a birthday card for %s.", cmp.Or(name, "a stranger"))), nil
		})
	b.prompt(description{Name: "review-recipe", Title: "Review a recipe", Description: "has a recipe embedded", Arguments: []argument{item}},
		func(_ call, p product, _ map[string]string) (*prompt, error) {
			return from(words("What would you change about this recipe?"), embedded{"resource", recipe(p)}), nil
		})
}

// within are the products of a category, or all where that is "".
func within(category string) []string {
	return slices.DeleteFunc(names(), func(name string) bool {
		p, _ := lookup(name)
		return category != "" && p.Category != category
	})
}

// completion completes a value with the candidates that begin with it.
func completion(candidates func(known map[string]string) []string) server.Handler {
	return serve(func(c call) (any, error) {
		var known map[string]string
		_ = json.Unmarshal(c.Known, &known) // what is no string is not known
		values := []string{}
		for _, candidate := range candidates(known) {
			if strings.HasPrefix(strings.ToLower(candidate), strings.ToLower(c.Argument)) {
				values = append(values, candidate)
			}
		}
		slices.Sort(values)
		return map[string]any{"completion": map[string]any{"values": values, "total": len(values)}}, nil
	})
}
