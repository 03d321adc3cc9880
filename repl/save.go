package repl

// script is the session as a script.
func (s *Session) script() []string { return s.entered }
