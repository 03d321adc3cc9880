package schema

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const orderSchema = `{"type":"object","properties":{
	"item":{"type":"string","enum":["rye","sourdough","brioche","pretzel"],"description":"what to bake"},
	"quantity":{"type":"integer","minimum":1,"maximum":100},
	"wrapping":{"type":"object","properties":{"paper":{"type":"string"},"note":{"type":["string","null"],"maxLength":200}},"additionalProperties":false},
	"when":{"anyOf":[{"type":"string","minLength":4},{"type":"null"}]},
	"tags":{"type":"array","items":{"type":"string"},"uniqueItems":true}},
	"required":["item","quantity"],"additionalProperties":false}`

const order = `{"item":"rye","quantity":2,"wrapping":{"paper":"red","note":null},"when":"today","tags":["a","b"]}`

// BenchmarkCompile and BenchmarkValidate are of this package and of the oracle.
func BenchmarkCompile(b *testing.B) {
	b.Run("schema", func(b *testing.B) {
		for b.Loop() {
			Compile(json.RawMessage(orderSchema))
		}
	})
	b.Run("oracle", func(b *testing.B) {
		for b.Loop() {
			oracle(json.RawMessage(orderSchema))
		}
	})
}

func BenchmarkValidate(b *testing.B) {
	for name, c := range map[string][2]string{
		"order":  {orderSchema, order},
		"orders": {`{"type":"array","items":` + orderSchema + `}`, "[" + strings.TrimSuffix(strings.Repeat(order+",", 1000), ",") + "]"},
		"faulty": {orderSchema, `{"item":"cake","quantity":"2","wrapping":{"paper":1},"more":1}`},
	} {
		ours, err := Compile(json.RawMessage(c[0]))
		if err != nil {
			b.Fatal(err)
		}
		theirs, err := oracle(json.RawMessage(c[0]))
		if err != nil {
			b.Fatal(err)
		}
		raw := json.RawMessage(c[1])
		b.Run(name+"/schema", func(b *testing.B) {
			for b.Loop() {
				ours.Validate(raw)
			}
		})
		b.Run(name+"/oracle", func(b *testing.B) {
			for b.Loop() {
				doc, _ := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
				theirs.Validate(doc)
			}
		})
	}
}
