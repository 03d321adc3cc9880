package repl

import "mcpjs/engine"

type suggestions struct{}
type bars struct{}

func (s *Session) onElicitation(srv *server, c engine.Call) engine.Value { return engine.Null() }
func (s *Session) onSampling(srv *server, c engine.Call) engine.Value    { return engine.Null() }
func (s *Session) progress(srv *server, v engine.Value)                  {}
func (s *Session) completeHere(text []rune, pos int) completion          { return completion{} }
func (s *Session) hint(text []rune, pos int) string                      { return "" }

func completeTarget(s *Session, arg string) []candidate { return nil }
func completeServer(s *Session, arg string) []candidate { return nil }
func completeTool(s *Session, arg string) []candidate   { return nil }
func completeLevel(s *Session, arg string) []candidate  { return nil }
func completeFile(s *Session, arg string) []candidate   { return nil }
