package server

import (
	"context"
	"encoding/json"
	"testing"
)

// TestAnswerTooLate: what a client answers when the call that asked is over is
// no answer any more.
func TestAnswerTooLate(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	s := &Session{pending: map[string]func(json.RawMessage, error){}}
	var replies []error
	s.ask(ctx, func(outgoing) {}, "elicitation/create", nil, func(_ json.RawMessage, err error) { replies = append(replies, err) })
	s.mu.Lock()
	answer := s.pending["1"]
	delete(s.pending, "1")
	cancel(errOver)
	s.mu.Unlock()
	answer(json.RawMessage(`{}`), nil)
	if len(replies) != 1 || replies[0] != errOver {
		t.Errorf("replies: %v", replies)
	}
}
