// Package engine runs JavaScript and TypeScript on goja: the event loop that
// owns the runtime, promises for work done elsewhere, source text to programs,
// JSON to values and back, errors and their stacks, limits and permissions. It
// knows nothing of MCP.
package engine

import (
	"context"
	"io"
	"os"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/dop251/goja"
	"github.com/dop251/goja/parser"
)

// Value and the types beside it are goja's, named here so that the packages
// which give scripts something to call need not import goja. They may be
// touched on the loop only.
type (
	Value    = goja.Value
	Object   = goja.Object
	Call     = goja.FunctionCall
	NewCall  = goja.ConstructorCall
	Callable = goja.Callable
	Promise  = goja.Promise
	Symbol   = goja.Symbol
	VM       = goja.Runtime
)

// Options configure a Runtime. The zero value works: no modules, the process's
// own standard streams and working directory, everything permitted.
type Options struct {
	// Modules are what scripts can import besides their own files.
	Modules []Module
	// Dir is the directory that relative paths of the script's own begin at;
	// "" means the process's.
	Dir string
	// Args are the arguments after the script's name.
	Args []string
	// Script is the path of the main file, "" where there is none.
	Script string

	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Color allows colours in what is written to Stdout and Stderr.
	ColorStdout, ColorStderr bool

	// Permissions decides about the outside; nil permits everything.
	Permissions *Permissions

	// OnRead, OnStat, OnWrite and OnInputs, where set, hear which files the
	// script reads, asks about and writes (see NoteRead, NoteStat and NoteWrite),
	// and which it turns out to be made of while it runs (see NoteInputs), all
	// absolute. They are called from any goroutine, and must be quick.
	OnRead, OnStat, OnWrite func(path string)
	OnInputs                func(files []string)

	// Grace is how long an aborted run may go on to clean up; 0 means 2 s.
	Grace time.Duration
}

// A Runtime is one JavaScript world: globals, modules and an event loop. One
// goroutine at a time, that of Run or Serve, is its loop; all that touches a
// Value happens there. Post, Abort and the completions of operations are for
// any goroutine.
type Runtime struct {
	Options

	vm   *goja.Runtime
	loop loop
	ops  map[*Operation]struct{}

	ctx      context.Context // of the operations begun now; replaced by Abort
	cancel   context.CancelCauseFunc
	abortErr error                 // why the run was aborted, nil while it wasn't
	aborted  map[*goja.Object]bool // the errors that the abort rejected operations with

	haltMu     sync.Mutex
	abortAsked error         // the first Abort's cause
	aborting   chan struct{} // closed by the first Abort
	halted     *haltError    // set once: no JavaScript runs any more

	rejections   rejections
	promises     promises
	awaiting     int // the top-level await that was reached last, as an offset
	classes      map[string]*goja.Object
	classParents map[string]string // error classes that were declared, by name
	modules      map[string]*hostModule
	wrapped      map[string]int // file name → columns that a wrapper put before line 1
	sources      map[string]string
	loaded       map[string]bool // files that programs were made of
	pristine     pristine
	writer       *writer // nil while it writes
	seen         seenText
	inspector    *Inspector
	host         *goja.Object               // what bundled code knows as __mcpjs
	constants    map[string]constant        // of inputs, by name
	required     map[string]*goja.Object    // modules named at run time: promises of their namespaces
	mains        map[*goja.Promise]struct{} // what Evaluate gave
	embedded     map[*Embedded]*goja.Object
	states       map[any]any
	signals      signals
	exiting      *ExitHooks
	closers      []func(context.Context)
	turnHooks    []func()
	context      asyncContext

	// OnUncaught, where set, sees an error that nobody caught and an unhandled
	// rejection before they end the run; true means that it dealt with it.
	OnUncaught func(err *UncaughtError) bool

	// OnMain, where set, gets the exports of the main module when it has run
	// to its end: a namespace object, undefined where it exports nothing. It is
	// called on the loop.
	OnMain func(exports Value)
}

// pristine holds intrinsics as they were before any script could change them.
type pristine struct {
	stringify, parse goja.Callable
	revive           goja.Callable // goja's own JSON.parse
	reflectConstruct goja.Callable
	reflectSet       goja.Callable
	ownDescriptor    goja.Callable
	isView           goja.Callable
	regexp           *goja.Object
	promiseThen      goja.Callable
	objectProto      *goja.Object
}

// New makes a Runtime with its globals and modules in place. Nothing runs yet.
func New(opts Options) *Runtime {
	if opts.Stdin == nil {
		opts.Stdin = os.Stdin
	}
	if opts.Stdout == nil {
		opts.Stdout = os.Stdout
	}
	if opts.Stderr == nil {
		opts.Stderr = os.Stderr
	}
	if opts.Dir == "" {
		opts.Dir, _ = os.Getwd()
	}
	if opts.Grace == 0 {
		opts.Grace = 2 * time.Second
	}
	rt := &Runtime{
		Options:  opts,
		vm:       goja.New(),
		ops:      map[*Operation]struct{}{},
		classes:  map[string]*goja.Object{},
		wrapped:  map[string]int{},
		sources:  map[string]string{},
		loaded:   map[string]bool{},
		mains:    map[*goja.Promise]struct{}{},
		required: map[string]*goja.Object{},
		aborting: make(chan struct{}),
	}
	rt.ctx, rt.cancel = context.WithCancelCause(context.Background())
	rt.loop.init(rt)
	rt.promises.init(rt.vm)
	rt.vm.SetMaxCallStackSize(maxCallDepth)
	rt.vm.SetParserOptions(parser.WithDisableSourceMaps) // eval'd code must not name files to read
	rt.vm.SetPromiseRejectionTracker(rt.rejections.track)
	rt.installIntrinsics()
	rt.installErrors()
	rt.installLanguage()
	rt.installModules(opts.Modules)
	return rt
}

// maxCallDepth is the number of nested calls at which a script gets
// "Maximum call stack size exceeded"; node's is about the same.
const maxCallDepth = 10_000

// VM gives the goja runtime, for values that this package has no word for.
// Loop only.
func (rt *Runtime) VM() *VM { return rt.vm }

// Inspector shows values. It is made at the first call, so that a script which
// shows none does not pay for it. Loop only.
func (rt *Runtime) Inspector() *Inspector {
	if rt.inspector == nil {
		rt.inspector = NewInspector(rt.vm)
	}
	return rt.inspector
}

// Inspect shows a value as node does, errors with our stacks. Loop only.
func (rt *Runtime) Inspect(v Value, opts InspectOptions) string {
	opts.Stack = rt.stackOf
	return rt.Inspector().Inspect(v, opts)
}

// Format is console.log's formatting. Loop only.
func (rt *Runtime) Format(args []Value, opts InspectOptions) string {
	if text, ok := plainText(args, opts.Colors); ok {
		return text
	}
	opts.Stack = rt.stackOf
	return rt.Inspector().Format(args, opts)
}

// plainText joins strings that hold no directives, and integers: most of what is
// logged.
func plainText(args []Value, colors bool) (string, bool) {
	parts := make([]string, 0, 4)
	for i, arg := range args {
		s, ok := AsString(arg)
		switch {
		case ok && i == 0 && len(args) > 1 && strings.ContainsRune(s, '%'):
			return "", false
		case !ok && (colors || arg == nil || arg.ExportType() != integerType):
			return "", false
		case !ok:
			s = arg.String()
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, " "), true
}

var integerType = reflect.TypeFor[int64]()

func (rt *Runtime) stackOf(o *Object) string {
	return rt.normalizeStack(rt.dataString(o, "stack"))
}

// Context ends when the run is aborted or over. It is the parent of every
// operation's context. Loop only: after an abort, what cleans up gets another.
func (rt *Runtime) Context() context.Context { return rt.ctx }

// Aborting is closed when the run is told to end, for Go code that a script
// waits for without an operation. Any goroutine.
func (rt *Runtime) Aborting() <-chan struct{} { return rt.aborting }

// OnClose registers what must end with the runtime, such as open connections.
// Close calls all of these at once, each with a context that ends after the
// grace. Loop only.
func (rt *Runtime) OnClose(fn func(context.Context)) { rt.closers = append(rt.closers, fn) }

// State gives what a module keeps in this runtime under a key of a type of its
// own; make makes it at the first call. Loop only.
func (rt *Runtime) State(key any, make func() any) any {
	if v, ok := rt.states[key]; ok {
		return v
	}
	if rt.states == nil {
		rt.states = map[any]any{}
	}
	v := make()
	rt.states[key] = v
	return v
}

// OnTurn registers a hook that the loop calls whenever it has run all that was
// due and before it waits: where buffered output is written. Loop only.
func (rt *Runtime) OnTurn(fn func()) { rt.turnHooks = append(rt.turnHooks, fn) }

// Close ends the runtime after Run or Serve has returned: it cancels what is
// pending and waits for what OnClose registered, at most the grace.
func (rt *Runtime) Close() {
	rt.cancel(context.Canceled)
	for op := range rt.ops {
		op.end(context.Canceled)
	}
	ctx, cancel := context.WithTimeout(context.Background(), rt.Grace)
	defer cancel()
	var wg sync.WaitGroup
	for _, fn := range rt.closers {
		wg.Go(func() { fn(ctx) })
	}
	wg.Wait()
	rt.closers = nil
	rt.flush()
}

func (rt *Runtime) flush() {
	for _, fn := range rt.turnHooks {
		fn()
	}
}
