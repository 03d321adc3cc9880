package demo

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

// deliveryLimit bounds how long a result waits for what was sent before it.
const deliveryLimit = 5 * time.Second

// delivery counts what has been sent and written on the stream of one HTTP
// request. mcp-go's server may drop a notification that it has taken up when
// the result overtakes it; so results wait until all before them is written.
type delivery struct {
	http.ResponseWriter
	mu            sync.Mutex
	sent, written int
	moved         chan struct{} // closed and replaced at each write
}

type deliveryKey struct{}

// inOrder gives every request a delivery.
func inOrder(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d := &delivery{ResponseWriter: w, moved: make(chan struct{})}
		next.ServeHTTP(d, r.WithContext(context.WithValue(r.Context(), deliveryKey{}, d)))
	})
}

// Flush is called once for each notification.
func (d *delivery) Flush() {
	http.NewResponseController(d.ResponseWriter).Flush()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.written++
	close(d.moved)
	d.moved = make(chan struct{})
}

// Unwrap serves http.ResponseController.
func (d *delivery) Unwrap() http.ResponseWriter { return d.ResponseWriter }

func (d *delivery) state() (done bool, moved <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.written >= d.sent, d.moved
}

// counted notes that the call of ctx has sent a notification.
func counted(ctx context.Context) {
	if d, ok := ctx.Value(deliveryKey{}).(*delivery); ok {
		d.mu.Lock()
		d.sent++
		d.mu.Unlock()
	}
}

// afterDelivery holds results back where only this request's stream carries
// its notifications, which is so from 2026-07-28 on.
func afterDelivery(next server.ToolHandlerFunc) server.ToolHandlerFunc {
	return func(ctx context.Context, r mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		result, err := next(ctx, r)
		d, ok := ctx.Value(deliveryKey{}).(*delivery)
		if !ok || !server.IsModernRequest(ctx) {
			return result, err
		}
		limit := time.NewTimer(deliveryLimit)
		defer limit.Stop()
		for {
			done, moved := d.state()
			if done {
				return result, err
			}
			select {
			case <-moved:
			case <-limit.C:
				return result, err
			case <-ctx.Done():
				return result, err
			}
		}
	}
}
