package engine

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/file"
	"github.com/dop251/goja/parser"
)

// Source is the text of a main module.
type Source struct {
	// Name is the file's absolute path, or a name in brackets such as "[eval]"
	// for text that is in no file; that may be TypeScript.
	Name string
	Code string
	// Dir is where imports of text that is in no file begin.
	Dir string
}

// ReadSource reads a file.
func ReadSource(path string) (Source, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return Source{}, err
	}
	code, err := os.ReadFile(path)
	if err != nil {
		return Source{}, err
	}
	if !isText(code) {
		return Source{}, fmt.Errorf("%s is not a text file", path)
	}
	return Source{Name: path, Code: string(bytes.TrimPrefix(code, []byte("\ufeff"))), Dir: filepath.Dir(path)}, nil
}

func isText(code []byte) bool { return bytes.IndexByte(code[:min(len(code), 8000)], 0) < 0 }

// Virtual tells that the source is in no file.
func (s Source) Virtual() bool { return strings.HasPrefix(s.Name, "[") }

// A Program is a compiled main module with all that it imports. It belongs to
// no runtime and may be run by many.
type Program struct {
	Name string
	// Inputs are the files that it was made of, absolute.
	Inputs []string

	program *goja.Program
	file    *file.File // of the program, for positions
	source  Source
	prefix  int // columns that the wrapper put before line 1
	keep    func()
}

// Keep writes to the cache what a later run of the unchanged source can begin
// with, if there is something to write. It never fails. Any goroutine, once.
func (p *Program) Keep() {
	if p.keep != nil {
		p.keep()
	}
}

// CompileOptions say what surrounds a source.
type CompileOptions struct {
	// Modules are the host modules that it may import.
	Modules []Module
	// Color allows colours in the text of syntax errors.
	Color bool
	// Links adds to Inputs the symbolic links that relative imports name.
	Links bool
	// Permissions decides which files may be loaded; nil permits all. A main
	// module that is in a file may be, with the modules and JSON files below its
	// directory that it imports, hidden ones left out.
	Permissions *Permissions
	// Cache is the directory, of the user's own, in which what esbuild made of
	// files is kept from one process to the next (Program.Keep); "" keeps nothing.
	// It is not used with Permissions or Links.
	Cache string

	atRun bool // the script itself asks for the module
}

// SyntaxError says that a source, or a file that it imports, can't be
// compiled.
type SyntaxError struct {
	// Text is the message with its code frame, for people.
	Text string
	// Message, File, Line and Col are the first error's.
	Message string
	File    string
	Line    int
	Col     int
	// AtEnd tells that the source ended too early.
	AtEnd bool
	// Inputs are the files that were read, so that a watcher knows them, and
	// Missing the paths, perhaps without their suffix, of those that were not
	// found.
	Inputs, Missing []string
}

func (e *SyntaxError) Error() string {
	if e.File == "" {
		return e.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Col, e.Message)
}

const (
	wrapperHead = `(async(__mcpjs,require)=>{"use strict";`
	wrapperTail = "\n})"
)

// Compile makes a program of a module's source. Plain JavaScript that goja
// understands as it stands is compiled directly; everything else goes through
// esbuild, with all that it imports.
func Compile(src Source, opts CompileOptions) (*Program, error) {
	if p := compilePlain(src, opts.Modules); p != nil {
		return p, nil
	}
	return bundle(src, opts)
}

// compilePlain compiles a source that needs no transformation, or gives nil:
// then esbuild decides what is wrong with it, if anything.
func compilePlain(src Source, modules []Module) *Program {
	head, code := wrapperHead, src.Code
	switch ext := filepath.Ext(src.Name); {
	case ext == ".ts" || ext == ".mts" || ext == "" || src.Virtual():
		// "f<T>(x)" is valid JavaScript with another meaning.
		if strings.Contains(code, "<") {
			return nil
		}
	case ext == ".js" || ext == ".mjs":
	default:
		return nil
	}
	if strings.HasPrefix(code, "#!") {
		code = "//" + code[2:]
	}
	if strings.Contains(code, "import") {
		imports, rest := hostImports(code, modules)
		head, code = head+imports, rest
	}
	for _, s := range []string{"require", "module", "exports", "import", "__dirname", "__filename"} {
		if strings.Contains(code, s) {
			return nil
		}
	}
	if strings.Contains(code, "?.") && strings.Contains(code, "...") {
		return nil // see unsupported
	}
	wrapped := head + code + wrapperTail
	tree, err := parser.ParseFile(nil, src.Name, wrapped, 0, parser.WithDisableSourceMaps)
	if err != nil || !isOneFunction(tree, len(wrapped)) {
		return nil
	}
	if hasProperties(code) {
		expandLiterals(tree)
	}
	markAwaits(tree)
	program, err := goja.CompileAST(tree, false)
	if err != nil {
		return nil
	}
	p := &Program{Name: src.Name, program: program, file: tree.File, source: src, prefix: len(head)}
	if !src.Virtual() {
		p.Inputs = []string{src.Name}
	}
	return p
}

// isOneFunction tells that the tree is the wrapper and nothing else: the source
// neither closed it early nor returned from it.
func isOneFunction(tree *ast.Program, length int) bool {
	if len(tree.Body) != 1 {
		return false
	}
	st, ok := tree.Body[0].(*ast.ExpressionStatement)
	if !ok {
		return false
	}
	fn, ok := st.Expression.(*ast.ArrowFunctionLiteral)
	if !ok {
		return false
	}
	body, ok := fn.Body.(*ast.BlockStatement)
	if !ok || int(body.RightBrace) < length-1 {
		return false
	}
	return !anyReturns(body.List)
}

// anyReturns looks for a return statement outside functions.
func anyReturns(list []ast.Statement) bool {
	for _, st := range list {
		if returns(st) {
			return true
		}
	}
	return false
}

func returns(st ast.Statement) bool {
	switch st := st.(type) {
	case *ast.ReturnStatement:
		return true
	case *ast.BlockStatement:
		return anyReturns(st.List)
	case *ast.IfStatement:
		return returns(st.Consequent) || st.Alternate != nil && returns(st.Alternate)
	case *ast.ForStatement:
		return returns(st.Body)
	case *ast.ForInStatement:
		return returns(st.Body)
	case *ast.ForOfStatement:
		return returns(st.Body)
	case *ast.WhileStatement:
		return returns(st.Body)
	case *ast.DoWhileStatement:
		return returns(st.Body)
	case *ast.LabelledStatement:
		return returns(st.Statement)
	case *ast.WithStatement:
		return returns(st.Body)
	case *ast.TryStatement:
		return anyReturns(st.Body.List) || st.Catch != nil && anyReturns(st.Catch.Body.List) ||
			st.Finally != nil && anyReturns(st.Finally.List)
	case *ast.SwitchStatement:
		for _, c := range st.Body {
			if anyReturns(c.Consequent) {
				return true
			}
		}
	}
	return false
}

// Evaluate runs a program and gives the promise of its namespace: what the
// module exports. The loop must be turning, or be turned next, for it to
// settle. Loop only.
func (rt *Runtime) Evaluate(p *Program) (*Object, error) {
	if p.prefix > 0 {
		rt.wrapped[p.Name] = p.prefix
	}
	rt.sources[p.Name] = p.source.Code
	for _, file := range p.Inputs {
		rt.loaded[file] = true
	}
	v, err := rt.vm.RunProgram(p.program)
	if err != nil {
		return nil, err
	}
	run, _ := goja.AssertFunction(v)
	v, err = run(goja.Undefined(), rt.hostObject(), rt.requireObject())
	if err != nil {
		return nil, err
	}
	promise := v.(*goja.Object)
	rt.mains[promise.Export().(*goja.Promise)] = struct{}{}
	return promise, nil
}

// hostObject is what bundled code knows as __mcpjs.
func (rt *Runtime) hostObject() *goja.Object {
	if rt.host == nil {
		vm := rt.vm
		o := vm.NewObject()
		o.Set("host", func(c Call) Value {
			exports, err := rt.Import(c.Argument(0).String())
			if err != nil {
				rt.Throw(err)
			}
			return exports
		})
		o.Set("import", rt.computedImport)
		o.Set("get", func(c Call) Value { return c.Argument(0).(*goja.Object).Get(c.Argument(1).String()) })
		o.Set("namespace", func(c Call) Value {
			ns := c.Argument(0).(*goja.Object)
			ns.SetPrototype(nil)
			ns.DefineDataPropertySymbol(goja.SymToStringTag, vm.ToValue("Module"), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
			return ns
		})
		o.Set("denied", func(c Call) Value {
			if err := rt.Permissions.Read(c.Argument(0).String()); err != nil {
				rt.Throw(err)
			}
			return goja.Undefined()
		})
		o.Set("absent", func(c Call) Value { return rt.absentModule(c.Argument(0).String()) })
		o.Set("at", func(c Call) Value {
			rt.awaiting = int(c.Argument(0).ToInteger())
			return c.Argument(1)
		})
		o.Set("meta", func(c Call) Value {
			path := c.Argument(0).String()
			m := vm.CreateObject(nil)
			m.Set("url", fileURL(path))
			if !strings.HasPrefix(path, "[") {
				m.Set("filename", path)
				m.Set("dirname", filepath.Dir(path))
			}
			m.Set("main", c.Argument(1).ToBoolean())
			m.Set("resolve", func(c Call) Value {
				spec := c.Argument(0).String()
				if rt.modules[spec] != nil {
					if rt.modules["node:"+spec] != nil {
						spec = "node:" + spec
					}
					return vm.ToValue(spec)
				}
				if u, err := url.Parse(spec); err == nil && len(u.Scheme) > 1 {
					return vm.ToValue(spec)
				}
				dir := rt.Dir
				if filepath.IsAbs(path) {
					dir = filepath.Dir(path)
				}
				if rt.mayResolve(dir, spec) == nil {
					if found, ok := resolveImport(dir, spec); ok && rt.Permissions.Read(found) == nil {
						return vm.ToValue(fileURL(found))
					}
				}
				if strings.HasPrefix(spec, ".") || filepath.IsAbs(spec) {
					return vm.ToValue(fileURL(absolute(dir, spec)))
				}
				rt.Throw(&Error{Message: notFoundText(spec, path), Fields: []Field{{Name: "code", Value: "ERR_MODULE_NOT_FOUND"}}})
				return nil
			})
			return m
		})
		rt.host = o
	}
	return rt.host
}

// absentModule stands for a module of node's that is not there, where a package
// imports it: only what calls or constructs its exports fails.
func (rt *Runtime) absentModule(name string) Value {
	make, _ := goja.AssertFunction(rt.internal(absentProgram()))
	v, err := make(goja.Undefined(), rt.vm.ToValue(strings.TrimPrefix(name, "node:")), rt.vm.ToValue(func(c Call) Value {
		rt.Throw(&Error{Message: fmt.Sprintf("%s is not available in mcpjs: %s was called", name, c.Argument(0)),
			Fields: []Field{{Name: "code", Value: "MODULE_NOT_FOUND"}}})
		return nil
	}))
	if err != nil {
		panic(err)
	}
	return v
}

var absentProgram = compiled("absent", `(name, refuse) => {
	const stub = (path) => new Proxy(class { constructor() { refuse(path); } }, {
		get(target, key) {
			if (typeof key === "symbol" || key === "prototype" || key === "name" || key === "length") return target[key];
			return key === "then" || key === "default" || key.startsWith("__") ? undefined : stub(path + "." + key);
		},
		apply() { refuse(path); },
	});
	return Object.create(stub(name));
}`)

func absolute(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

// fileURL is the file: URL of a path; the name of a virtual source as it is.
func fileURL(path string) string {
	if strings.HasPrefix(path, "[") {
		return "mcpjs:" + path
	}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String()
}

// mappedFile is the file that a source map's name stands for.
func (rt *Runtime) mappedFile(name string) string {
	if _, plain := rt.wrapped[name]; plain {
		return name
	}
	if u, err := url.PathUnescape(name); err == nil {
		name = u
	}
	return strings.TrimPrefix(name, mainNamespace+":")
}

// sourceText is the text of a file that an error points into.
func (rt *Runtime) sourceText(file string) (string, bool) {
	if code, ok := rt.sources[file]; ok {
		return code, true
	}
	at, err := rt.Permissions.Place(file, ToRead)
	if rt.loaded[file] {
		at, err = Place{Path: file, name: file}, nil
	}
	if err != nil {
		return "", false
	}
	code, err := at.ReadFile()
	return string(code), err == nil && isText(code)
}

// requireObject is what scripts know as require.
func (rt *Runtime) requireObject() *goja.Object {
	require := rt.NewFunction("require", rt.require)
	require.Set("resolve", func(c Call) Value {
		path, err := rt.ResolveFrom(rt.callerDir(), c.Argument(0).String())
		if err != nil {
			rt.Throw(err)
		}
		return rt.vm.ToValue(path)
	})
	require.Set("cache", rt.vm.CreateObject(nil))
	return require
}

// mayResolve asks whether a script may learn where spec leads.
func (rt *Runtime) mayResolve(dir, spec string) error {
	if strings.HasPrefix(spec, ".") || strings.Contains(spec, "..") || filepath.IsAbs(spec) {
		return rt.Permissions.Read(absolute(dir, spec))
	}
	return rt.Permissions.Read(dir)
}

// ResolveFrom gives the path of the file that spec names, seen from a
// directory, as require does; a host module's name is its own. Loop only.
func (rt *Runtime) ResolveFrom(dir, spec string) (string, error) {
	if rt.modules[spec] != nil {
		return spec, nil
	}
	if err := rt.mayResolve(dir, spec); err != nil {
		return "", err
	}
	path, ok := resolveRequire(dir, spec)
	if ok {
		if err := rt.Permissions.Read(path); err != nil {
			return "", err
		}
	} else {
		return "", &Error{Message: fmt.Sprintf("Cannot find module '%s'", spec), Fields: []Field{{Name: "code", Value: "MODULE_NOT_FOUND"}}}
	}
	return path, nil
}

// RequireFrom gives what require(spec) gives in a file of a directory. Loop
// only.
func (rt *Runtime) RequireFrom(dir, spec string) (Value, error) {
	if rt.modules[spec] != nil {
		return rt.Import(spec)
	}
	path, err := rt.ResolveFrom(dir, spec)
	if err != nil {
		return nil, err
	}
	key := "require\x00" + path
	promise := rt.required[key]
	if promise == nil {
		b := &bundler{src: Source{Name: path, Dir: dir}, opts: CompileOptions{Modules: rt.Modules, Permissions: rt.Permissions, atRun: true}, dir: dir, require: true}
		program, err := b.build(path)
		if se, ok := err.(*SyntaxError); ok {
			return nil, &Error{Class: "SyntaxError", Message: se.Error()}
		} else if err != nil {
			return nil, err
		}
		rt.NoteInputs(program.Inputs)
		if promise, err = rt.Evaluate(program); err != nil {
			return nil, err
		}
		rt.required[key] = promise
	}
	p := promise.Export().(*goja.Promise)
	switch p.State() {
	case goja.PromiseStateFulfilled:
		return p.Result().(*goja.Object).Get("exports"), nil
	case goja.PromiseStateRejected:
		return nil, rt.thrown(p.Result())
	}
	return nil, &Error{Message: fmt.Sprintf("require('%s') can't wait for the module's top-level await: use import()", spec),
		Fields: []Field{{Name: "code", Value: "ERR_REQUIRE_ASYNC_MODULE"}}}
}

// require gives a script what a require that was not resolved when it was
// compiled asks for.
func (rt *Runtime) require(c Call) Value {
	exports, err := rt.RequireFrom(rt.callerDir(), c.Argument(0).String())
	if err != nil {
		rt.Throw(err)
	}
	return exports
}

// computedImport gives a script what a computed import() asks for: a host
// module, or a file beside the one that asks, compiled now.
func (rt *Runtime) computedImport(c Call) Value {
	spec := c.Argument(0).String()
	if rt.modules[spec] != nil {
		exports, err := rt.Import(spec)
		if err != nil {
			rt.Throw(err)
		}
		return exports
	}
	ns, err := rt.requireFile(rt.callerDir(), spec)
	if err != nil {
		rt.Throw(err)
	}
	return ns
}

// callerDir is the directory of the file whose code runs.
func (rt *Runtime) callerDir() string {
	frames := rt.vm.CaptureCallStack(0, nil)
	for i := range frames {
		if p, ok := rt.position(&frames[i]); ok {
			if filepath.IsAbs(p.File) {
				return filepath.Dir(p.File)
			}
			break
		}
	}
	return rt.Dir
}

// requireFile compiles and runs a module that the script named at run time. A
// module with a top-level await that has not settled is given as a "pending"
// object that the emitted import() helper waits for.
func (rt *Runtime) requireFile(from, spec string) (Value, error) {
	if u, err := url.Parse(spec); err == nil && u.Scheme == "file" {
		spec = u.Path
	}
	key := from + "\x00" + spec
	if strings.HasPrefix(spec, ".") || filepath.IsAbs(spec) {
		key = absolute(from, spec)
	}
	promise := rt.required[key]
	if promise == nil {
		program, err := bundleSpec(from, spec, CompileOptions{Modules: rt.Modules, Permissions: rt.Permissions, atRun: true})
		if err != nil {
			if se, ok := err.(*SyntaxError); ok {
				rt.NoteInputs(append(se.Inputs, se.Missing...))
				if strings.HasPrefix(se.File, internalFile) || strings.Contains(se.File, "/"+internalFile) {
					return nil, &Error{Message: notFoundText(spec, from), Fields: []Field{{Name: "code", Value: "ERR_MODULE_NOT_FOUND"}}}
				}
				return nil, &Error{Class: "SyntaxError", Message: se.Error()}
			}
			return nil, err
		}
		rt.NoteInputs(program.Inputs)
		if promise, err = rt.Evaluate(program); err != nil {
			return nil, err
		}
		rt.required[key] = promise
	}
	p := promise.Export().(*goja.Promise)
	switch p.State() {
	case goja.PromiseStateFulfilled:
		return p.Result(), nil
	case goja.PromiseStateRejected:
		return nil, rt.thrown(p.Result())
	}
	pending := rt.vm.NewObject()
	pending.Set("__mcpjs_pending", promise)
	return pending, nil
}
