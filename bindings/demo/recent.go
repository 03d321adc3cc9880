package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"

	"github.com/mark3labs/mcp-go/server"
)

// maxRecent is how many events of a session are kept.
const maxRecent = 1000

// recent keeps the last events of each session's streams, from which a client
// resumes a stream that broke (2025-11-25, basic/transports). With such a store
// mcp-go's server also loses fewer of the notifications that a result overtakes,
// though not none.
type recent struct {
	mu       sync.Mutex
	last     int
	sessions map[string][]event
}

type event struct {
	id      int
	stream  string
	message json.RawMessage
}

var _ server.EventStore = (*recent)(nil)

// StoreEvent keeps an event.
func (s *recent) StoreEvent(_ context.Context, session, stream string, message json.RawMessage) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sessions == nil {
		s.sessions = map[string][]event{}
	}
	s.last++
	events := append(s.sessions[session], event{s.last, stream, append(json.RawMessage(nil), message...)})
	if len(events) > maxRecent {
		events = append([]event(nil), events[len(events)-maxRecent/2:]...)
	}
	s.sessions[session] = events
	return strconv.Itoa(s.last), nil
}

// ReplayEventsAfter sends what followed an event on its stream.
func (s *recent) ReplayEventsAfter(_ context.Context, session, lastID string, send func(id string, message json.RawMessage) error) (string, error) {
	s.mu.Lock()
	events := s.sessions[session]
	s.mu.Unlock()
	for i, e := range events {
		if strconv.Itoa(e.id) != lastID {
			continue
		}
		for _, later := range events[i+1:] {
			if later.stream != e.stream {
				continue
			}
			if err := send(strconv.Itoa(later.id), later.message); err != nil {
				return "", err
			}
		}
		return e.stream, nil
	}
	return "", fmt.Errorf("%w: %s", server.ErrUnknownEventID, lastID)
}

// PurgeSession forgets a session.
func (s *recent) PurgeSession(_ context.Context, session string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, session)
	return nil
}
