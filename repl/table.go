package repl

import (
	"strings"

	"mcpjs/engine"
)

// table is what a grid shows: each row has a cell for each title.
type table struct {
	titles []string
	rows   [][]string
}

// grid lays a table out in columns, which are cut where the terminal is too
// narrow for them.
func (s *Session) grid(t table) (text string, cut bool) {
	titles, rows := t.titles, t.rows
	width, _ := s.screen.size()
	if !s.interactive {
		width = 160
	}
	widths := make([]int, len(titles))
	clean := make([][]string, len(rows))
	for i, t := range titles {
		widths[i] = clusterWidth(t)
	}
	for r, row := range rows {
		clean[r] = make([]string, len(titles))
		for i := range titles {
			if i < len(row) {
				clean[r][i] = engine.Printable(strings.Join(strings.Fields(row[i]), " "))
			}
			widths[i] = max(widths[i], clusterWidth(clean[r][i]))
		}
	}
	// Wide columns give way: the last down to two fifths, those between, the
	// last again, and then the first, which names things.
	last := len(widths) - 1
	shrink := func(i, least int) {
		over := -2 - width
		for _, w := range widths {
			over += w + 2
		}
		if over > 0 {
			widths[i] = max(min(widths[i], least), widths[i]-over)
		}
	}
	shrink(last, width*2/5)
	for i := last - 1; i > 0; i-- {
		shrink(i, 16)
	}
	shrink(last, 16)
	shrink(0, 16)
	var b strings.Builder
	line := func(cells []string, st style) {
		var out strings.Builder
		for i, c := range cells {
			cut = cut || clusterWidth(c) > widths[i]
			c = truncate(c, widths[i])
			if i < len(cells)-1 {
				c += strings.Repeat(" ", max(0, widths[i]-clusterWidth(c)))
			}
			if st == styleDim || i > 0 {
				out.WriteString(s.paint(st, c))
			} else {
				out.WriteString(s.paint(styleCommand, c))
			}
			if i < len(cells)-1 {
				out.WriteString("  ")
			}
		}
		b.WriteString(strings.TrimRight(out.String(), " ") + "\n")
	}
	line(titles, styleDim)
	for _, row := range clean {
		line(row, plain)
	}
	return strings.TrimRight(b.String(), "\n"), cut
}

// blocks lays a table out with nothing cut: a block of lines for each row.
func (s *Session) blocks(t table) string {
	indent := 0
	for _, title := range t.titles[1:] {
		indent = max(indent, clusterWidth(title))
	}
	var b strings.Builder
	for _, row := range t.rows {
		for i, cell := range row {
			cell = engine.Printable(strings.Join(strings.Fields(cell), " "))
			switch {
			case i == 0:
				b.WriteString(s.paint(styleCommand, cell) + "\n")
			case cell != "":
				title := t.titles[i] + strings.Repeat(" ", indent-clusterWidth(t.titles[i]))
				b.WriteString("  " + s.dim(title) + "  " + cell + "\n")
			}
		}
	}
	return strings.TrimRight(b.String(), "\n")
}

// tableOf makes a table of a list of MCP's; false for any other value. Loop
// only.
func (s *Session) tableOf(v engine.Value) (table, bool) {
	if !engine.IsArray(v) {
		return table{}, false
	}
	list := v.(*engine.Object)
	n := int(list.Get("length").ToInteger())
	if n == 0 || n > 5000 {
		return table{}, false
	}
	kind := ""
	for i := range min(n, 50) {
		o, ok := s.element(list, i)
		if !ok {
			return table{}, false
		}
		k := s.listKind(o)
		if k == "" || kind != "" && k != kind {
			return table{}, false
		}
		kind = k
	}
	items, err := s.items(v)
	if err != nil {
		return table{}, false
	}
	return itemTable(kind, items), true
}

func (s *Session) element(list *engine.Object, i int) (*engine.Object, bool) {
	v, ok := s.rt.OwnData(list, itoa(i))
	if !ok {
		return nil, false
	}
	o, ok := v.(*engine.Object)
	return o, ok
}

// listKind tells what of MCP's an object is, by its properties.
func (s *Session) listKind(o *engine.Object) string {
	has := func(name string) bool {
		_, ok := s.rt.OwnData(o, name)
		return ok
	}
	switch {
	case !has("name"):
		return ""
	case has("inputSchema"):
		return "tools/list"
	case has("uriTemplate"):
		return "resources/templates/list"
	case has("uri") && !has("type"):
		return "resources/list"
	case has("arguments"):
		return "prompts/list"
	}
	return ""
}

// itemTable is a list as a table.
func itemTable(kind string, items []item) table {
	var rows [][]string
	switch kind {
	case "tools/list":
		for _, it := range items {
			in := parseSchema(it.InputSchema)
			args := ""
			if len(in.properties) > 0 {
				args = in.objectText(0)
			}
			rows = append(rows, []string{it.Name, args, it.summary()})
		}
		return table{[]string{"tool", "arguments", "description"}, rows}
	case "prompts/list":
		for _, it := range items {
			var args []string
			for _, a := range it.Arguments {
				if !a.Required {
					a.Name += "?"
				}
				args = append(args, a.Name)
			}
			rows = append(rows, []string{it.Name, strings.Join(args, ", "), it.summary()})
		}
		return table{[]string{"prompt", "arguments", "description"}, rows}
	}
	for _, it := range items {
		uri := it.URI
		if uri == "" {
			uri = it.URITemplate
		}
		rows = append(rows, []string{uri, it.Name, it.MimeType, it.summary()})
	}
	return table{[]string{"uri", "name", "type", "description"}, rows}
}
