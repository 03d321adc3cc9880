package stdlib

import (
	"context"
	_ "embed"
	"io"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"mcpjs/engine"
)

//go:embed mcpjs.d.ts
var mcpjsTypes string

//go:embed mcpjs.js
var mcpjsSource string

var mcpjsCode = engine.Embed("mcpjs.js", mcpjsSource)

// mcpjs is the module of our own extras: args, sleep, retry, pool, glob, yaml,
// csv, stdin, $, prompt, progressBar, table.
var mcpjs = engine.Module{
	Name:  "mcpjs",
	Load:  loader(mcpjsCode, mcpjsNatives),
	Types: mcpjsTypes,
}

func mcpjsNatives(rt *engine.Runtime) natives {
	vm := rt.VM()
	in := inputOf(rt)
	n := natives{
		"args": func(engine.Call) (engine.Value, error) { return rt.ToValue(append([]string{}, rt.Args...)) },
		"duration": func(c engine.Call) (engine.Value, error) {
			d, err := engine.Duration(c.Argument(0), c.Argument(1).String())
			return vm.ToValue(float64(d) / float64(time.Millisecond)), err
		},
		"durationText": func(c engine.Call) (engine.Value, error) {
			return vm.ToValue(time.Duration(c.Argument(0).ToFloat() * float64(time.Millisecond)).String()), nil
		},
		"wait": func(c engine.Call) (engine.Value, error) {
			op := rt.Begin()
			timer := time.AfterFunc(time.Duration(c.Argument(0).ToFloat()*float64(time.Millisecond)), func() { op.Resolve(nil) })
			op.Finally(func() { timer.Stop() })
			return op.Promise(), watchSignal(rt, op, c.Argument(1), c.Argument(2).String())
		},
		"timer": timerNative(rt),
		"input": func(c engine.Call) (engine.Value, error) {
			split, all := lines, c.Argument(0).String() == "all"
			if all {
				split = nothing
			}
			return rt.Async(func(ctx context.Context) (func() (engine.Value, error), error) {
				data, err := in.take(ctx, split)
				if err != nil && err != io.EOF {
					return nil, systemError("read", err)
				}
				return func() (engine.Value, error) {
					if err == io.EOF && !all {
						return engine.Null(), nil
					}
					return vm.ToValue(validText(data)), nil
				}, nil
			}), nil
		},
		"unread": func(c engine.Call) (engine.Value, error) {
			in.unread([]byte(c.Argument(0).String()))
			return nil, nil
		},
		"line": func(c engine.Call) (engine.Value, error) {
			return readLine(rt, in, c.Argument(0).ToBoolean(), c.Argument(1))
		},
		"isTTY": func(c engine.Call) (engine.Value, error) {
			if c.Argument(0).String() == "stdin" {
				return vm.ToValue(in.isTerminal()), nil
			}
			return vm.ToValue(engine.IsTerminal(rt.Stderr)), nil
		},
		"width": func(engine.Call) (engine.Value, error) { return vm.ToValue(engine.TerminalWidth(rt.Stderr)), nil },
		"stdout": func(c engine.Call) (engine.Value, error) {
			_, _ = io.WriteString(rt.Stdout, c.Argument(0).String())
			return nil, nil
		},
		"stderr": func(c engine.Call) (engine.Value, error) {
			_, _ = io.WriteString(rt.Stderr, c.Argument(0).String())
			return nil, nil
		},
		"printable": func(c engine.Call) (engine.Value, error) {
			return vm.ToValue(engine.Printable(c.Argument(0).String())), nil
		},
		"shell": func(c engine.Call) (engine.Value, error) {
			shell := "sh"
			if v := c.Argument(1); !engine.IsNullish(v) && v.String() != "true" {
				shell = v.String()
			} else if runtime.GOOS == "windows" {
				if _, err := exec.LookPath(shell); err != nil {
					return nil, &engine.Error{Message: "$ needs a POSIX shell; install one, such as Git's, and put sh in PATH, or name one with $({ shell })"}
				}
			}
			if rt.Permissions.Run(shell) != nil {
				// Who may not run a shell, which runs anything, may still run a
				// program that needs none.
				if words := plainWords(c.Argument(0).String()); len(words) > 0 {
					return vm.NewArray(words[0], vm.NewArray(anyOf(words)...)), nil
				}
			}
			return vm.NewArray(shell, vm.NewArray(shell, "-c", c.Argument(0))), nil
		},
		"spawn": spawner(rt),
		"errorClass": func(c engine.Call) (engine.Value, error) {
			return rt.ErrorClass(c.Argument(0).String()), nil
		},
		"glob":  func(c engine.Call) (engine.Value, error) { return glob(rt, c.Argument(0), c.Argument(1)) },
		"table": func(c engine.Call) (engine.Value, error) { return table(rt, c.Argument(0), c.Argument(1)) },
		"yamlParse": func(c engine.Call) (engine.Value, error) {
			docs, err := parseYAML(rt, c.Argument(0))
			switch {
			case err != nil:
				return nil, err
			case len(docs) == 0:
				return engine.Null(), nil
			case len(docs) > 1:
				return nil, yamlError("the text holds " + strconv.Itoa(len(docs)) + " documents; use yaml.parseAll")
			}
			return docs[0].(engine.Value), nil
		},
		"yamlParseAll": func(c engine.Call) (engine.Value, error) {
			docs, err := parseYAML(rt, c.Argument(0))
			return vm.NewArray(docs...), err
		},
		"yamlStringify": func(c engine.Call) (engine.Value, error) { return stringifyYAML(rt, c.Argument(0), c.Argument(1)) },
		"csvParse":      func(c engine.Call) (engine.Value, error) { return parseCSV(rt, c.Argument(0), c.Argument(1)) },
		"csvStringify":  func(c engine.Call) (engine.Value, error) { return stringifyCSV(rt, c.Argument(0), c.Argument(1)) },
	}
	for name, fn := range textNatives(rt) {
		n[name] = fn
	}
	return n
}

// textNatives turn bytes into text: text, concat and decoder, which keeps a
// character that is cut in two until its rest has come.
func textNatives(rt *engine.Runtime) natives {
	vm := rt.VM()
	return natives{
		"text": func(c engine.Call) (engine.Value, error) {
			data, _ := bytesOf(rt, c.Argument(0))
			return vm.ToValue(validText(data)), nil
		},
		"concat": func(c engine.Call) (engine.Value, error) {
			all := []byte{}
			list := c.Argument(0).(*engine.Object)
			for i := range int(list.Get("length").ToInteger()) {
				data, _ := bytesOf(rt, list.Get(strconv.Itoa(i)))
				all = append(all, data...)
			}
			return newBuffer(rt, all), nil
		},
		"decoder": func(engine.Call) (engine.Value, error) {
			var rest []byte
			return vm.ToValue(func(c engine.Call) engine.Value {
				data, _ := bytesOf(rt, c.Argument(0))
				data = append(rest, data...)
				cut := len(data)
				if !engine.IsNullish(c.Argument(0)) {
					cut -= incomplete(data)
				}
				rest = append([]byte(nil), data[cut:]...)
				return vm.ToValue(validText(data[:cut]))
			}), nil
		},
	}
}

// plainWords splits a command in which a shell would find nothing to do but to
// take off single quotes; nil for any other.
func plainWords(command string) []string {
	var words []string
	var word strings.Builder
	inWord, quoted := false, false
	for _, r := range command {
		switch {
		case r == '\'':
			inWord, quoted = true, !quoted
		case quoted:
			word.WriteRune(r)
		case r == ' ' || r == '\t':
			if inWord {
				words = append(words, word.String())
				word.Reset()
			}
			inWord = false
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune("_@%+:,./-", r), r == '=' && len(words) > 0:
			inWord = true
			word.WriteRune(r)
		default:
			return nil
		}
	}
	if quoted {
		return nil
	}
	if inWord {
		words = append(words, word.String())
	}
	return words
}

func validText(data []byte) string { return strings.ToValidUTF8(string(data), "\ufffd") }

// readLine reads a line of what the user types, null at the end of the input.
func readLine(rt *engine.Runtime, in *input, secret bool, signal engine.Value) (engine.Value, error) {
	restore := func() {}
	if secret {
		var err error
		if restore, err = in.hideTyping(); err != nil {
			return nil, err
		}
	}
	op := rt.Begin()
	op.Finally(func() {
		restore()
		if secret && in.isTerminal() {
			_, _ = io.WriteString(rt.Stderr, "\n")
		}
	})
	go func() {
		data, err := in.take(op.Context(), line)
		if err != nil && err != io.EOF {
			op.Reject(err)
			return
		}
		op.Resolve(func() (engine.Value, error) {
			if err == io.EOF {
				return engine.Null(), nil
			}
			return rt.VM().ToValue(strings.TrimRight(validText(data), "\r\n")), nil
		})
	}()
	return op.Promise(), watchSignal(rt, op, signal, "prompt")
}
