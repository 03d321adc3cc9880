//go:build !race && linux

package scripts_test

const raceEnabled = false
