// Package process starts child processes that don't outlive us: each leads a
// group of its own, which is killed as a whole, and which a watchdog (or, on
// Windows, a job object) kills should we ourselves be killed.
package process
