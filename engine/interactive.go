package engine

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/parser"
	"github.com/dop251/goja/token"
	"github.com/evanw/esbuild/pkg/api"
)

// An Input is one input of an interactive session, compiled: statements whose
// top-level bindings become properties of the global object, so that later
// inputs see them and may declare them again, and whose value is that of the
// last statement, if it is an expression. It belongs to no runtime.
type Input struct {
	// Name is what stacks call the input, in brackets.
	Name string
	// Names are the bindings that it declares, in order.
	Names []string
	// Expression tells that it has a value: that it ends in an expression.
	Expression bool

	program *goja.Program
	source  string
	script  string // see Script
}

// valueMark stands in script where the value of the input begins.
const valueMark = "\x00"

// Script gives the input as statements of a script that set properties of the
// global object, which must exist, instead of declaring bindings: several
// inputs that declare the same names can follow each other so. Where result is
// not "", the value is assigned to that. It is "" for inputs that import.
func (in *Input) Script(result string) string {
	if result != "" {
		result += " = "
	}
	return strings.ReplaceAll(in.script, valueMark, result)
}

// CompileInput makes an Input of TypeScript or JavaScript. It knows top-level
// await, imports and exports; `{…}` is an object where it can be one; a
// top-level `using` declares like const, since the session goes on. The error
// is a *SyntaxError, whose AtEnd tells that more lines could complete the
// input. Any goroutine.
func CompileInput(name, src string, opts CompileOptions) (*Input, error) {
	src = strings.ReplaceAll(src, "\r\n", "\n")
	trimmed := strings.TrimSpace(src)
	if strings.HasPrefix(trimmed, "{") && !strings.HasSuffix(trimmed, ";") {
		object := "(" + src + "\n)"
		if r := transformInput(name, object, nil); len(r.Errors) == 0 {
			if in, err := rewriteInput(name, object, r); err == nil {
				return in, nil
			}
		}
	}
	src = keepConstant(name, src)
	r := transformInput(name, src, nil)
	if len(r.Errors) > 0 {
		e := inputError(name, src, r.Errors, opts.Color)
		if !e.AtEnd && strings.HasPrefix(trimmed, "{") {
			object := "(" + src
			e.AtEnd = inputError(name, object, transformInput(name, object, nil).Errors, false).AtEnd
		}
		return nil, e
	}
	if topLevelUsing().MatchString(src) {
		kept := transformInput(name, src, map[string]bool{"using": true})
		constant := topLevelUsing().ReplaceAllString(string(kept.Code), "const $2 = ")
		r = transformInput(name, constant, nil)
	}
	return rewriteInput(name, src, r)
}

// constantTail is what an expression without any name begins with, of those
// that can't go on what stands in the line before.
var constantTail = pattern(`^(?:['"\d!~]|(?:undefined|NaN|Infinity|typeof|void)\b)`)

// keepConstant rewrites a last statement that is constant, such as 'a' + 'b',
// which esbuild would leave out, although it is the value of the input.
func keepConstant(name, src string) string {
	trimmed := strings.TrimRight(src, " \t\n;")
	i := strings.LastIndexAny(trimmed, ";\n") + 1
	tail := strings.TrimSpace(trimmed[i:])
	if i == 0 || !constantTail().MatchString(tail) {
		return src
	}
	for part, empty := range map[string]bool{tail: true, trimmed[:i]: false} {
		if r := transformInput(name, part, nil); len(r.Errors) > 0 || empty && len(r.Code) > 0 {
			return src
		}
	}
	return strings.TrimRight(trimmed[:i], ";\n") + ";" + strings.Repeat("\n", strings.Count(trimmed[:i], "\n")-strings.Count(strings.TrimRight(trimmed[:i], ";\n"), "\n")) +
		"[" + tail + "\n][0]"
}

// topLevelUsing is a using declaration at the beginning of a line, where
// esbuild's printer puts only statements of the top level.
var topLevelUsing = pattern(`(?m)^(await )?using ([\p{L}_$][\p{L}\p{N}_$]*)\s*=\s*`)

func transformInput(name, src string, more map[string]bool) api.TransformResult {
	supported := map[string]bool{}
	for k, v := range unsupported {
		supported[k] = v
	}
	for k, v := range more {
		supported[k] = v
	}
	return api.Transform(src, api.TransformOptions{
		Loader: api.LoaderTS, Target: api.ES2022, Format: api.FormatESModule,
		Sourcefile: name, Sourcemap: api.SourceMapExternal, SourcesContent: api.SourcesContentExclude,
		Supported: supported, LegalComments: api.LegalCommentsNone, LogLevel: api.LogLevelSilent,
		TsconfigRaw: `{"compilerOptions":{"verbatimModuleSyntax":true,"target":"esnext"}}`,
	})
}

// inputError words esbuild's errors. Those at the very end of the text say
// that it is incomplete, but for literals that can't go on in the next line.
func inputError(name, src string, errs []api.Message, color bool) *SyntaxError {
	if len(errs) == 0 {
		return &SyntaxError{}
	}
	for i := range errs {
		if l := errs[i].Location; l != nil {
			l.File = name
		}
	}
	text := strings.Join(api.FormatMessages(errs[:1], api.FormatMessagesOptions{Color: color, Kind: api.ErrorMessage}), "")
	e := &SyntaxError{Text: strings.TrimRight(text, "\n"), Message: errs[0].Text}
	if l := errs[0].Location; l != nil {
		e.File, e.Line, e.Col = name, l.Line, l.Column+1
		lines := strings.Count(strings.TrimRight(src, "\n"), "\n") + 1
		e.AtEnd = l.Line >= lines && l.Column >= len(strings.TrimRight(l.LineText, " \t"))
	}
	switch {
	case strings.HasPrefix(e.Message, "Unterminated regular expression"):
		e.AtEnd = false
	case strings.HasPrefix(e.Message, "Unterminated string literal"):
		e.AtEnd = e.AtEnd && openTemplate(src)
	case strings.HasSuffix(strings.TrimSpace(src), "\\"):
		e.AtEnd = false // a stray backslash, which nothing completes
	}
	return e
}

// openTemplate tells whether what src leaves open is a template literal rather
// than a string: esbuild words both alike.
func openTemplate(src string) bool {
	if i := strings.LastIndexByte(src, '\n'); i >= 0 && !strings.Contains(src[i:], "`") {
		// A string can't have begun before the last line.
		last := src[i+1:]
		if !strings.ContainsAny(last, `'"`) {
			return true
		}
	}
	r := api.Transform(src+"`", api.TransformOptions{Loader: api.LoaderTS, LogLevel: api.LogLevelSilent})
	return len(r.Errors) == 0 || !strings.HasPrefix(r.Errors[0].Text, "Unterminated string literal")
}

const (
	inputHead = "(async(__mcpjs,require)=>{"
	inputTail = "\n})"
)

// rewriteInput makes the program of what esbuild emitted.
func rewriteInput(name, src string, r api.TransformResult) (*Input, error) {
	if len(r.Errors) > 0 {
		return nil, inputError(name, src, r.Errors, false)
	}
	code := patchHelpers(strings.TrimRight(string(r.Code), "\n"))
	w := &inputRewriter{src: src, in: &Input{Name: name, source: src}}
	tree, err := w.parse(code)
	if err != nil {
		return nil, &SyntaxError{Text: "✘ [ERROR] " + err.Error(), Message: err.Error()}
	}
	if len(tree.Body.(*ast.BlockStatement).List) == 0 && strings.TrimSpace(src) != "" && w.in.Names == nil {
		// A directive, or a constant without effect, which esbuild leaves out.
		if again := transformInput(name, "globalThis.x = "+src, nil); len(again.Errors) == 0 && len(again.Code) > 0 {
			value := strings.Replace(strings.TrimRight(string(again.Code), "\n"), "globalThis.x = ", "0, ", 1)
			if tree, err = w.parse(value); err != nil {
				return nil, &SyntaxError{Text: "✘ [ERROR] " + err.Error(), Message: err.Error()}
			}
		}
	}
	w.rewrite(tree)
	text, shifted := w.apply(string(r.Map))
	const mapName = "input.map"
	program, err := goja.Parse(name, text+"\n//# sourceMappingURL="+mapName,
		parser.WithSourceMapLoader(func(string) ([]byte, error) { return []byte(shifted), nil }))
	if err == nil {
		if hasProperties(text) {
			expandLiterals(program)
		}
		w.in.program, err = goja.CompileAST(program, false)
	}
	if err != nil {
		return nil, &SyntaxError{Text: "✘ [ERROR] " + err.Error(), Message: err.Error()}
	}
	return w.in, nil
}

// inputRewriter edits the emitted code. Offsets count from the beginning of
// code, which holds the wrapper and the statements.
type inputRewriter struct {
	src   string
	in    *Input
	code  string
	hoist strings.Builder
	edits []inputEdit
}

// inputEdit replaces code[from:to]; neither part has a newline in it, except
// where an import or export list goes that spans lines.
type inputEdit struct {
	from, to int
	text     string
	// hidden follows the text, but not in Script.
	hidden string
}

// parse parses the code in its wrapper. goja knows no import and export
// statements: wherever it stumbles upon one, that is replaced, so that text in
// literals that looks like one is safe.
func (w *inputRewriter) parse(code string) (*ast.ArrowFunctionLiteral, error) {
	modules := 0
	for {
		w.code = inputHead + code + inputTail
		tree, err := parser.ParseFile(nil, w.in.Name, w.code, 0, parser.WithDisableSourceMaps)
		if err == nil {
			if !isOneFunction(tree, len(w.code)) {
				return nil, errors.New("Unexpected return outside of a function")
			}
			return tree.Body[0].(*ast.ExpressionStatement).Expression.(*ast.ArrowFunctionLiteral), nil
		}
		var list parser.ErrorList
		if !errors.As(err, &list) || len(list) == 0 {
			return nil, err
		}
		at := offsetOf(w.code, list[0].Position.Line, list[0].Position.Column) - len(inputHead)
		if at < 0 || at > len(code) || at > 0 && code[at-1] != '\n' {
			return nil, errors.New(list[0].Message)
		}
		m := moduleStatement().FindStringSubmatchIndex(code[at:])
		if m == nil {
			return nil, errors.New(list[0].Message)
		}
		statement := code[at : at+m[1]]
		if strings.HasPrefix(statement, "export default require_") {
			return nil, errors.New("Unexpected return outside of a function")
		}
		modules++
		replacement := w.moduleStatement(statement, modules)
		// As many lines as there were: the source map counts on it.
		replacement += strings.Repeat("\n", strings.Count(statement, "\n"))
		code = code[:at] + replacement + code[at+m[1]:]
	}
}

func offsetOf(s string, line, col int) int {
	at := 0
	for ; line > 1; line-- {
		i := strings.IndexByte(s[at:], '\n')
		if i < 0 {
			return len(s)
		}
		at += i + 1
	}
	// Columns count characters.
	for i := range s[at:] {
		if col--; col <= 0 {
			return at + i
		}
	}
	return len(s)
}

var (
	moduleStatement = pattern(`^(?:import|export)\b(?:[^"\n;{]|\{[^}]*\})*(?:"(?:[^"\\]|\\.)*")?(?:[^"\n;{]|\{[^}]*\})*;`)
	importFrom      = pattern(`(?s)^(import|export)\s*(.*?)\s*(?:\bfrom\s*)?("(?:[^"\\]|\\.)*")(?:\s+with\s*\{[^}]*\})?;$`)
	importNames     = pattern(`("(?:[^"\\]|\\.)*"|[^\s,{}"]+)(?:\s+as\s+([^\s,{}]+))?`)
)

// moduleStatement is an import as assignments; of an export that names another
// module only its loading is left, of any other nothing.
func (w *inputRewriter) moduleStatement(statement string, n int) string {
	m := importFrom().FindStringSubmatch(statement)
	if m == nil {
		return ";"
	}
	load := fmt.Sprintf("await __mcpjs.import(%s)", m[3])
	if m[1] == "export" || m[2] == "" {
		return "void " + load + ";"
	}
	var b strings.Builder
	ns := fmt.Sprintf("__mcpjs_ns%d", n)
	fmt.Fprintf(&b, "const %s = %s; void (", ns, load)
	assign := func(local, value string) {
		if b.String()[b.Len()-1] != '(' {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s = %s", local, value)
		w.declare(local)
	}
	clause := m[2]
	named := ""
	if i := strings.IndexByte(clause, '{'); i >= 0 {
		clause, named = strings.TrimSpace(clause[:i]), clause[i:]
	}
	for part := range strings.SplitSeq(clause, ",") {
		part = strings.TrimSpace(part)
		if local, ok := strings.CutPrefix(part, "* as "); ok {
			assign(strings.TrimSpace(local), ns)
		} else if part != "" {
			assign(part, fmt.Sprintf("__mcpjs.pick(%s, %s, \"default\")", ns, m[3]))
		}
	}
	for _, m2 := range importNames().FindAllStringSubmatch(named, -1) {
		exported, local := m2[1], m2[2]
		if local == "" {
			local = exported
		}
		if !strings.HasPrefix(exported, `"`) {
			exported = `"` + exported + `"`
		}
		assign(local, fmt.Sprintf("__mcpjs.pick(%s, %s, %s)", ns, m[3], exported))
	}
	if b.String()[b.Len()-1] == '(' {
		b.WriteString("0")
	}
	b.WriteString(");")
	return b.String()
}

// declare notes a binding of the session.
func (w *inputRewriter) declare(name string) {
	if !slices.Contains(w.in.Names, name) {
		w.in.Names = append(w.in.Names, name)
	}
}

// users tells whether the user wrote a name: esbuild's helpers and temporary
// variables stay local.
func (w *inputRewriter) users(name string) bool {
	for at := 0; ; {
		i := strings.Index(w.src[at:], name)
		if i < 0 {
			return false
		}
		from, to := at+i, at+i+len(name)
		if (from == 0 || !isWord(w.src[from-1])) && (to == len(w.src) || !isWord(w.src[to])) {
			return true
		}
		at = to
	}
}

func isWord(c byte) bool {
	return c == '_' || c == '$' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

func (w *inputRewriter) edit(from, to int, text string) {
	w.edits = append(w.edits, inputEdit{from: from, to: to, text: text})
}

// boundNames are the identifiers that a binding target declares.
func boundNames(t ast.Expression, into []string) []string {
	switch x := t.(type) {
	case *ast.Identifier:
		into = append(into, string(x.Name))
	case *ast.AssignExpression:
		into = boundNames(x.Left, into)
	case *ast.ArrayPattern:
		for _, e := range x.Elements {
			if e != nil {
				into = boundNames(e, into)
			}
		}
		if x.Rest != nil {
			into = boundNames(x.Rest, into)
		}
	case *ast.ObjectPattern:
		for _, p := range x.Properties {
			switch q := p.(type) {
			case *ast.PropertyShort:
				into = append(into, string(q.Name.Name))
			case *ast.PropertyKeyed:
				into = boundNames(q.Value, into)
			}
		}
		if x.Rest != nil {
			into = boundNames(x.Rest, into)
		}
	}
	return into
}

// ours tells whether a declaration is of the user's bindings, and notes them.
func (w *inputRewriter) ours(list []*ast.Binding) bool {
	var names []string
	for _, b := range list {
		names = boundNames(b.Target, names)
	}
	if len(names) > 0 && !slices.ContainsFunc(names, w.users) {
		return false
	}
	for _, n := range names {
		w.declare(n)
	}
	return true
}

// at is the offset of a node in the code.
func at(n ast.Node) int { return int(n.Idx0()) - 1 }

func (w *inputRewriter) rewrite(fn *ast.ArrowFunctionLiteral) {
	list := fn.Body.(*ast.BlockStatement).List
	// esbuild begins every statement in a line of its own; where exactly one
	// begins and ends goja doesn't always know.
	starts := make([]int, len(list)+1)
	for i, st := range list {
		from := at(st)
		for from > len(inputHead) && w.code[from-1] != '\n' && !strings.HasPrefix(w.code[from:], "void (") {
			from--
		}
		if i > 0 && from < starts[i-1] {
			from = at(st)
		}
		starts[i] = from
	}
	starts[len(list)] = len(w.code) - len(inputTail)
	last := len(list) - 1
	for last > 0 && isFunctionDeclaration(list[last]) {
		last--
	}
	for i, st := range list {
		from, to := starts[i], starts[i+1]
		for to > from && strings.IndexByte("\n ;", w.code[to-1]) >= 0 {
			to--
		}
		switch s := st.(type) {
		case *ast.LexicalDeclaration:
			w.declaration(from, to, s.List, s.Token == token.CONST)
		case *ast.VariableStatement:
			w.declaration(from, to, s.List, false)
		case *ast.FunctionDeclaration:
			name := string(s.Function.Name.Name)
			if w.users(name) {
				w.declare(name)
				fmt.Fprintf(&w.hoist, "__mcpjs.set({ %s });", name)
			}
		case *ast.ClassDeclaration:
			name := string(s.Class.Name.Name)
			if w.users(name) {
				w.declare(name)
				w.edit(from, from, "void ("+name+" = ")
				w.edit(to, to, ");")
			}
		case *ast.ExpressionStatement:
			if i == last && !strings.HasPrefix(w.code[from:], "void (") {
				w.in.Expression = true
				w.edit(from, from, "return { value: (0, ")
				w.edit(to, to, ") }")
			}
		default:
			w.nested(st)
		}
	}
}

// isFunctionDeclaration tells whether a statement is a function declaration, which has no
// value of its own and is hoisted.
func isFunctionDeclaration(st ast.Statement) bool {
	_, ok := st.(*ast.FunctionDeclaration)
	return ok
}

// declaration makes assignments of a declaration of the top level. Constants
// are sealed when they have their values.
func (w *inputRewriter) declaration(from, to int, list []*ast.Binding, constant bool) {
	if !w.ours(list) {
		return
	}
	space := strings.IndexByte(w.code[from:], ' ')
	w.edit(from, from+space+1, "void (")
	for _, b := range list {
		if b.Initializer == nil {
			end := int(b.Target.Idx1()) - 1
			w.edit(end, end, " = void 0")
		}
	}
	end := inputEdit{from: to, to: to, text: ")"}
	if constant {
		for _, b := range list {
			for _, name := range boundNames(b.Target, nil) {
				end.hidden += fmt.Sprintf("; __mcpjs.seal(%q)", name)
			}
		}
	}
	w.edits = append(w.edits, end)
}

// nested finds var declarations in blocks and loops, which belong to the
// session as well.
func (w *inputRewriter) nested(st ast.Statement) {
	switch s := st.(type) {
	case *ast.BlockStatement:
		w.nestedList(s.List)
	case *ast.IfStatement:
		w.nested(s.Consequent)
		w.nested(s.Alternate)
	case *ast.ForStatement:
		if v, ok := s.Initializer.(*ast.ForLoopInitializerVarDeclList); ok && w.ours(v.List) {
			w.dropVar(at(v.List[0].Target))
		}
		w.nested(s.Body)
	case *ast.ForInStatement:
		w.nestedInto(s.Into)
		w.nested(s.Body)
	case *ast.ForOfStatement:
		w.nestedInto(s.Into)
		w.nested(s.Body)
	case *ast.WhileStatement:
		w.nested(s.Body)
	case *ast.DoWhileStatement:
		w.nested(s.Body)
	case *ast.LabelledStatement:
		w.nested(s.Statement)
	case *ast.TryStatement:
		w.nestedList(s.Body.List)
		if s.Catch != nil {
			w.nestedList(s.Catch.Body.List)
		}
		if s.Finally != nil {
			w.nestedList(s.Finally.List)
		}
	case *ast.SwitchStatement:
		for _, c := range s.Body {
			w.nestedList(c.Consequent)
		}
	case *ast.VariableStatement:
		if !w.ours(s.List) {
			return
		}
		// "var a, {b} = c" in a line of its own: esbuild prints one statement
		// a line, but for "if (x) var a", which it breaks as well.
		from := at(s.List[0].Target)
		end := w.code[from:]
		if i := strings.Index(end, ";\n"); i >= 0 {
			w.dropVar(from)
			if strings.HasPrefix(w.code[from:], "{") {
				w.edit(from, from, "void (")
				last := s.List[len(s.List)-1]
				close := int(last.Idx1()) - 1
				w.edit(close+strings.Index(w.code[close:], ";\n"), close+strings.Index(w.code[close:], ";\n"), ")")
			}
		}
	}
}

func (w *inputRewriter) nestedList(list []ast.Statement) {
	for _, st := range list {
		w.nested(st)
	}
}

func (w *inputRewriter) nestedInto(into ast.ForInto) {
	if v, ok := into.(*ast.ForIntoVar); ok && w.ours([]*ast.Binding{v.Binding}) {
		w.dropVar(at(v.Binding.Target))
	}
}

// dropVar removes the "var " that stands before an offset.
func (w *inputRewriter) dropVar(before int) {
	if strings.HasSuffix(w.code[:before], "var ") {
		w.edit(before-len("var "), before, "")
	}
}

// apply makes the edits, and moves the source map's columns along with them.
func (w *inputRewriter) apply(sourceMap string) (text, shifted string) {
	if w.hoist.Len() > 0 {
		hoist := inputEdit{from: len(inputHead), to: len(inputHead), text: w.hoist.String()}
		w.edits = append([]inputEdit{hoist}, w.edits...)
	}
	slices.SortStableFunc(w.edits, func(a, b inputEdit) int { return a.from - b.from })
	var b, script strings.Builder
	shifts := []columnShift{{line: 0, col: 0, by: len(inputHead)}}
	line, lineStart, last := 0, len(inputHead), 0
	for _, e := range w.edits {
		b.WriteString(w.code[last:e.from])
		b.WriteString(e.text + e.hidden)
		script.WriteString(w.code[last:e.from])
		script.WriteString(scriptEdit.Replace(e.text))
		for {
			i := strings.IndexByte(w.code[lineStart:max(lineStart, e.from)], '\n')
			if i < 0 {
				break
			}
			lineStart += i + 1
			line++
		}
		shifts = append(shifts, columnShift{line, e.from - lineStart, len(e.text) + len(e.hidden) - (e.to - e.from)})
		last = e.to
	}
	b.WriteString(w.code[last:])
	script.WriteString(w.code[last:])
	w.in.script = strings.TrimSuffix(strings.TrimPrefix(script.String(), inputHead), inputTail)
	if strings.Contains(w.in.script, "__mcpjs") {
		w.in.script = "" // an import
	}
	return b.String(), shiftColumns(sourceMap, shifts)
}

// scriptEdit words the edits for Script.
var scriptEdit = strings.NewReplacer("return { value: (0, ", valueMark+"(", ") }", ")", "__mcpjs.set(", "Object.assign(globalThis, ")

// EvaluateInput runs an input and gives the promise of { value }, where it is
// an expression, and of undefined where it is none. The loop must be turning
// for it to settle. Loop only.
func (rt *Runtime) EvaluateInput(in *Input) (*Object, error) {
	if strings.Contains(strings.TrimSpace(in.source), "\n") {
		rt.sources[in.Name] = in.source // a line needs no frame of code
	}
	global := rt.vm.GlobalObject()
	for _, name := range in.Names {
		d, err := rt.pristine.ownDescriptor(goja.Undefined(), global, rt.vm.ToValue(name))
		if err != nil {
			return nil, err
		}
		old, exists := d.(*goja.Object)
		before := goja.Undefined()
		if value, constant := rt.constant(global, name, old); constant {
			before, exists = value, false
			delete(rt.constants, name)
		}
		if exists && old.Get("writable") != nil && old.Get("writable").ToBoolean() {
			continue
		}
		if exists && old.Get("set") != nil && !goja.IsUndefined(old.Get("set")) {
			continue
		}
		if err := global.DefineDataProperty(name, before, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE); err != nil {
			return nil, &Error{Class: "TypeError", Message: fmt.Sprintf("%s can't be declared: the global object does not allow it", name)}
		}
	}
	v, err := rt.vm.RunProgram(in.program)
	if err != nil {
		return nil, err
	}
	run, _ := goja.AssertFunction(v)
	v, err = run(goja.Undefined(), rt.inputHost(), rt.vm.ToValue(rt.computedImport))
	if err != nil {
		return nil, err
	}
	return v.(*goja.Object), nil
}

// constant is a global that inputs declared with const: an accessor, so that
// assigning to it throws in sloppy code as well.
type constant struct{ value, getter Value }

// seal makes a constant of a global that has its value.
func (rt *Runtime) seal(name string) {
	global := rt.vm.GlobalObject()
	value := global.Get(name)
	if value == nil {
		return
	}
	getter := rt.NewFunction(name, func(Call) Value { return value })
	setter := rt.NewFunction(name, func(Call) Value {
		rt.Throw(&Error{Class: "TypeError", Message: fmt.Sprintf("Assignment to constant variable '%s'", name)})
		return nil
	})
	if global.DefineAccessorProperty(name, getter, setter, goja.FLAG_TRUE, goja.FLAG_TRUE) != nil {
		return // the global object is frozen
	}
	if rt.constants == nil {
		rt.constants = map[string]constant{}
	}
	rt.constants[name] = constant{value, getter}
}

// constant gives the value of a constant, where o's property with this name and
// descriptor is one.
func (rt *Runtime) constant(o *Object, name string, descriptor *Object) (Value, bool) {
	c, ok := rt.constants[name]
	if !ok || descriptor == nil || o != rt.vm.GlobalObject() {
		return nil, false
	}
	getter := descriptor.Get("get")
	return c.value, getter != nil && getter.SameAs(c.getter)
}

// inputHost is what inputs know as __mcpjs.
func (rt *Runtime) inputHost() *goja.Object {
	host := rt.hostObject()
	if host.Get("pick") != nil {
		return host
	}
	global := rt.vm.GlobalObject()
	host.Set("set", func(c Call) Value {
		functions := c.Argument(0).(*goja.Object)
		for _, name := range functions.Keys() {
			global.Set(name, functions.Get(name))
		}
		return goja.Undefined()
	})
	host.Set("seal", func(c Call) Value {
		rt.seal(c.Argument(0).String())
		return goja.Undefined()
	})
	host.Set("import", func(c Call) Value {
		ns := rt.computedImport(c)
		if o, ok := ns.(*goja.Object); ok {
			if pending := o.Get("__mcpjs_pending"); pending != nil {
				return pending
			}
		}
		return ns
	})
	host.Set("pick", func(c Call) Value {
		ns, _ := c.Argument(0).(*goja.Object)
		module, name := c.Argument(1).String(), c.Argument(2).String()
		if ns == nil {
			return goja.Undefined()
		}
		if v := ns.Get(name); v != nil {
			return v
		}
		if name == "default" && rt.modules[module] != nil {
			return ns
		}
		rt.Throw(&Error{Class: "SyntaxError", Message: fmt.Sprintf("the module %q has no export named %q", module, name)})
		return nil
	})
	return host
}
