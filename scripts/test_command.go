package scripts

import (
	"fmt"
	"regexp"

	"github.com/spf13/cobra"

	"mcpjs/engine"
)

// TestCommand is `mcpjs test`.
func TestCommand(opts Options) *cobra.Command {
	test := TestOptions{Options: opts}
	var timeout string
	var sandbox SandboxFlags
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
  mcpjs test --reporter tap tests`,
		RunE: func(c *cobra.Command, args []string) error {
			if test.Reporter != "spec" && test.Reporter != "tap" {
				return fmt.Errorf("--reporter: %q is not one of spec, tap", test.Reporter)
			}
			if _, err := regexp.Compile(test.Grep); err != nil {
				return fmt.Errorf("--grep: %w", err)
			}
			if timeout != "" {
				d, err := engine.ParseDuration(timeout, "--timeout")
				if err != nil {
					return err
				}
				test.TestTimeout = d
			}
			switch test.Color {
			case "auto", "always", "never":
			default:
				return fmt.Errorf("--color: %q is not one of auto, always, never", test.Color)
			}
			if err := sandbox.options(c, &test.Options); err != nil {
				return err
			}
			if sandbox.Sandbox && !opts.Guarded {
				return guard(limits{heap: test.MaxHeap}, opts.Stderr)
			}
			test.Paths = args
			return Test(c.Context(), test)
		},
	}
	c.Flags().StringVar(&test.Reporter, "reporter", "spec", "how results are told: `NAME` is spec or tap")
	c.Flags().StringVar(&test.Grep, "grep", "", "run the tests whose full name matches `PATTERN`")
	c.Flags().BoolVar(&test.Only, "only", false, "run the tests alone that are marked only")
	c.Flags().StringVar(&timeout, "timeout", "", "fail a test that takes longer than `DURATION`")
	c.Flags().StringVar(&test.Color, "color", "auto", "colours: `WHEN` is auto, always or never")
	sandbox.Register(c)
	return c
}
