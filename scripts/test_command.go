package scripts

import (
	"fmt"
	"regexp"

	"github.com/spf13/cobra"
)

// testFlags are what the command line says about tests, besides Flags.
type testFlags struct {
	Reporter, Grep string
	Only           bool
}

var testFlagNames = []string{"reporter", "grep", "only"}

func (f *testFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&f.Reporter, "reporter", "spec", "how results are told: `NAME` is spec or tap")
	c.Flags().StringVar(&f.Grep, "grep", "", "run the tests whose full name matches `PATTERN`")
	c.Flags().BoolVar(&f.Only, "only", false, "run the tests alone that are marked only")
}

// options reads the flags into the options of tests. The timeout of flags is
// that of each test.
func (f *testFlags) options(flags *Flags, opts Options, paths []string) (*TestOptions, error) {
	if f.Reporter != "spec" && f.Reporter != "tap" {
		return nil, fmt.Errorf("--reporter: %q is not one of spec, tap", f.Reporter)
	}
	if _, err := regexp.Compile(f.Grep); err != nil {
		return nil, fmt.Errorf("--grep: %w", err)
	}
	if err := flags.options(&opts); err != nil {
		return nil, err
	}
	test := &TestOptions{Options: opts, Paths: paths, Reporter: f.Reporter, Grep: f.Grep, Only: f.Only, TestTimeout: opts.Timeout}
	test.Timeout = 0
	return test, nil
}

// TestCommand is `mcpjs test`.
func TestCommand(opts Options) *cobra.Command {
	var flags Flags
	var test testFlags
	var watch watchFlags
	var watching bool
	c := &cobra.Command{
		Use:   "test [flags] [FILE or DIRECTORY...]",
		Short: "Run tests",
		Long: `Run test files, each in a runtime of its own, one after the other. Of a
directory, those below it named *.test.js, *.test.mjs or *.test.ts are run; without
arguments, of the working directory.

Tests are written as for node's test runner, with the modules test and assert.
The exit code is 1 where a test failed.`,
		Example: `  mcpjs test
  mcpjs test --grep 'adds' --timeout 5s server.test.ts
  mcpjs test --reporter tap tests
  mcpjs test --watch`,
		RunE: func(c *cobra.Command, args []string) error {
			if watching {
				return flags.watchTests(c, args, opts, &watch, &test)
			}
			options, err := test.options(&flags, opts, args)
			if err != nil {
				return err
			}
			return Test(c.Context(), *options)
		},
	}
	test.register(c)
	c.Flags().StringVar(&flags.Timeout, "timeout", "", "fail a test that takes longer than `DURATION`")
	c.Flags().StringVar(&flags.Color, "color", "auto", "colours: `WHEN` is auto, always or never")
	c.Flags().BoolVar(&watching, "watch", false, "run the tests again that a change affects, as mcpjs watch --test does, whose flags may be given as well")
	watch.register(c)
	for _, name := range watchFlagNames {
		c.Flags().MarkHidden(name)
	}
	return c
}
