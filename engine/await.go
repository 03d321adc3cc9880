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
	var visit func(v reflect.Value)
	visit = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Interface:
			if !v.IsNil() {
				visit(v.Elem())
			}
		case reflect.Pointer:
			if v.IsNil() || v.Type() == fileType {
				return
			}
			switch node := v.Interface().(type) {
			case *ast.FunctionLiteral, *ast.ArrowFunctionLiteral, *ast.ClassLiteral:
				return
			case *ast.AwaitExpression:
				visit(reflect.ValueOf(node.Argument))
				node.Argument = marked(node.Await, node.Argument)
				return
			}
			visit(v.Elem())
		case reflect.Slice:
			for i := range v.Len() {
				visit(v.Index(i))
			}
		case reflect.Struct:
			for i := range v.NumField() {
				if v.Type().Field(i).IsExported() {
					visit(v.Field(i))
				}
			}
		}
	}
	visit(reflect.ValueOf(fn.Body))
}

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
