package stdlib

import (
	"slices"
	"strconv"
	"strings"

	"mcpjs/engine"
)

// table is console.table(data, properties): rows are data's elements or
// properties, columns those of the rows.
func (c *consoleState) table(args []engine.Value) {
	data, isObject := argument(args, 0).(*engine.Object)
	var only []string
	chosen := argument(args, 1)
	if !engine.IsUndefined(chosen) {
		if !engine.IsArray(chosen) {
			c.rt.Throw(&engine.Error{Class: "TypeError",
				Message: "console.table: properties must be an array, not " + c.rt.Inspect(chosen, engine.InspectOptions{}),
				Fields:  []engine.Field{{Name: "code", Value: "ERR_INVALID_ARG_TYPE"}}})
		}
		list := chosen.(*engine.Object)
		for i := range int(list.Get("length").ToInteger()) {
			if v := list.Get(strconv.Itoa(i)); v != nil {
				only = append(only, v.String())
			}
		}
	}
	if !isObject {
		c.log(args[:min(1, len(args))])
		return
	}
	if keys, values, ok := c.rt.Inspector().Entries(data); ok {
		t := newGrid("(iteration index)")
		if keys != nil {
			t.column("Key")
		}
		t.column("Values")
		for i, v := range values {
			row := strconv.Itoa(i)
			t.row(c.cell(c.rt.VM().ToValue(i)))
			if keys != nil {
				t.set(row, "Key", c.cell(keys[i]))
			}
			t.set(row, "Values", c.cell(v))
		}
		c.write(c.rt.Stdout, t.draw())
		return
	}
	t := newGrid("(index)")
	plain := map[string]string{}
	for _, name := range data.Keys() {
		t.row(name)
		row := strconv.Itoa(len(t.rows) - 1)
		v := data.Get(name)
		item, isObject := v.(*engine.Object)
		if !isObject && engine.IsUndefined(chosen) {
			plain[row] = c.cell(v)
			continue
		}
		columns := only
		var own []string
		if isObject {
			own = item.Keys()
		}
		if engine.IsUndefined(chosen) {
			columns = own
		}
		for _, column := range columns {
			text := ""
			if slices.Contains(own, column) {
				text = c.cell(item.Get(column))
			}
			t.set(row, column, text)
		}
	}
	t.sortColumns()
	for row, text := range plain {
		t.set(row, "\x00Values", text)
	}
	c.write(c.rt.Stdout, t.draw())
}

func (c *consoleState) cell(v engine.Value) string {
	opts := engine.InspectOptions{Depth: engine.InspectNone, MaxArrayLength: 3, BreakLength: -1, Colors: c.rt.ColorStdout}
	if o, ok := v.(*engine.Object); ok && !engine.IsArray(v) && len(o.Keys()) > 2 {
		opts.Depth = engine.InspectClosed
	}
	return c.rt.Inspect(v, opts)
}

// grid is a table of text. Its rows are known by their number, its columns by
// their names; a leading NUL in a name keeps it apart from data's.
type grid struct {
	corner  string
	rows    []string
	columns []string
	cells   map[string]map[string]string // column, row
}

func newGrid(corner string) *grid {
	return &grid{corner: corner, cells: map[string]map[string]string{}}
}

func (g *grid) row(name string) { g.rows = append(g.rows, name) }

func (g *grid) column(name string) map[string]string {
	if g.cells[name] == nil {
		g.cells[name] = map[string]string{}
		g.columns = append(g.columns, name)
	}
	return g.cells[name]
}

func (g *grid) set(row, column, text string) { g.column(column)[row] = text }

// sortColumns puts indices first, as objects have their properties.
func (g *grid) sortColumns() {
	rank := func(name string) int {
		if n, err := strconv.Atoi(name); err == nil && n >= 0 && strconv.Itoa(n) == name {
			return n
		}
		return 1<<63 - 1
	}
	slices.SortStableFunc(g.columns, func(a, b string) int {
		switch x, y := rank(a), rank(b); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
}

func (g *grid) draw() string {
	lines := make([][]string, len(g.rows)+1)
	lines[0] = []string{g.corner}
	for i, name := range g.rows {
		lines[i+1] = []string{name}
	}
	for _, column := range g.columns {
		lines[0] = append(lines[0], strings.TrimPrefix(column, "\x00"))
		for i := range g.rows {
			lines[i+1] = append(lines[i+1], g.cells[column][strconv.Itoa(i)])
		}
	}
	widths := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, text := range line {
			widths[i] = max(widths[i], engine.Columns(text))
		}
	}
	rule := func(left, middle, right string) string {
		dashes := make([]string, len(widths))
		for i, w := range widths {
			dashes[i] = strings.Repeat("─", w+2)
		}
		return left + strings.Join(dashes, middle) + right
	}
	var b strings.Builder
	b.WriteString(rule("┌", "┬", "┐") + "\n")
	for n, line := range lines {
		for i, text := range line {
			b.WriteString("│ " + text + strings.Repeat(" ", widths[i]-engine.Columns(text)+1))
		}
		b.WriteString("│\n")
		if n == 0 {
			b.WriteString(rule("├", "┼", "┤") + "\n")
		}
	}
	return b.String() + rule("└", "┴", "┘")
}
