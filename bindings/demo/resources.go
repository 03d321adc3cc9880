package demo

import (
	"encoding/json"
	"fmt"
	"strings"

	"mcpjs/bindings/server"
)

const (
	aboutURI  = "demo://bakery/about"
	menuURI   = "demo://bakery/menu"
	logoURI   = "demo://bakery/logo"
	stockURI  = "demo://bakery/stock"
	recipeTpl = "demo://bakery/recipes/{item}"
	shelfTpl  = "demo://bakery/shelves/{category}/{item}"

	markdown = "text/markdown"
	asJSON   = "application/json"
)

const about = `# The Little Bakery

Open every day. Ask for a *recipe*, or look at the ` + "`menu`" + `.
`

func recipeURI(item string) string { return strings.Replace(recipeTpl, "{item}", item, 1) }

func recipe(p product) body {
	return body{recipeURI(p.Name), markdown,
		fmt.Sprintf("# %s\n\nMix %s. Knead, wait, bake at 220 °C.\n", p.Title, strings.Join(p.Ingredients, ", ")), ""}
}

func data(uri string, v any) (body, error) {
	text, err := json.MarshalIndent(v, "", "  ")
	return body{uri, asJSON, string(text), ""}, err
}

// resource registers a resource or a template of them.
func (b *bakery) resource(d description, complete map[string]server.Handler, read func(c call) (body, error)) {
	kind, name := server.Resources, d.URI
	if d.Template != "" {
		kind, name = server.Templates, d.Template
	}
	b.add(kind, d, server.Feature{Name: name, Complete: complete, Handle: serve(func(c call) (any, error) {
		contents, err := read(c)
		return map[string]any{"contents": []body{contents}}, err
	})})
}

func readRecipe(c call) (body, error) {
	item := strings.TrimPrefix(c.URI, recipeURI(""))
	p, ok := lookup(item)
	if !ok {
		return body{}, fmt.Errorf("no recipe for %q: there is one for %s", item, strings.Join(names(), ", "))
	}
	return recipe(p), nil
}

// addResources adds them in the order of their names.
func (b *bakery) addResources() {
	b.resource(description{URI: aboutURI, Name: "about", Title: "About us", MIMEType: markdown, Description: "who we are", Size: len(about), Icons: icons,
		Annotations: annotations{[]string{"user", "assistant"}, 1, "2026-07-28T08:00:00Z"}},
		nil, func(call) (body, error) { return body{aboutURI, markdown, about, ""}, nil })
	b.resource(description{URI: logoURI, Name: "logo", Title: "Logo", MIMEType: "image/png", Description: "a loaf, as PNG"},
		nil, func(call) (body, error) { return body{logoURI, "image/png", "", loaf}, nil })
	b.resource(description{URI: menuURI, Name: "menu", Title: "Menu", MIMEType: asJSON, Description: "what we sell, as JSON"},
		nil, func(call) (body, error) { return data(menuURI, menu) })
	for _, p := range menu {
		b.resource(description{URI: recipeURI(p.Name), Name: "recipe-" + p.Name, Title: "Recipe: " + p.Title, MIMEType: markdown}, nil, readRecipe)
	}
	b.resource(description{URI: stockURI, Name: "stock", Title: "Stock", MIMEType: asJSON, Description: "what is on the shelf; changes with order and restock"},
		nil, func(call) (body, error) { return data(stockURI, b.shelf()) })
	b.resource(description{Template: recipeTpl, Name: "recipe", Title: "Recipe", Description: "how to bake something", MIMEType: markdown},
		map[string]server.Handler{"item": completion(func(map[string]string) []string { return names() })}, readRecipe)
	b.resource(description{Template: shelfTpl, Name: "shelf", Title: "Shelf", Description: "how many of something are left", MIMEType: asJSON},
		map[string]server.Handler{
			"category": completion(func(map[string]string) []string { return []string{"bread", "sweet"} }),
			"item":     completion(func(known map[string]string) []string { return within(known["category"]) }), // chosen before
		},
		func(c call) (body, error) {
			category, item, _ := strings.Cut(strings.TrimPrefix(c.URI, "demo://bakery/shelves/"), "/")
			p, ok := lookup(item)
			if !ok || p.Category != category {
				return body{}, fmt.Errorf("no %q on the %q shelf: the shelves are bread and sweet", item, category)
			}
			return data(c.URI, map[string]any{"item": item, "left": b.shelf()[item]})
		})
}
