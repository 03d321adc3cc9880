package stdlib

import (
	_ "embed"
	"io"

	"mcpjs/engine"
)

var (
	//go:embed events.js
	nodeEventsSource string
	//go:embed nodestream.js
	nodeStreamSource string
	//go:embed string_decoder.js
	decoderSource string
	//go:embed nodestream.d.ts
	nodeStreamTypes string
	//go:embed events.d.ts
	eventsTypes string

	nodeEventsCode = engine.Embed("events.js", nodeEventsSource)
	nodeStreamCode = engine.Embed("nodestream.js", nodeStreamSource)
	decoderCode    = engine.Embed("string_decoder.js", decoderSource)
)

// events, stream, streamPromises and stringDecoder are node's modules of these
// names; the buffers they speak of are the global Buffer.
var (
	events = engine.Module{
		Name: "events", Node: true, Types: eventsTypes,
		Load: loader(nodeEventsCode, func(rt *engine.Runtime) natives {
			return natives{
				"warn": func(c engine.Call) (engine.Value, error) {
					_, _ = io.WriteString(rt.Stderr, c.Argument(0).String())
					return nil, nil
				},
				"className": func(c engine.Call) (engine.Value, error) {
					return option(option(c.Argument(0), "constructor"), "name"), nil
				},
			}
		}),
	}
	nodeStream = engine.Module{
		Name: "stream", Node: true, Types: nodeStreamTypes,
		Load: loader(nodeStreamCode, nil),
	}
	streamPromises = engine.Module{
		Name: "stream/promises", Node: true,
		Load: part("stream", "promises"),
	}
	stringDecoder = engine.Module{
		Name: "string_decoder", Node: true,
		Load: loader(decoderCode, func(rt *engine.Runtime) natives {
			return natives{"incomplete": func(c engine.Call) (engine.Value, error) {
				data, _ := rt.BytesOf(c.Argument(0))
				return rt.VM().ToValue(incomplete(data)), nil
			}}
		}),
	}
)

// part makes a module of one property of another's.
func part(module, property string) func(*engine.Runtime) (*engine.Object, error) {
	return func(rt *engine.Runtime) (*engine.Object, error) {
		all, err := rt.Import(module)
		if err != nil {
			return nil, err
		}
		return all.Get(property).(*engine.Object), nil
	}
}
