package engine

import "time"

// A TestRun says how the tests of a script are to be run and, after the run,
// what they came to. It is between the module test and the command that runs
// tests, which know nothing of each other.
type TestRun struct {
	// Reporter is "spec" or "tap"; "" means spec.
	Reporter string
	// Grep is a regular expression, in JavaScript's syntax, for the names of
	// the tests to run; "" means all.
	Grep string
	// Only runs those alone that are marked only.
	Only bool
	// Quiet leaves out the summary.
	Quiet bool
	// Timeout is that of each test; 0 means none.
	Timeout time.Duration

	// Number is that of the last test at the top level, in TAP: before the run
	// that of an earlier file.
	Number int

	Passed, Failed, Skipped, Todo int
}

type testRunKey struct{}

// TestRunOf gives a runtime's TestRun. Before and after the run, and on the loop.
func TestRunOf(rt *Runtime) *TestRun {
	return rt.State(testRunKey{}, func() any { return &TestRun{} }).(*TestRun)
}
