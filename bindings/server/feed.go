package server

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

const (
	// maxFeeds and maxKept bound what a session keeps of its streams: how many
	// of them, and the bytes of each.
	maxFeeds = 64
	maxKept  = 4 << 20
	// retryAfter is when a client that lost a stream should ask for it again, in
	// milliseconds.
	retryAfter = 1000
)

// A feed is what goes over one stream of a session. The last of it is kept, so
// that a client whose stream broke can have the rest on another (2025-11-25,
// basic/transports, "Resumability and Redelivery"). The id of an event says the
// feed's name and how many events there are with it.
type feed struct {
	out  *outbox
	name string // "" keeps nothing and has no ids: a request of 2026-07-28

	mu    sync.Mutex
	kept  []outgoing
	first int                // how many came before those kept
	size  int                // of those kept, in bytes
	leave context.CancelFunc // sends away whoever reads it
}

// read sends away who reads the feed, and gives the context of the next who
// does.
func (f *feed) read(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, leave := context.WithCancel(ctx)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.leave != nil {
		f.leave()
	}
	f.leave = leave
	return ctx, leave
}

// keep takes what there is, and gives what follows the first n messages.
func (f *feed) keep(n int) (batch []outgoing, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	fresh, _, err := f.out.take()
	if f.name == "" {
		return fresh, err
	}
	for _, m := range fresh {
		f.size += len(m.data)
	}
	f.kept = append(f.kept, fresh...)
	batch = append(batch, f.kept[max(0, n-f.first):]...) // one that was sent away may be behind
	// What is sent now is kept whatever its size: it may yet be lost.
	for f.size > maxKept && len(f.kept) > len(fresh) {
		f.size -= len(f.kept[0].data)
		f.kept, f.first = f.kept[1:], f.first+1
	}
	return batch, err
}

// delivered drops what is much, once a client has all of it.
func (f *feed) delivered() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.size > maxKept {
		f.first, f.kept, f.size = f.first+len(f.kept), nil, 0
	}
}

// has tells whether what follows the first n messages is still kept.
func (f *feed) has(n int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return n >= f.first && n <= f.first+len(f.kept)
}

// sent is how many messages were taken so far.
func (f *feed) sent() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.first + len(f.kept)
}

// write sends one message as the nth event.
func (f *feed) write(w http.ResponseWriter, m outgoing, n int) {
	if m.data == nil {
		return
	}
	id := ""
	if f.name != "" {
		id = fmt.Sprintf("id: %s-%d\n", f.name, n)
	}
	fmt.Fprintf(w, "event: message\n%sdata: %s\n\n", id, oneLine(m.data))
}

// prime gives a client something to resume from before there is any message;
// those of older revisions don't expect an event without.
func (f *feed) prime(w http.ResponseWriter, s *Session, n int) {
	s.mu.Lock()
	version := s.version
	s.mu.Unlock()
	if f.name != "" && version >= "2025-11-25" {
		fmt.Fprintf(w, "id: %s-%d\nretry: %d\ndata: \n\n", f.name, n, retryAfter)
	}
}

// feedOf makes the feed of a stream that answers what was posted.
func (s *httpSession) feedOf(out *outbox) *feed {
	s.feeding.Lock()
	defer s.feeding.Unlock()
	s.streams++
	f := &feed{out: out, name: strconv.Itoa(s.streams)}
	if s.feeds == nil {
		s.feeds = map[string]*feed{}
	}
	s.feeds[f.name] = f
	delete(s.feeds, strconv.Itoa(s.streams-maxFeeds))
	return f
}

// resumed gives the feed that an event was of, and how many events the client
// has of it.
func (s *httpSession) resumed(eventID string) (f *feed, n int, err *Error) {
	name, at, _ := strings.Cut(eventID, "-")
	n, bad := strconv.Atoi(at)
	s.feeding.Lock()
	f = s.feeds[name]
	s.feeding.Unlock()
	if name == s.own.name {
		f = s.own
	}
	if f == nil || bad != nil || !f.has(n) {
		return nil, 0, errorf(CodeInvalidRequest, "what followed the event %q is not kept any more", eventID)
	}
	return f, n, nil
}
