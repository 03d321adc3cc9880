package engine

import (
	"reflect"
	"strconv"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/file"
)

// markAwaits makes each await at the top level of a module say that it was
// reached: "await x" becomes "await __mcpjs.at(offset, x)". A run whose
// top-level await never settles can then say which one it is.
func markAwaits(tree *ast.Program) {
	st, ok := tree.Body[0].(*ast.ExpressionStatement)
	if !ok {
		return
	}
	fn, ok := st.Expression.(*ast.ArrowFunctionLiteral)
	if !ok {
		return
	}
	walk(reflect.ValueOf(fn.Body), markAwait)
}

// markAwait is markAwaits for one node of a tree; it goes into no functions.
func markAwait(node any) bool {
	switch node := node.(type) {
	case *ast.FunctionLiteral, *ast.ArrowFunctionLiteral, *ast.ClassLiteral:
		return false
	case *ast.AwaitExpression:
		walk(reflect.ValueOf(node.Argument), markAwait)
		node.Argument = marked(node.Await, node.Argument)
		return false
	}
	return true
}

// walk calls visit with the nodes of a tree, parents first, which goja has no
// visitor for. It goes no deeper where visit gives false.
func walk(v reflect.Value, visit func(node any) (deeper bool)) {
	switch v.Kind() {
	case reflect.Interface:
		if !v.IsNil() {
			walk(v.Elem(), visit)
		}
	case reflect.Pointer:
		if !v.IsNil() && v.Type() != fileType && visit(v.Interface()) {
			walk(v.Elem(), visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				walk(v.Field(i), visit)
			}
		}
	}
}

var fileType = reflect.TypeFor[*file.File]()

func marked(at file.Idx, argument ast.Expression) ast.Expression {
	offset := int(at) - 1
	return &ast.CallExpression{
		Callee: &ast.DotExpression{
			Left:       &ast.Identifier{Name: "__mcpjs", Idx: at},
			Identifier: ast.Identifier{Name: "at", Idx: at},
		},
		LeftParenthesis:  at,
		ArgumentList:     []ast.Expression{&ast.NumberLiteral{Idx: at, Literal: strconv.Itoa(offset), Value: int64(offset)}, argument},
		RightParenthesis: argument.Idx1(),
	}
}

// topAwait is the top-level await that a program reached last.
func (rt *Runtime) topAwait(p *Program) Position {
	if rt.awaiting == 0 {
		return Position{}
	}
	at := p.file.Position(rt.awaiting)
	pos, _ := rt.fix(Position{File: at.Filename, Line: at.Line, Col: at.Column})
	return pos
}
