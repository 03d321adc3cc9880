package engine

import (
	"os"
	"strings"
	"testing"

	"github.com/dop251/goja"
)

// newInspected gives a runtime with inspect and format as the expressions of the tests use them.
func newInspected(t testing.TB) (*goja.Runtime, *Inspector) {
	t.Helper()
	vm := goja.New()
	in := NewInspector(vm)
	must(t, vm.Set("inspect", in.Func()))
	must(t, vm.Set("format", func(call goja.FunctionCall) goja.Value {
		return vm.ToValue(in.Format(call.Arguments, InspectOptions{}))
	}))
	return vm, in
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestInspectAsNode compares with what node printed for the same expressions.
func TestInspectAsNode(t *testing.T) {
	data, err := os.ReadFile("testdata/inspect.txt")
	must(t, err)
	setup, rest, ok := strings.Cut(string(data), "\n>>> ")
	if !ok {
		t.Fatal("no cases")
	}
	vm, _ := newInspected(t)
	if _, err := vm.RunString(setup); err != nil {
		t.Fatal(err)
	}
	for _, block := range strings.Split(strings.TrimSuffix(rest, "\n"), "\n>>> ") {
		source, want, _ := strings.Cut(block, "\n")
		t.Run(source, func(t *testing.T) {
			got, err := vm.RunString("(" + source + ")")
			if err != nil {
				t.Fatal(err)
			}
			if got.String() != want {
				t.Errorf("got\n%s\nnode\n%s", got, want)
			}
		})
	}
}
