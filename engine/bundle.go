package engine

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/dop251/goja"
	"github.com/dop251/goja/parser"
	"github.com/evanw/esbuild/pkg/api"
)

const (
	mainNamespace    = "mcpjs-main"    // sources that are in no file
	hostNamespace    = "mcpjs"         // host modules
	missingNamespace = "mcpjs-missing" // modules of node's that are not there
	bundleName       = ".mcpjs-bundle.js"
)

// unsupported are the syntax features that esbuild must lower for goja, beyond
// what ES2022 says.
var unsupported = map[string]bool{
	"async-generator":      false,
	"for-await":            false,
	"dynamic-import":       false,
	"optional-chain":       false, // goja loses the arguments of f?.(...args)
	"regexp-set-notation":  false,
	"regexp-match-indices": false,
	"top-level-await":      true,
}

// bundle compiles a source and all that it imports with esbuild.
func bundle(src Source, opts CompileOptions) (*Program, error) {
	b := &bundler{src: src, opts: opts, dir: src.Dir}
	spec := src.Name
	if src.Virtual() {
		spec = mainNamespace + ":" + src.Name
	} else if opts.Permissions != nil {
		file, err := resolvePath(src.Dir, src.Name)
		if err != nil {
			return nil, err
		}
		b.home = filepath.Dir(file)
	}
	return b.build(spec)
}

// bundleSpec compiles what spec names, seen from a directory.
func bundleSpec(dir, spec string, opts CompileOptions) (*Program, error) {
	b := &bundler{src: Source{Name: absolute(dir, spec), Dir: dir}, opts: opts, dir: dir}
	return b.build(spec)
}

type bundler struct {
	src  Source
	opts CompileOptions
	dir  string

	home string // where a sandboxed script's own modules are, "" if nowhere

	mu     sync.Mutex
	inputs []string
	denied error // the first file that must not be loaded
}

func (b *bundler) build(spec string) (*Program, error) {
	result := api.Build(api.BuildOptions{
		Stdin: &api.StdinOptions{
			Contents:   fmt.Sprintf("import * as ns from %q; __mcpjs_result = ns;", spec),
			ResolveDir: b.dir,
			Sourcefile: internalFile + "entry",
		},
		AbsWorkingDir:  b.dir,
		Outfile:        filepath.Join(b.dir, bundleName),
		Bundle:         true,
		Format:         api.FormatESModule,
		Target:         api.ES2022,
		Platform:       api.PlatformBrowser,
		MainFields:     []string{"module", "main"},
		Conditions:     []string{"module", "node", "import"},
		Supported:      unsupported,
		Define:         map[string]string{"import.meta": "__mcpjs_meta"},
		Sourcemap:      api.SourceMapExternal,
		SourcesContent: api.SourcesContentExclude,
		LegalComments:  api.LegalCommentsNone,
		KeepNames:      true, // lowering renames classes
		Plugins:        []api.Plugin{{Name: "mcpjs", Setup: b.setup}},
		LogLevel:       api.LogLevelSilent,
		Write:          false,
	})
	slices.Sort(b.inputs)
	b.inputs = slices.Compact(b.inputs)
	if len(result.Errors) > 0 {
		if b.denied != nil && b.opts.atRun {
			return nil, b.denied // nothing of what could not be loaded
		}
		return nil, b.syntaxError(result.Errors)
	}
	var code, sourceMap []byte
	for _, f := range result.OutputFiles {
		if strings.HasSuffix(f.Path, ".map") {
			sourceMap = f.Contents
		} else {
			code = f.Contents
		}
	}
	out := filepath.Join(b.dir, bundleName)
	text := "(async(__mcpjs,require)=>{\"use strict\";let __mcpjs_result;" + patchHelpers(string(code)) +
		"\nreturn __mcpjs_result})\n//# sourceMappingURL=" + bundleName + ".map"
	tree, err := goja.Parse(out, text, parser.WithSourceMapLoader(func(string) ([]byte, error) { return sourceMap, nil }))
	if err != nil {
		return nil, b.gojaError(err)
	}
	if hasProperties(text) {
		expandLiterals(tree)
	}
	markAwaits(tree)
	program, err := goja.CompileAST(tree, false)
	if err != nil {
		return nil, b.gojaError(err)
	}
	return &Program{Name: b.src.Name, Inputs: b.inputs, program: program, file: tree.File, source: b.src}, nil
}

func (b *bundler) setup(build api.PluginBuild) {
	build.OnResolve(api.OnResolveOptions{Filter: "^" + mainNamespace + ":"}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
		return api.OnResolveResult{Path: strings.TrimPrefix(a.Path, mainNamespace+":"), Namespace: mainNamespace}, nil
	})
	build.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: mainNamespace}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
		code := prepare(a.Path, b.src.Code, true)
		return api.OnLoadResult{Contents: &code, Loader: api.LoaderTS, ResolveDir: b.dir}, nil
	})
	if b.opts.Permissions != nil {
		b.guard(build)
	}
	if b.opts.Links {
		build.OnResolve(api.OnResolveOptions{Filter: `^\.\.?/`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			b.links(filepath.Join(a.ResolveDir, a.Path))
			return api.OnResolveResult{}, nil
		})
	}
	build.OnResolve(api.OnResolveOptions{Filter: `^[^./]`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
		if strings.HasPrefix(a.Path, "http://") || strings.HasPrefix(a.Path, "https://") {
			return api.OnResolveResult{Errors: []api.Message{{Text: fmt.Sprintf("can't import %q: mcpjs loads no modules from URLs; install the package with npm", a.Path)}}}, nil
		}
		if slices.Contains(b.opts.Modules, a.Path) {
			return api.OnResolveResult{Path: a.Path, Namespace: hostNamespace}, nil
		}
		if isNodeBuiltin(a.Path) && !strings.HasSuffix(a.Path, "/") {
			return b.missingBuiltin(build, a)
		}
		return api.OnResolveResult{}, nil
	})
	build.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: hostNamespace}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
		code := fmt.Sprintf("module.exports = __mcpjs.host(%q)", a.Path)
		return api.OnLoadResult{Contents: &code, Loader: api.LoaderJS}, nil
	})
	build.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: missingNamespace}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
		code := fmt.Sprintf("throw new Error(%q)", a.Path)
		return api.OnLoadResult{Contents: &code, Loader: api.LoaderJS}, nil
	})
	build.OnLoad(api.OnLoadOptions{Filter: `\.([cm]?[jt]s|[jt]sx|json)$|(^|[/\\])[^./\\]+$`}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
		raw, err := b.read(a.Path)
		b.input(a.Path)
		if err != nil {
			return api.OnLoadResult{}, err
		}
		if filepath.Ext(a.Path) == ".json" {
			code := string(raw)
			return api.OnLoadResult{Contents: &code, Loader: api.LoaderJSON}, nil
		}
		code := prepare(a.Path, string(raw), a.Path == b.src.Name)
		return api.OnLoadResult{Contents: &code, Loader: loaderOf(a.Path), ResolveDir: filepath.Dir(a.Path)}, nil
	})
}

// guard asks before a path is looked at, so that nothing can be learnt of files
// that may not be read, and before a file is loaded, whatever its kind.
func (b *bundler) guard(build api.PluginBuild) {
	build.OnResolve(api.OnResolveOptions{Filter: `^(\.\.?([/\\]|$)|[/\\]|[A-Za-z]:[/\\])`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
		path := absolute(a.ResolveDir, a.Path)
		if path == b.src.Name && !b.opts.atRun {
			return api.OnResolveResult{}, nil
		}
		resolved, err := resolvePath(a.ResolveDir, path)
		if err == nil && b.home != "" && below(b.home, resolved) {
			return api.OnResolveResult{}, nil // judged when it is loaded
		}
		return api.OnResolveResult{}, b.deny(b.opts.Permissions.Read(path))
	})
	build.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: "file"}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
		if b.own(a.Path) {
			return api.OnLoadResult{}, nil
		}
		return api.OnLoadResult{}, b.deny(b.opts.Permissions.Read(a.Path))
	})
}

func (b *bundler) deny(err error) error {
	if err != nil {
		b.mu.Lock()
		b.denied = cmp.Or(b.denied, err)
		b.mu.Unlock()
	}
	return err
}

// own tells whether a file is part of the script: itself, or a module or JSON
// file below its directory that is not hidden.
func (b *bundler) own(path string) bool {
	if b.home == "" {
		return false
	}
	resolved, err := resolvePath(b.dir, path)
	if err != nil || !below(b.home, resolved) {
		return false
	}
	if main, err := resolvePath(b.dir, b.src.Name); err == nil && main == resolved {
		return true
	}
	rest, err := filepath.Rel(b.home, resolved)
	if err != nil {
		return false
	}
	for _, name := range split(rest) {
		if strings.HasPrefix(name, ".") && name != ".pnpm" {
			return false
		}
	}
	switch filepath.Ext(resolved) {
	case ".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".json":
		return true
	}
	return false
}

// read reads a file that may be loaded.
func (b *bundler) read(path string) ([]byte, error) {
	if b.opts.Permissions == nil || b.own(path) {
		return os.ReadFile(path)
	}
	at, err := b.opts.Permissions.Place(path, ToRead)
	if err != nil {
		return nil, err
	}
	return at.ReadFile()
}

// missingBuiltin says that a module of node's is not there, unless a package of
// that name is installed, as "events" or "buffer" may be.
func (b *bundler) missingBuiltin(build api.PluginBuild, a api.OnResolveArgs) (api.OnResolveResult, error) {
	if a.PluginData == "again" {
		return api.OnResolveResult{}, nil
	}
	if !strings.HasPrefix(a.Path, "node:") {
		r := build.Resolve(a.Path, api.ResolveOptions{Importer: a.Importer, Namespace: a.Namespace,
			ResolveDir: a.ResolveDir, Kind: a.Kind, PluginData: "again"})
		if len(r.Errors) == 0 {
			return api.OnResolveResult{Path: r.Path, Namespace: r.Namespace, SideEffects: api.SideEffectsTrue}, nil
		}
	}
	text := fmt.Sprintf("mcpjs has no module %q; it has %s", a.Path, strings.Join(withoutNodePrefix(b.opts.Modules), ", "))
	if a.Kind == api.ResolveJSRequireCall || a.Kind == api.ResolveJSDynamicImport {
		// A package that asks for it may never need it: fail when it does.
		return api.OnResolveResult{Path: text, Namespace: missingNamespace}, nil
	}
	return api.OnResolveResult{Errors: []api.Message{{Text: text}}}, nil
}

func withoutNodePrefix(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(s string) bool { return strings.HasPrefix(s, "node:") })
}

func (b *bundler) input(path string) {
	b.mu.Lock()
	b.inputs = append(b.inputs, path)
	b.mu.Unlock()
}

func loaderOf(path string) api.Loader {
	switch filepath.Ext(path) {
	case ".ts", ".mts", ".cts":
		return api.LoaderTS
	case ".tsx":
		return api.LoaderTSX
	case ".jsx":
		return api.LoaderJSX
	case "": // a command of the user's own; what is JavaScript is TypeScript
		return api.LoaderTS
	}
	return api.LoaderJS
}

// prepare makes a file's text ready for esbuild: a shebang line is a comment,
// and import.meta a variable of the file's.
func prepare(path, code string, main bool) string {
	code = strings.TrimPrefix(code, "\ufeff")
	if strings.HasPrefix(code, "#!") {
		code = "//" + code[2:]
	}
	if strings.Contains(code, "import.meta") {
		// On a line of its own the map would be off by one everywhere; hoisted
		// at the end it would be undefined. Line 1's columns are the price.
		code = fmt.Sprintf("var __mcpjs_meta=__mcpjs.meta(%q,%t);", path, main) + code
	}
	return code
}

// esbuild's loops over async iterables share variables with the next such loop in the
// function, which would throw the error of the one before again.
var (
	forAwaitError = pattern(`if \((error\d*)\)(\s+)throw error\d*\[0\];`)
	forAwaitMore  = pattern(`(more\d*) && \((temp\d* = iter\d*\.return\) && await temp)`)
)

// patchHelpers mends what esbuild emits. Its async generator helper never
// completes a return() whose finally block awaits; its import() helper knows
// nothing of modules that were compiled at run time and still wait.
func patchHelpers(code string) string {
	code = strings.Replace(code, asyncGeneratorFault, asyncGeneratorMended, 1)
	code = strings.Replace(code, toESMHead, toESMMended, 1)
	code = forAwaitError().ReplaceAllString(code, "if (${1})${2}throw [${1}[0], ${1} = void 0][0];")
	return forAwaitMore().ReplaceAllString(code, "${1} && (${1} = false, ${2}")
}

const (
	asyncGeneratorFault  = `k === "return" ? k : "next"`
	asyncGeneratorMended = `k === "return" && v[1] ? k : "next"`
	toESMHead            = `var __toESM = (mod, isNodeMode, target) => (`
	toESMMended          = `var __toESM = (mod, isNodeMode, target) => mod && mod.__mcpjs_pending ? mod.__mcpjs_pending : (`
)

func (b *bundler) syntaxError(errs []api.Message) *SyntaxError {
	missing := missing(errs, b.dir)
	for i := range errs {
		errs[i].PluginName = ""
		if name, ok := strings.CutPrefix(errs[i].Text, `Could not resolve "`); ok {
			errs[i].Notes = notFound(strings.TrimSuffix(name, `"`))
		}
		if l := errs[i].Location; l != nil {
			l.File = strings.TrimPrefix(l.File, mainNamespace+":")
			l.Namespace = "file"
		}
	}
	text := strings.Join(api.FormatMessages(errs, api.FormatMessagesOptions{Color: b.opts.Color, Kind: api.ErrorMessage}), "")
	e := &SyntaxError{Text: strings.TrimRight(text, "\n"), Message: errs[0].Text, Inputs: b.inputs, Missing: missing}
	if l := errs[0].Location; l != nil {
		e.File, e.Line, e.Col = l.File, l.Line, l.Column+1
		if !filepath.IsAbs(e.File) && !strings.HasPrefix(e.File, "[") {
			e.File = filepath.Join(b.dir, e.File)
		}
		lines := strings.Count(strings.TrimRight(b.src.Code, "\n"), "\n") + 1
		e.AtEnd = l.Line >= lines && l.Column >= len(strings.TrimRight(l.LineText, " \t"))
	}
	return e
}

// notFound says what to do about an import that leads nowhere, in place of
// esbuild's advice, which is for those who bundle.
func notFound(name string) []api.Note {
	if strings.HasPrefix(name, ".") || filepath.IsAbs(name) {
		return nil
	}
	pkg := name
	if parts := strings.SplitN(name, "/", 3); strings.HasPrefix(name, "@") && len(parts) > 1 {
		pkg = parts[0] + "/" + parts[1]
	} else {
		pkg = parts[0]
	}
	return []api.Note{{Text: fmt.Sprintf("If it is a package, install it beside the script: npm install %s", pkg)}}
}

// gojaError words what goja refuses although esbuild let it pass.
func (b *bundler) gojaError(err error) error {
	message := err.Error()
	if strings.Contains(message, "'super' keyword unexpected here") {
		message += "\n\n  super can't be used inside an async generator method here: call it from a method of its own."
	}
	return &SyntaxError{Text: "✘ [ERROR] " + message, Message: err.Error(), Inputs: b.inputs}
}
