package stdlib

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"mcpjs/engine"
)

func separator(options engine.Value, what string) (rune, error) {
	text := textOption(options, "separator", textOption(options, "delimiter", ","))
	r, n := utf8.DecodeRuneInString(text)
	if n == 0 || n != len(text) || r == '"' || r == '\r' || r == '\n' || r == utf8.RuneError {
		return 0, engine.TypeErrorf("%s: separator must be one character, not %q", what, text)
	}
	return r, nil
}

// parseCSV is csv.parse(text, options): arrays of text, or with header objects
// whose keys are the first record, or the given names.
func parseCSV(rt *engine.Runtime, v, options engine.Value) (engine.Value, error) {
	text, ok := engine.AsString(v)
	if !ok {
		data, isBytes := bytesOf(rt, v)
		if !isBytes {
			return nil, engine.TypeErrorf("csv.parse: the text must be a string, not %s", rt.Inspect(v, engine.InspectOptions{}))
		}
		text = string(data)
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	var err error
	if r.Comma, err = separator(options, "csv.parse"); err != nil {
		return nil, err
	}
	if comment := textOption(options, "comment", ""); comment != "" {
		r.Comment, _ = utf8.DecodeRuneInString(comment)
		if r.Comment == r.Comma {
			return nil, engine.TypeErrorf("csv.parse: comment and separator can't be the same")
		}
	}
	relaxed := option(options, "relaxed").ToBoolean()
	trim := option(options, "trim").ToBoolean()
	r.LazyQuotes = relaxed
	r.TrimLeadingSpace = trim
	r.FieldsPerRecord = -1
	header := option(options, "header")
	withHeader := header.ToBoolean()
	var names []string
	given := engine.IsArray(header)
	if given {
		names = stringList(header)
	}
	vm := rt.VM()
	var rows []any
	for {
		record, err := r.Read()
		if err == io.EOF {
			return vm.NewArray(rows...), nil
		}
		if err != nil {
			return nil, csvError(err)
		}
		if trim {
			for i := range record {
				record[i] = strings.TrimSpace(record[i])
			}
		}
		if withHeader && names == nil {
			names = record
			continue
		}
		if !withHeader {
			fields := make([]any, len(record))
			for i, f := range record {
				fields[i] = f
			}
			rows = append(rows, vm.NewArray(fields...))
			continue
		}
		if len(record) != len(names) && !relaxed {
			line, _ := r.FieldPos(0)
			return nil, &engine.Error{Class: "SyntaxError", Message: fmt.Sprintf("csv: line %d: %d fields where the header has %d; relaxed: true lets it pass", line, len(record), len(names)),
				Fields: []engine.Field{{Name: "line", Value: line}}}
		}
		o := vm.NewObject()
		for i, name := range names {
			if i < len(record) {
				define(o, name, vm.ToValue(record[i]))
			}
		}
		rows = append(rows, o)
	}
}

func csvError(err error) error {
	var e *csv.ParseError
	if !errors.As(err, &e) {
		return &engine.Error{Class: "SyntaxError", Message: "csv: " + err.Error()}
	}
	return &engine.Error{Class: "SyntaxError", Message: fmt.Sprintf("csv: line %d, column %d: %v", e.Line, e.Column, e.Err),
		Fields: []engine.Field{{Name: "line", Value: e.Line}, {Name: "column", Value: e.Column}}}
}

// stringifyCSV is csv.stringify(rows, options): rows are arrays or objects. The
// header is of the first objects' keys, or of the given names.
func stringifyCSV(rt *engine.Runtime, v, options engine.Value) (engine.Value, error) {
	if !engine.IsArray(v) {
		return nil, engine.TypeErrorf("csv.stringify: the rows must be an array, not %s", rt.Inspect(v, engine.InspectOptions{}))
	}
	comma, err := separator(options, "csv.stringify")
	if err != nil {
		return nil, err
	}
	var out strings.Builder
	w := csv.NewWriter(&out)
	w.Comma = comma
	w.UseCRLF = textOption(options, "eol", "\n") == "\r\n"
	list := v.(*engine.Object)
	rows := make([]*engine.Object, int(list.Get("length").ToInteger()))
	for i := range rows {
		row, ok := list.Get(strconv.Itoa(i)).(*engine.Object)
		if !ok {
			return nil, engine.TypeErrorf("csv.stringify: row %d must be an array or an object, not %s", i, rt.Inspect(list.Get(strconv.Itoa(i)), engine.InspectOptions{}))
		}
		rows[i] = row
	}
	header := option(options, "header")
	names := columnsOf(rows, header)
	show := len(names) > 0 && (engine.IsUndefined(header) || header.ToBoolean())
	if show {
		if err := w.Write(names); err != nil {
			return nil, err
		}
	}
	for _, row := range rows {
		var record []string
		if engine.IsArray(row) {
			for i := range int(row.Get("length").ToInteger()) {
				record = append(record, csvField(rt, row.Get(strconv.Itoa(i))))
			}
		} else {
			for _, name := range names {
				record = append(record, csvField(rt, row.Get(name)))
			}
		}
		if err := w.Write(record); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return rt.VM().ToValue(out.String()), w.Error()
}

// columnsOf are the given names, or the keys of all rows that are objects.
func columnsOf(rows []*engine.Object, given engine.Value) []string {
	if engine.IsArray(given) {
		return stringList(given)
	}
	var names []string
	seen := map[string]bool{}
	for _, row := range rows {
		if engine.IsArray(row) {
			continue
		}
		for _, key := range row.Keys() {
			if !seen[key] {
				seen[key] = true
				names = append(names, key)
			}
		}
	}
	return names
}

func csvField(rt *engine.Runtime, v engine.Value) string {
	if engine.IsNullish(v) {
		return ""
	}
	if o, ok := v.(*engine.Object); ok {
		if text, err := rt.Stringify(o); err == nil && text != nil {
			s := string(text)
			if len(s) > 1 && s[0] == '"' { // a Date
				if unquoted, err := strconv.Unquote(s); err == nil {
					return unquoted
				}
			}
			return s
		}
	}
	return v.String()
}
