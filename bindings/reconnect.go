package bindings

import (
	"context"
	"fmt"
	"time"

	"mcpjs/bindings/config"
	"mcpjs/bindings/session"
	"mcpjs/engine"
)

// A reconnectPolicy says whether and how a connection that was lost is made
// anew. Calls that were under way then have failed: none is sent twice.
type reconnectPolicy struct {
	set, on  bool
	attempts int           // 0: no limit
	delay    time.Duration // before the second attempt; it doubles
	maxDelay time.Duration
}

func readReconnect(into *reconnectPolicy) option {
	return func(v engine.Value) error {
		*into = reconnectPolicy{set: true, on: true, attempts: 10, delay: 250 * time.Millisecond, maxDelay: 10 * time.Second}
		o, ok := v.(*engine.Object)
		if !ok {
			return flag(&into.on, "reconnect")(v)
		}
		return readOptions(o, "reconnect", map[string]option{
			"attempts": func(v engine.Value) error {
				n := v.ToFloat()
				if !(n >= 1) {
					return engine.TypeErrorf("reconnect.attempts must be a number from 1 on")
				}
				if into.attempts = 0; n < 1e9 {
					into.attempts = int(n)
				}
				return nil
			},
			"delay":    duration(&into.delay, "reconnect.delay"),
			"maxDelay": duration(&into.maxDelay, "reconnect.maxDelay"),
		})
	}
}

// policy is that of the client's options: connections over HTTP are made anew
// unless that is off, others only where it is on. (Streamable HTTP itself has
// no connection to lose.)
func (c *client) policy(t config.Target) reconnectPolicy {
	p := c.opts.reconnect
	if !p.set && (t.Kind == config.SSE || t.Kind == config.HTTP) {
		_ = readReconnect(&p)(c.b.rt.VM().ToValue(true))
	}
	return p
}

// A reconnection is the making anew of one connection.
type reconnection struct {
	done chan struct{} // closed when s or err is set
	stop context.CancelFunc
	s    *session.Session
	err  error
}

func (r *reconnection) wait(ctx context.Context) (*session.Session, error) {
	select {
	case <-r.done:
		return r.s, r.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// reconnect begins to connect anew, if it should. lost is why the connection
// ended. Calls made meanwhile wait for it.
func (c *client) reconnect(lost error) bool {
	policy := c.policy(c.target)
	if !policy.on || c.reconnecting != nil {
		return policy.on
	}
	rt := c.b.rt
	establish, err := c.establisher()
	if err != nil {
		return false
	}
	old := c.sess
	c.sess = nil
	ctx, stop := context.WithCancel(rt.Context())
	r := &reconnection{done: make(chan struct{}), stop: stop}
	c.reconnecting = r
	go func() {
		defer stop()
		_ = c.b.giveBack(old)
		pause := policy.delay
		for attempt := 1; ; attempt++ {
			r.s, r.err = establish(ctx)
			if r.err == nil || ctx.Err() != nil || attempt == policy.attempts {
				break
			}
			timer := time.NewTimer(pause)
			select {
			case <-timer.C:
			case <-ctx.Done():
			}
			timer.Stop()
			pause = min(2*pause, max(policy.maxDelay, policy.delay))
		}
		if r.err != nil {
			r.err = &session.ConnectionError{Server: c.serverName(), Err: lost,
				Reason: fmt.Sprintf("the connection was lost (%v) and could not be made anew: %v", lost, r.err)}
		}
		close(r.done)
		rt.Post(func() {
			if c.reconnecting != r { // closed meanwhile
				if r.s != nil {
					go c.b.giveBack(r.s)
				}
				return
			}
			c.reconnecting = nil
			if r.err != nil {
				c.unwatchAll()
				c.tellClosed(r.err)
				return
			}
			c.adopt(r.s)
		})
	}()
	return true
}
