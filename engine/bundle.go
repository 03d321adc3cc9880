package engine

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/dop251/goja"
	"github.com/dop251/goja/parser"
	"github.com/evanw/esbuild/pkg/api"
)

const (
	mainNamespace    = "mcpjs-main"    // sources that are in no file
	hostNamespace    = "mcpjs"         // host modules, as require gives them
	staticNamespace  = "mcpjs-static"  // host modules, as import declarations see them
	missingNamespace = "mcpjs-missing" // modules that are not there
	deniedNamespace  = "mcpjs-denied"  // files that require and import() may not load
	absentNamespace  = "mcpjs-absent"  // modules of node's that a package imports and may never use
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

// Packages are taken as node takes them.
var (
	mainFields = []string{"main", "module"}
	conditions = []string{"node"}
	extensions = []string{".tsx", ".ts", ".jsx", ".js", ".css", ".json"} // what imports may leave out
)

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
	cache := cached(src, opts)
	if cache == nil {
		return b.build(spec)
	}
	return cache.program(b, spec)
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
	// What a failed attempt found out for the next: packages, by their
	// directories, that want modules of node's which are not there and have a
	// variant for browsers, and what is not to be found.
	browser, absent map[string]bool
	importers       map[string][]string // by a package's name, the directories of those that import it
	// lowered tells that class fields are to be lowered: goja takes none that is
	// named get or set.
	lowered bool
	// require tells that the program is to give { exports }, as require sees them,
	// not the namespace.
	require bool
	// recording, where set, is of what the build depends on.
	recording *recording
}

// build compiles what spec names. What only import() or require ask for and is
// not to be found is an error when they do, not before.
func (b *bundler) build(spec string) (*Program, error) {
	b.browser, b.absent, b.importers = map[string]bool{}, map[string]bool{}, map[string][]string{}
	for {
		browser, absent := len(b.browser), len(b.absent)
		result := b.attempt(spec)
		for _, e := range result.Errors {
			if m := unresolved().FindStringSubmatch(e.Text); m != nil {
				b.absent[m[1]] = true
			}
		}
		if len(b.browser) > browser || len(result.Errors) > 0 && len(b.absent) > absent {
			continue
		}
		p, err := b.program(result)
		if !errors.Is(err, errFieldName) {
			return p, err
		}
		b.lowered = true
	}
}

var errFieldName = errors.New("goja can't parse the name of a class field")

func (b *bundler) attempt(spec string) api.BuildResult {
	entry := "import * as ns from %q; __mcpjs_result = ns;"
	if b.require {
		entry = "__mcpjs_result = { exports: require(%q) };"
	}
	return api.Build(api.BuildOptions{
		Stdin: &api.StdinOptions{
			Contents:   fmt.Sprintf(entry, spec),
			ResolveDir: b.dir,
			Sourcefile: internalFile + "entry",
		},
		AbsWorkingDir:     b.dir,
		Outfile:           filepath.Join(b.dir, bundleName),
		Bundle:            true,
		Format:            api.FormatESModule,
		Target:            api.ES2022,
		Platform:          api.PlatformNeutral,
		MainFields:        mainFields,
		Conditions:        conditions,
		ResolveExtensions: extensions,
		Supported:         b.supported(),
		Define:            map[string]string{"import.meta": "__mcpjs_meta"},
		Sourcemap:         api.SourceMapExternal,
		SourcesContent:    api.SourcesContentExclude,
		LegalComments:     api.LegalCommentsNone,
		KeepNames:         true, // lowering renames classes
		Plugins:           []api.Plugin{{Name: "mcpjs", Setup: b.setup}},
		LogLevel:          api.LogLevelSilent,
		Write:             false,
	})
}

var oddField = pattern(`(?m)^\s*(?:static )?(?:get|set|async|static) = `)

func (b *bundler) supported() map[string]bool {
	if !b.lowered {
		return unsupported
	}
	lowered := maps.Clone(unsupported)
	for _, name := range []string{"class-field", "class-static-field"} {
		lowered[name] = false
	}
	return lowered
}

func (b *bundler) program(result api.BuildResult) (*Program, error) {
	slices.Sort(b.inputs)
	b.inputs = slices.Compact(b.inputs)
	for _, w := range result.Warnings {
		if strings.HasPrefix(w.Text, `This "import()" was not recognized`) { // esbuild leaves it, and goja has none
			w.ID, w.Text = "", `import() takes no options here but { with: { … } } with names and texts that are written out`
			result.Errors = append(slices.DeleteFunc(result.Errors, func(e api.Message) bool {
				return strings.HasPrefix(e.Text, "Using an arbitrary value as the second argument")
			}), w)
		}
	}
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
	text := "(async(__mcpjs,require)=>{\"use strict\";let __mcpjs_result;" + patchHelpers(string(code)) +
		"\nreturn __mcpjs_result})\n//# sourceMappingURL=" + bundleName + ".map"
	if b.recording != nil {
		b.recording.out = []string{text, string(sourceMap)}
	}
	return b.compile(text, sourceMap)
}

// compile makes the program of what esbuild gave.
func (b *bundler) compile(text string, sourceMap []byte) (*Program, error) {
	out := filepath.Join(b.dir, bundleName)
	tree, err := goja.Parse(out, text, parser.WithSourceMapLoader(func(string) ([]byte, error) { return sourceMap, nil }))
	if err != nil && !b.lowered && oddField().MatchString(text) {
		return nil, errFieldName
	} else if err != nil {
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
	if b.recording != nil {
		build.OnResolve(api.OnResolveOptions{Filter: "."}, func(a api.OnResolveArgs) (none api.OnResolveResult, err error) {
			b.recording.resolve(a, b.opts.Modules)
			return none, nil
		})
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
		if pkg := packageDir(a.Importer); pkg != "" {
			b.mu.Lock()
			b.importers[packageName(a.Path)] = append(b.importers[packageName(a.Path)], pkg)
			b.mu.Unlock()
		}
		if m := moduleOf(b.opts.Modules, a.Path); m != nil && m.Exports != nil && a.Kind == api.ResolveJSImportStatement {
			return api.OnResolveResult{Path: a.Path, Namespace: staticNamespace}, nil
		} else if m != nil {
			return api.OnResolveResult{Path: a.Path, Namespace: hostNamespace}, nil
		}
		if isNodeBuiltin(a.Path) && !strings.HasSuffix(a.Path, "/") {
			return b.missingBuiltin(build, a)
		}
		return api.OnResolveResult{}, nil
	})
	if len(b.browser)+len(b.absent) > 0 {
		build.OnResolve(api.OnResolveOptions{Filter: `.`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			return b.resolveAgain(build, a), nil
		})
	}
	build.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: hostNamespace}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
		code := fmt.Sprintf("module.exports = __mcpjs.host(%q)", a.Path)
		return api.OnLoadResult{Contents: &code, Loader: api.LoaderJS}, nil
	})
	build.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: staticNamespace}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
		code := staticModule(a.Path, moduleOf(b.opts.Modules, a.Path).Exports())
		return api.OnLoadResult{Contents: &code, Loader: api.LoaderJS}, nil
	})
	build.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: missingNamespace}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
		code, text, _ := strings.Cut(a.Path, " ")
		code = fmt.Sprintf("throw Object.assign(new Error(%q), { code: %q })", text, code)
		return api.OnLoadResult{Contents: &code, Loader: api.LoaderJS}, nil
	})
	build.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: deniedNamespace}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
		code := fmt.Sprintf("module.exports = __mcpjs.denied(%q)", a.Path)
		return api.OnLoadResult{Contents: &code, Loader: api.LoaderJS}, nil
	})
	build.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: absentNamespace}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
		code := fmt.Sprintf("module.exports = __mcpjs.absent(%q)", a.Path)
		return api.OnLoadResult{Contents: &code, Loader: api.LoaderJS}, nil
	})
	build.OnLoad(api.OnLoadOptions{Filter: `\.([cm]?[jt]s|[jt]sx|json)$|(^|[/\\])[^./\\]+$`}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
		raw, err := b.read(a.Path)
		b.input(a.Path)
		if err != nil {
			return api.OnLoadResult{}, err
		}
		if b.recording != nil {
			b.recording.load(a.Path, raw)
		}
		if filepath.Ext(a.Path) == ".json" {
			code := string(raw)
			return api.OnLoadResult{Contents: &code, Loader: api.LoaderJSON}, nil
		}
		code := prepare(a.Path, string(raw), a.Path == b.src.Name)
		return api.OnLoadResult{Contents: &code, Loader: loaderOf(a.Path), ResolveDir: filepath.Dir(a.Path)}, nil
	})
	if b.recording != nil {
		build.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: "file"}, func(a api.OnLoadArgs) (none api.OnLoadResult, err error) {
			b.recording.spoil()
			return none, nil
		})
	}
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
		denied := b.opts.Permissions.Read(path)
		if denied != nil && a.Kind != api.ResolveJSImportStatement {
			return api.OnResolveResult{Path: path, Namespace: deniedNamespace}, nil
		}
		return api.OnResolveResult{}, b.deny(denied)
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
	pkg := packageDir(a.Importer)
	network := slices.Contains(networkBuiltins, strings.TrimPrefix(a.Path, "node:"))
	browser := pkg != "" && network && b.preferBrowser(pkg)
	text := fmt.Sprintf("%s is not available in mcpjs", a.Path)
	if strings.Contains(a.Path, "http") {
		text += ": use fetch"
	} else if pkg == "" {
		text += ", which has " + strings.Join(withoutNodePrefix(ModuleNames(b.opts.Modules)), ", ")
	}
	code := "MODULE_NOT_FOUND"
	if strings.HasPrefix(a.Path, "node:") {
		code = "ERR_UNKNOWN_BUILTIN_MODULE"
	} else if a.Kind == api.ResolveJSDynamicImport {
		code = "ERR_MODULE_NOT_FOUND"
	}
	static := a.Kind == api.ResolveJSImportStatement
	switch {
	case pkg == "" && static:
		return api.OnResolveResult{Errors: []api.Message{{Text: text}}}, nil
	case static, pkg != "" && a.Kind == api.ResolveJSRequireCall && network && !browser && !isTried(a):
		// A package that asks for it may never need it: fail when it does.
		return api.OnResolveResult{Path: a.Path, Namespace: absentNamespace}, nil
	}
	return api.OnResolveResult{Path: code + " " + text, Namespace: missingNamespace}, nil
}

// preferBrowser notes that the next attempt is to take a package's variant for
// browsers, or that of the packages which import it.
func (b *bundler) preferBrowser(pkg string) (found bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, name, _ := strings.Cut(filepath.ToSlash(pkg[max(0, strings.LastIndex(filepath.ToSlash(pkg), "node_modules/")):]), "/")
	for _, dir := range append([]string{pkg}, b.importers[name]...) {
		if !found && hasBrowserVariant(dir) {
			b.browser[dir], found = true, true
		}
	}
	return found
}

// packageName is the name of the package that an import asks for.
func packageName(spec string) string {
	parts := strings.SplitN(spec, "/", 3)
	if strings.HasPrefix(spec, "@") && len(parts) > 1 {
		return parts[0] + "/" + parts[1]
	}
	return parts[0]
}

// networkBuiltins are what packages load at once to talk to a network that they
// may never be asked for.
var networkBuiltins = []string{"http", "https", "http2", "net", "tls", "dns", "dgram"}

// isTried tells that a file asks for a module in a try block, and so knows what
// to do without.
func isTried(a api.OnResolveArgs) bool {
	code, err := os.ReadFile(a.Importer)
	if err != nil {
		return false
	}
	tried, err := regexp.Match(`try\s*\{[^{}]*\brequire\s*\(\s*["']`+regexp.QuoteMeta(a.Path)+`["']`, code)
	return err == nil && tried
}

// resolveAgain is the resolution of an attempt that follows another.
func (b *bundler) resolveAgain(build api.PluginBuild, a api.OnResolveArgs) (none api.OnResolveResult) {
	if a.PluginData == "again" || a.Namespace == mainNamespace && strings.HasPrefix(a.Path, mainNamespace) {
		return none
	}
	opts := api.ResolveOptions{Importer: a.Importer, Namespace: a.Namespace, ResolveDir: a.ResolveDir, Kind: a.Kind, PluginData: "again"}
	if b.absent[a.Path] && a.Kind != api.ResolveJSImportStatement {
		if r := build.Resolve(a.Path, opts); len(r.Errors) > 0 {
			code := "ERR_MODULE_NOT_FOUND"
			if a.Kind != api.ResolveJSDynamicImport {
				code = "MODULE_NOT_FOUND"
			}
			for _, path := range missing(r.Errors, a.ResolveDir) {
				b.input(path)
			}
			return api.OnResolveResult{Path: code + " " + notFoundText(a.Path, a.ResolveDir), Namespace: missingNamespace}
		}
	}
	if len(b.browser) == 0 || a.Namespace != "file" && a.Namespace != mainNamespace {
		return none
	}
	inside := b.browser[packageDir(a.Importer)]
	if !inside {
		r := build.Resolve(a.Path, opts)
		inside = len(r.Errors) == 0 && b.browser[packageDir(r.Path)]
	}
	if !inside {
		return none
	}
	r := resolveForBrowser(a.Path, opts)
	if len(r.Errors) > 0 {
		return none
	}
	return api.OnResolveResult{Path: r.Path, Namespace: r.Namespace, PluginData: "again"}
}

// resolveForBrowser resolves a path as bundlers for browsers do: esbuild can't
// do both in one build.
func resolveForBrowser(path string, opts api.ResolveOptions) api.ResolveResult {
	return askEsbuild(path, opts, api.BuildOptions{Platform: api.PlatformBrowser})
}

// resolveRequire is what require.resolve finds, resolveImport what an import does.
func resolveRequire(dir, spec string) (string, bool) {
	return resolveFile(dir, spec, api.ResolveJSRequireResolve)
}
func resolveImport(dir, spec string) (string, bool) {
	return resolveFile(dir, spec, api.ResolveJSImportStatement)
}

func resolveFile(dir, spec string, kind api.ResolveKind) (string, bool) {
	r := askEsbuild(spec, api.ResolveOptions{ResolveDir: dir, Kind: kind, PluginData: "again"},
		api.BuildOptions{Platform: api.PlatformNeutral, MainFields: mainFields, Conditions: conditions})
	return r.Path, len(r.Errors) == 0 && r.Path != ""
}

// askEsbuild asks esbuild what a path means, outside of a build.
func askEsbuild(path string, opts api.ResolveOptions, build api.BuildOptions) (r api.ResolveResult) {
	empty := ""
	build.Stdin = &api.StdinOptions{Contents: `import "x"`, ResolveDir: opts.ResolveDir}
	build.Bundle, build.LogLevel = true, api.LogLevelSilent
	build.Plugins = []api.Plugin{{Name: "mcpjs", Setup: func(build api.PluginBuild) {
		build.OnResolve(api.OnResolveOptions{Filter: "."}, func(a api.OnResolveArgs) (none api.OnResolveResult, err error) {
			if a.PluginData == "again" {
				return none, nil
			}
			r = build.Resolve(path, opts)
			return api.OnResolveResult{Path: "x", Namespace: hostNamespace}, nil
		})
		build.OnLoad(api.OnLoadOptions{Filter: ".", Namespace: hostNamespace}, func(api.OnLoadArgs) (api.OnLoadResult, error) {
			return api.OnLoadResult{Contents: &empty}, nil
		})
	}}}
	api.Build(build)
	return r
}

// packageDir is the directory of the package that a file belongs to, "" if that
// is none in node_modules.
func packageDir(file string) string {
	const modules = "/node_modules/"
	slashed := filepath.ToSlash(file)
	i := strings.LastIndex(slashed, modules)
	if i < 0 {
		return ""
	}
	end := i + len(modules)
	for range 1 + strings.Count(slashed[end:min(end+1, len(slashed))], "@") {
		next := strings.IndexByte(slashed[end:], '/')
		if next < 0 {
			return file
		}
		end += next + 1
	}
	return file[:end-1]
}

// hasBrowserVariant tells that a package says what browsers are to load.
func hasBrowserVariant(dir string) bool {
	text, err := os.ReadFile(filepath.Join(dir, "package.json"))
	return err == nil && bytes.Contains(text, []byte(`"browser"`))
}

// notFoundText is what node says.
func notFoundText(spec, dir string) string {
	if strings.HasPrefix(spec, ".") || filepath.IsAbs(spec) {
		return fmt.Sprintf("Cannot find module '%s' imported from %s", absolute(dir, spec), dir)
	}
	return fmt.Sprintf("Cannot find package '%s' imported from %s", spec, dir)
}

// staticModule is a host module as a module with declared exports, so that
// esbuild finds what is imported and isn't there.
func staticModule(name string, exports []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "const host = __mcpjs.host(%q);\nexport default host;\n", name)
	for i, export := range exports {
		fmt.Fprintf(&b, "const e%d = /* @__PURE__ */ __mcpjs.get(host, %q);\nexport { e%d as %s };\n", i, export, i, export)
	}
	return b.String()
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
	if strings.Contains(code, "__dirname") || strings.Contains(code, "__filename") {
		if filepath.IsAbs(path) && !strings.HasPrefix(filepath.Ext(path), ".m") && !declaresDirname().MatchString(code) {
			code = fmt.Sprintf("var __filename=%q,__dirname=%q;", path, filepath.Dir(path)) + code
		}
	}
	if strings.Contains(code, "import.meta") {
		// On a line of its own the map would be off by one everywhere; hoisted
		// at the end it would be undefined. Line 1's columns are the price.
		code = fmt.Sprintf("var __mcpjs_meta=__mcpjs.meta(%q,%t);", path, main) + code
	}
	return code
}

// declaresDirname finds files that make these names themselves, as ES modules do.
var declaresDirname = pattern(`(?:const|let|var|function|class|import)\b[^;=()]*\b__(?:filename|dirname)\b`)

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
	code = strings.Replace(code, exportHead, exportMended, 1)
	code = strings.ReplaceAll(code, computedImport, computedImportMended)
	code = forAwaitError().ReplaceAllString(code, "if (${1})${2}throw [${1}[0], ${1} = void 0][0];")
	return forAwaitMore().ReplaceAllString(code, "${1} && (${1} = false, ${2}")
}

const (
	asyncGeneratorFault  = `k === "return" ? k : "next"`
	asyncGeneratorMended = `k === "return" && v[1] ? k : "next"`
	computedImport       = `=> __toESM(__require(`
	computedImportMended = `=> __toESM(__mcpjs.import(`
	exportHead           = `var __export = (target, all) => {`
	exportMended         = exportHead + ` __mcpjs.namespace(target);`
	toESMHead            = `var __toESM = (mod, isNodeMode, target) => (`
	toESMMended          = `var __toESM = (mod, isNodeMode, target) => mod && mod.__mcpjs_pending ? mod.__mcpjs_pending : (`
)

var noExport = pattern(`^No matching export in "(?:` + staticNamespace + `:)?([^"]+)" for import "([^"]+)"`)

func (b *bundler) syntaxError(errs []api.Message) *SyntaxError {
	missing := missing(errs, b.dir)
	for i := range errs {
		errs[i].PluginName = ""
		if m := noExport().FindStringSubmatch(errs[i].Text); m != nil {
			errs[i].Text = fmt.Sprintf("The requested module '%s' does not provide an export named '%s'", m[1], m[2])
			errs[i].Notes = nil
		}
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
	return []api.Note{{Text: "If it is a package, install it beside the script: npm install " + packageName(name)}}
}

// gojaError words what goja refuses although esbuild let it pass.
func (b *bundler) gojaError(err error) error {
	message := err.Error()
	if strings.Contains(message, "'super' keyword unexpected here") {
		message += "\n\n  super can't be used inside an async generator method here: call it from a method of its own."
	}
	return &SyntaxError{Text: "✘ [ERROR] " + message, Message: err.Error(), Inputs: b.inputs}
}
