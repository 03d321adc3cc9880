package stdlib

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	_ "embed"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"mcpjs/engine"
)

var (
	//go:embed zlib.js
	zlibSource string
	//go:embed zlib.d.ts
	zlibTypes string

	zlibCode = engine.Embed("zlib.js", zlibSource)
)

// zlibModule is node's module zlib.
var zlibModule = engine.Module{
	Name: "zlib", Node: true, Types: zlibTypes,
	Load: loader(zlibCode, func(rt *engine.Runtime) natives {
		return natives{
			"run": func(c engine.Call) (engine.Value, error) {
				data, _ := rt.BytesOf(c.Argument(1))
				out, err := compress(c.Argument(0).String(), data, int(c.Argument(2).ToInteger()), c.Argument(3).ToInteger())
				if err != nil {
					return nil, err
				}
				return rt.Bytes(out), nil
			},
			"crc32": func(c engine.Call) (engine.Value, error) {
				data, _ := rt.BytesOf(c.Argument(0))
				return rt.VM().ToValue(int64(crc32.Update(uint32(c.Argument(1).ToInteger()), crc32.IEEETable, data))), nil
			},
		}
	}),
}

// compress is one of zlib's functions by its name; limit is the most bytes that
// unpacking may give.
func compress(name string, data []byte, level int, limit int64) ([]byte, error) {
	var (
		out bytes.Buffer
		w   io.WriteCloser
		r   io.Reader
		err error
	)
	switch name {
	case "gzip":
		w, err = gzip.NewWriterLevel(&out, level)
	case "deflate":
		w, err = zlib.NewWriterLevel(&out, level)
	case "deflateRaw":
		w, err = flate.NewWriter(&out, level)
	case "inflateRaw":
		r = flate.NewReader(bytes.NewReader(data))
	case "inflate":
		r, err = zlib.NewReader(bytes.NewReader(data))
	default:
		if name == "unzip" && !bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
			return compress("inflate", data, level, limit)
		}
		r, err = gzip.NewReader(bytes.NewReader(data))
	}
	switch {
	case err != nil:
	case w != nil:
		if _, err = w.Write(data); err == nil {
			err = w.Close()
		}
	default:
		var n int64
		if n, err = io.Copy(&out, io.LimitReader(r, limit+1)); err == nil && n > limit {
			return nil, &engine.Error{Class: "RangeError", Message: fmt.Sprintf("Cannot create a Buffer larger than %d bytes", limit),
				Fields: []engine.Field{{Name: "code", Value: "ERR_BUFFER_TOO_LARGE"}}}
		}
	}
	if err == nil {
		return out.Bytes(), nil
	}
	code, message := "Z_DATA_ERROR", err.Error()
	switch {
	case w != nil:
		return nil, &engine.Error{Class: "RangeError", Message: message, Fields: []engine.Field{{Name: "code", Value: "ERR_OUT_OF_RANGE"}}}
	case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF):
		code, message = "Z_BUF_ERROR", "unexpected end of file"
	case errors.Is(err, gzip.ErrHeader) || errors.Is(err, zlib.ErrHeader):
		message = "incorrect header check"
	}
	return nil, &engine.Error{Message: message, Fields: []engine.Field{{Name: "code", Value: code}}}
}
