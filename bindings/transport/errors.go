package transport

import "fmt"

// ExitError says how a server's process ended.
type ExitError struct {
	// Command is the command line, for people.
	Command string
	// Code is the exit status; -1 where a signal ended the process.
	Code int
	// Signal is the name of that signal ("SIGKILL"), "" where none did.
	Signal string
	// Stderr holds the last lines that the process wrote to stderr.
	Stderr []string
}

// Error says how the process ended, without its stderr.
func (e *ExitError) Error() string {
	if e.Signal != "" {
		return fmt.Sprintf("the server's process was ended by %s", e.Signal)
	}
	return fmt.Sprintf("the server's process exited with status %d", e.Code)
}

// HTTPError is an answer with a status other than 2xx that carries no JSON-RPC
// error.
type HTTPError struct {
	Status int
	// Body holds the first bytes of the answer, for people.
	Body string
	// Header fields that matter to the caller, such as WWW-Authenticate.
	Header map[string][]string
}

// Error gives the status and the beginning of the body.
func (e *HTTPError) Error() string {
	if e.Body == "" {
		return fmt.Sprintf("HTTP status %d", e.Status)
	}
	return fmt.Sprintf("HTTP status %d: %s", e.Status, e.Body)
}
