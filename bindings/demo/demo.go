// Package demo is the server that ships in the binary: a small bakery that
// shows every feature of MCP that a client can meet, in every revision of the
// protocol. Its answers are the same each time; it uses no network, no files
// and no clock but to wait where waiting is the point.
package demo

import (
	"context"
	"sync"
	"time"

	"mcpjs/bindings/server"
)

// pageSize is small so that every list has more than one page.
const pageSize = 5

const instructions = `A little bakery, here to try things out on.

See what there is with the "menu" tool, buy something with "order", and watch
demo://bakery/stock change. "countdown" reports progress, "book-table" asks you
questions, "ask-model" asks your model one, and "burn" always fails.`

// A bakery is the state of one server.
type bakery struct {
	srv *server.Server

	mu     sync.Mutex
	orders int
	stock  map[string]int
}

// New is a bakery that has just opened. Servers share no state.
func New() *server.Server {
	b := &bakery{stock: map[string]int{}}
	for _, p := range menu {
		b.stock[p.Name] = p.Baked
	}
	info, err := encode(struct {
		Name        string `json:"name"`
		Version     string `json:"version"`
		Title       string `json:"title"`
		Description string `json:"description"`
		Icons       []icon `json:"icons"`
	}{"mcpjs-demo", "1.0.0", "The Little Bakery", "A demo server with every feature of MCP", icons})
	must(err)
	b.srv = server.New(server.Options{Info: info, Instructions: instructions, PageSize: pageSize})
	b.addTools()
	b.addResources()
	b.addPrompts()
	return b.srv
}

// add offers something that d describes.
func (b *bakery) add(kind server.Kind, d description, f server.Feature) {
	var err error
	f.Definition, err = encode(d)
	must(err)
	must(b.srv.Add(kind, f))
}

// must holds what is written here to be right.
func must(err error) {
	if err != nil {
		panic(err)
	}
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
