package stdlib

import (
	_ "embed"

	"mcpjs/engine"
)

//go:embed stream.d.ts
var streamTypes string

//go:embed stream.js
var streamSource string

var streamCode = engine.Embed("stream.js", streamSource)

var streamNames = []string{
	"ReadableStream", "ReadableStreamDefaultReader", "ReadableStreamDefaultController",
	"WritableStream", "WritableStreamDefaultWriter", "WritableStreamDefaultController",
	"TransformStream", "TransformStreamDefaultController", "TextDecoderStream", "TextEncoderStream",
	"CountQueuingStrategy", "ByteLengthQueuingStrategy",
}

// streams are the web's streams, and node's module stream/web. Byte streams are
// read like any other: byob readers are missing.
var streams = engine.Module{
	Name: "stream/web",
	Node: true,
	Load: func(rt *engine.Runtime) (*engine.Object, error) {
		exports := rt.VM().NewObject()
		for _, name := range streamNames {
			exports.Set(name, streamExports(rt).Get(name))
		}
		return exports, nil
	},
	Globals: func(rt *engine.Runtime) { lazyExports(rt, streamExports, streamNames...) },
	Types:   streamTypes,
}

func streamExports(rt *engine.Runtime) *engine.Object {
	return streamCode.Load(rt, func() []engine.Value {
		native := rt.VM().NewObject()
		native.Set("onAbort", eventExports(rt).Get("onAbort"))
		native.Set("isSignal", eventExports(rt).Get("isSignal"))
		return []engine.Value{native}
	})
}
