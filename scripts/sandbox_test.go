package scripts

import (
	"slices"
	"testing"

	"github.com/spf13/cobra"

	"mcpjs/engine"
)

func TestGrants(t *testing.T) {
	for _, test := range []struct {
		args []string
		want []string // nil: an error
	}{
		{[]string{"--sandbox", "--allow-read=a,b"}, []string{"a", "b"}},
		{[]string{"--sandbox", "--allow-read=a", "--allow-read=b"}, []string{"a", "b"}},
		{[]string{"--sandbox", `--allow-read=a\,b,c`}, []string{"a,b", "c"}},
		{[]string{"--sandbox", "--allow-read"}, []string{"*"}},
		{[]string{"--sandbox", "--allow-read", "script.js"}, []string{"*"}},
		{[]string{"--sandbox"}, []string{}},
		{[]string{"--sandbox", "--allow-read="}, nil},
		{[]string{"--allow-read=a"}, nil},
	} {
		var flags SandboxFlags
		var opts Options
		c := &cobra.Command{RunE: func(c *cobra.Command, _ []string) error { return flags.options(c, &opts) }, SilenceErrors: true, SilenceUsage: true}
		flags.Register(c)
		c.SetArgs(test.args)
		err := c.Execute()
		if (err != nil) != (test.want == nil) || err == nil && !slices.Equal(flags.Allow.Read, test.want) {
			t.Errorf("%q: %q, %v", test.args, flags.Allow.Read, err)
		}
	}
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]int64{
		"64MB": 64 << 20, "64m": 64 << 20, "64MiB": 64 << 20, "1.5 GB": 3 << 29, "2G": 2 << 30, "4096": 4096, "1KB": 1024,
		"": -1, "MB": -1, "-1MB": -1, "1XB": -1, "NaN": -1, "1e300GB": -1,
	} {
		n, err := engine.ParseSize(text, "--max-heap")
		if err != nil {
			n = -1
		}
		if n != want {
			t.Errorf("%q: %d, want %d (%v)", text, n, want, err)
		}
	}
	for n, want := range map[int64]string{512 << 20: "512MB", 4 << 30: "4GB", 3 << 29: "1536MB", 100: "100 bytes"} {
		if got := engine.FormatSize(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}
