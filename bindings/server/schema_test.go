package server

import (
	"encoding/json"
	"strings"
	"testing"
)

// Schemas that nest deep are refused: they would take minutes to compile.
func TestSchemaDepth(t *testing.T) {
	nested := func(levels int) json.RawMessage {
		return json.RawMessage(strings.Repeat(`{"properties":{"a\"[":`, levels/2) + "{}" + strings.Repeat("}}", levels/2))
	}
	for levels, fine := range map[int]bool{0: true, 100: true, maxDepth: false, 20_000: false} {
		_, err := CompileSchema(nested(levels))
		if (err == nil) != fine || !fine && err.Error() != "it nests deeper than 1000 levels" {
			t.Errorf("%d levels: %v", levels, err)
		}
	}
	for _, raw := range []string{`{"const":"` + strings.Repeat("[", maxDepth+1) + `"}`, `[` + strings.Repeat("{},", maxDepth+1) + `{}]`} {
		if err := CheckDepth(json.RawMessage(raw)); err != nil {
			t.Errorf("%.20s…: %v", raw, err)
		}
	}
}
