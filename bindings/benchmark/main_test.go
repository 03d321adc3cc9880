//go:build unix

package main

import (
	"bytes"
	"strings"
	"testing"
)

// TestCases does each case in small, so that the programs go on working and
// give right results; nothing is measured.
func TestCases(t *testing.T) {
	t.Chdir("../..")
	var out bytes.Buffer
	const installed = "^[^s]" // server-everything may not be
	if err := run(t.Context(), &out, 1, 0.01, installed, "mcp-go", ""); err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + out.String())
	rows := strings.Split(strings.TrimSpace(out.String()), "\n")[2:]
	if want := len(cases()) - 1; len(rows) != want {
		t.Errorf("%d rows, want %d", len(rows), want)
	}
	for _, row := range rows {
		if strings.Count(row, " × (") != 1 {
			t.Errorf("no comparison: %s", row)
		}
	}
}
