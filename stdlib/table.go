package stdlib

import (
	"strconv"
	"strings"

	"mcpjs/engine"
)

// table is table(rows, columns?): rows as aligned text with a head, numbers to
// the right. Rows are objects, arrays or plain values; columns choose and order.
func table(rt *engine.Runtime, v, columns engine.Value) (engine.Value, error) {
	if !engine.IsArray(v) {
		return nil, engine.TypeErrorf("table: the rows must be an array, not %s", rt.Inspect(v, engine.InspectOptions{}))
	}
	list := v.(*engine.Object)
	var objects []*engine.Object
	var values []engine.Value
	width := 0
	for i := range int(list.Get("length").ToInteger()) {
		row := list.Get(strconv.Itoa(i))
		values = append(values, row)
		if o, ok := row.(*engine.Object); ok {
			objects = append(objects, o)
			if engine.IsArray(row) {
				width = max(width, int(o.Get("length").ToInteger()))
			}
		}
	}
	names := columnsOf(objects, columns)
	if engine.IsNullish(columns) {
		numbered := []string{}
		for i := range width {
			numbered = append(numbered, strconv.Itoa(i))
		}
		names = append(numbered, names...)
		if len(objects) < len(values) {
			names = append(names, "value")
		}
	}
	if len(names) == 0 {
		return rt.VM().ToValue(""), nil
	}
	cells := make([][]string, len(values))
	numeric := make([]bool, len(names))
	for i := range numeric {
		numeric[i] = true
	}
	for i, row := range values {
		cells[i] = make([]string, len(names))
		for k, name := range names {
			var cell engine.Value
			if o, ok := row.(*engine.Object); ok {
				cell = o.Get(name)
			} else if name == "value" {
				cell = row
			}
			if cell == nil || engine.IsNullish(cell) {
				continue
			}
			switch cell.Export().(type) {
			case int64, float64:
			default:
				numeric[k] = false
			}
			cells[i][k] = tableCell(rt, cell)
		}
	}
	return rt.VM().ToValue(drawTable(names, cells, numeric)), nil
}

func tableCell(rt *engine.Runtime, v engine.Value) string {
	text, ok := engine.AsString(v)
	if !ok {
		text = rt.Inspect(v, engine.InspectOptions{BreakLength: -1, Depth: 1})
	}
	return strings.NewReplacer("\n", `\n`, "\t", `\t`).Replace(engine.Printable(text))
}

func drawTable(names []string, cells [][]string, numeric []bool) string {
	widths := make([]int, len(names))
	for k, name := range names {
		widths[k] = engine.Columns(name)
		for _, row := range cells {
			widths[k] = max(widths[k], engine.Columns(row[k]))
		}
	}
	var b strings.Builder
	write := func(row []string) {
		var line strings.Builder
		for k, text := range row {
			if k > 0 {
				line.WriteString("  ")
			}
			pad := strings.Repeat(" ", widths[k]-engine.Columns(text))
			if numeric[k] {
				line.WriteString(pad + text)
			} else {
				line.WriteString(text + pad)
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	write(names)
	rules := make([]string, len(names))
	for k, w := range widths {
		rules[k] = strings.Repeat("-", w)
	}
	write(rules)
	for _, row := range cells {
		write(row)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
