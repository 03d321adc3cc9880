package demo

import (
	"context"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

// taskKey is where a request that creates a task carries its context within
// this process.
const taskKey = "mcpjs.demo/task"

// A task is what lets a handler go on when the request that started it has been
// answered: mcp-go ends the handler's own context then.
type task struct {
	ctx     context.Context
	stop    context.CancelFunc
	session string
}

// runTasks ends a task when it is cancelled, or when its client has gone.
func (b *bakery) runTasks(hooks *server.Hooks) *server.TaskHooks {
	hooks.AddBeforeCallTool(func(ctx context.Context, _ any, r *mcp.CallToolRequest) {
		if r.Params.Task == nil {
			return
		}
		t := &task{}
		t.ctx, t.stop = context.WithCancel(context.WithoutCancel(ctx))
		if session := server.ClientSessionFromContext(ctx); session != nil {
			t.session = session.SessionID()
		}
		if r.Params.Meta == nil {
			r.Params.Meta = &mcp.Meta{}
		}
		if r.Params.Meta.AdditionalFields == nil {
			r.Params.Meta.AdditionalFields = map[string]any{}
		}
		r.Params.Meta.AdditionalFields[taskKey] = t
	})
	hooks.AddAfterCallTool(func(_ context.Context, _ any, r *mcp.CallToolRequest, result any) {
		if r.Params.Task == nil {
			return
		}
		t, _ := r.Params.Meta.AdditionalFields[taskKey].(*task)
		if created, ok := result.(*mcp.CreateTaskResult); ok && t != nil {
			b.mu.Lock()
			b.tasks[created.Task.TaskId] = t
			b.mu.Unlock()
			context.AfterFunc(t.ctx, func() { b.forget(created.Task.TaskId) })
		}
	})
	hooks.AddOnUnregisterSession(func(_ context.Context, session server.ClientSession) {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, t := range b.tasks {
			if t.session == session.SessionID() {
				t.stop()
			}
		}
	})
	ended := &server.TaskHooks{}
	ended.AddOnTaskCancelled(func(_ context.Context, m server.TaskMetrics) {
		b.mu.Lock()
		defer b.mu.Unlock()
		if t := b.tasks[m.TaskID]; t != nil {
			t.stop()
		}
	})
	return ended
}

func (b *bakery) forget(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.tasks, id)
}

// lasting is a context that ends with the task that a call runs as, or ctx
// where it is an ordinary call; and what to call when it has been done.
func lasting(ctx context.Context, r mcp.CallToolRequest) (context.Context, context.CancelFunc) {
	if r.Params.Task != nil && r.Params.Meta != nil {
		if t, ok := r.Params.Meta.AdditionalFields[taskKey].(*task); ok {
			return t.ctx, t.stop
		}
	}
	return ctx, func() {}
}
