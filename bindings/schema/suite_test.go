package schema

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestSuite runs the official suite for the drafts that a module in go.mod
// brings along in its testdata: that of the SDK, for its own schemas.
func TestSuite(t *testing.T) {
	out, err := exec.Command("go", "mod", "download", "-json", "github.com/google/jsonschema-go").Output()
	var module struct{ Dir string }
	if err != nil || json.Unmarshal(out, &module) != nil {
		t.Fatalf("%v: %s", err, out)
	}
	dir := filepath.Join(module.Dir, "jsonschema", "testdata")
	for name, dialect := range map[string]string{
		"draft2020-12": "https://json-schema.org/draft/2020-12/schema",
		"draft7":       "http://json-schema.org/draft-07/schema#",
	} {
		passed, elsewhere := suite(t, filepath.Join(dir, name), dialect)
		if passed < 800 || elsewhere > 30 {
			t.Errorf("%s: %d passed, %d groups need other documents", name, passed, elsewhere)
		}
		t.Logf("%s: %d passed, %d groups need other documents", name, passed, elsewhere)
	}
}

// suite runs the files of a directory. A schema that needs another document has
// to be refused.
func suite(t *testing.T, dir, dialect string) (passed, elsewhere int) {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || files == nil {
		t.Fatalf("%s: no files (%v)", dir, err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var groups []struct {
			Description string
			Schema      json.RawMessage
			Tests       []struct {
				Description string
				Data        json.RawMessage
				Valid       bool
			}
		}
		if err := json.Unmarshal(raw, &groups); err != nil {
			t.Fatal(err)
		}
		for _, g := range groups {
			raw := g.Schema
			if raw[0] == '{' && !strings.Contains(string(raw), `"$schema"`) {
				comma := ","
				if len(strings.Fields(string(raw))) == 1 {
					comma = ""
				}
				raw = json.RawMessage(`{"$schema":"` + dialect + `"` + comma + string(raw[1:]))
			}
			where := filepath.Base(dir) + "/" + filepath.Base(file) + ": " + g.Description
			s, err := Compile(raw)
			if err != nil {
				if !strings.Contains(err.Error(), "nothing is fetched") {
					t.Errorf("%s: %v\n%s", where, err, raw)
				}
				elsewhere++
				continue
			}
			for _, test := range g.Tests {
				faults := s.Validate(test.Data)
				if (faults == nil) != test.Valid {
					t.Errorf("%s: %s: %v\n%s\n%s", where, test.Description, faults, raw, test.Data)
				}
				passed++
			}
		}
	}
	return passed, elsewhere
}
