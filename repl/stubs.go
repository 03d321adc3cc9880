package repl

import (
	"fmt"
	"mcpjs/engine"
	"regexp"
	"strings"
)

type suggestions struct{}
type bars struct{}

func (s *Session) onElicitation(srv *server, c engine.Call) engine.Value { return engine.Null() }
func (s *Session) onSampling(srv *server, c engine.Call) engine.Value    { return engine.Null() }
func (s *Session) progress(srv *server, v engine.Value)                  {}
func (s *Session) fetch(srv *server, method string)                      {}
func (s *Session) changed(srv *server, methods ...string)                {}
func (s *Session) completeHere(text []rune, pos int) completion          { return completion{} }
func (s *Session) hint(text []rune, pos int) string                      { return "" }
func (s *Session) table(v engine.Value) (string, bool)                   { return "", false }

var dot = regexp.MustCompile(`^\s*\.[a-z]`)

func isDotCommand(text string) bool { return dot.MatchString(text) }
func (s *Session) dotCommand(text string) error {
	if strings.HasPrefix(text, ".exit") {
		return errStop
	}
	fmt.Fprintln(s.screen, "no such command")
	return nil
}
