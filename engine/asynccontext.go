package engine

// asyncContext is a value that follows the script's flow: what a promise's
// reaction, an await or a timer runs sees the one of where it was set up.
type asyncContext struct {
	value Value
	on    bool
}

// Grab, Resumed and Exited make it follow promises (goja.AsyncContextTracker).
func (c *asyncContext) Grab() any { return c.value }

func (c *asyncContext) Resumed(grabbed any) { c.value, _ = grabbed.(Value) }

func (c *asyncContext) Exited() { c.value = nil }

// AsyncContext gives the value that EnterAsyncContext set; nil where there is
// none. Loop only.
func (rt *Runtime) AsyncContext() Value { return rt.context.value }

// EnterAsyncContext sets the value that follows from here on. Nothing is
// tracked before the first call. Loop only.
func (rt *Runtime) EnterAsyncContext(v Value) {
	if !rt.context.on {
		rt.context.on = true
		rt.vm.SetAsyncContextTracker(&rt.context)
	}
	if IsUndefined(v) {
		v = nil
	}
	rt.context.value = v
}

// InAsyncContext binds fn, which the loop calls, to the context of now. Loop
// only.
func (rt *Runtime) InAsyncContext(fn func() error) func() error {
	if rt.context.value == nil {
		return fn
	}
	value := rt.context.value
	return func() error {
		rt.context.value = value
		defer func() { rt.context.value = nil }()
		return fn()
	}
}
