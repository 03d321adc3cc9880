package repl_test

import (
	"os"
	"path/filepath"
	"testing"
)

// askingServer asks while a tool is called, and takes the question back, or
// dies, when the file "go" is there.
const askingServer = `import json, os, sys, threading, time
def send(m): print(json.dumps({"jsonrpc": "2.0", **m}), flush=True)
for line in sys.stdin:
    m = json.loads(line)
    method = m.get("method")
    if method == "initialize":
        send({"id": m["id"], "result": {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": {"name": "asker", "version": "1"}}})
    elif method == "tools/list":
        send({"id": m["id"], "result": {"tools": [{"name": n, "inputSchema": {"type": "object"}} for n in ["form", "model", "die"]]}})
    elif method == "tools/call":
        name = m["params"]["name"]
        if name == "model":
            send({"id": "q", "method": "sampling/createMessage", "params": {"messages": [{"role": "user", "content": {"type": "text", "text": "why?"}}], "maxTokens": 5}})
        else:
            send({"id": "q", "method": "elicitation/create", "params": {"message": "really?", "requestedSchema": {"type": "object", "properties": {"first": {"type": "string"}, "second": {"type": "string"}}}}})
        def later(id=m["id"], name=name):
            while not os.path.exists("go"): time.sleep(0.02)
            os.remove("go")
            if name == "die": os._exit(3)
            send({"method": "notifications/cancelled", "params": {"requestId": "q", "reason": "too slow"}})
            send({"id": id, "result": {"content": [{"type": "text", "text": name + " gave up"}]}})
        threading.Thread(target=later).start()
    elif "id" in m and method:
        send({"id": m["id"], "error": {"code": -32601, "message": "no"}})
`

// TestQuestionOver: a question ends when the server takes it back or dies.
func TestQuestionOver(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "asker.py"), []byte(askingServer), 0o600); err != nil {
		t.Fatal(err)
	}
	bin, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	release := func() {
		if err := os.WriteFile(filepath.Join(dir, "go"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	x := openBinary(t, bin, dir, nil, "repl", "./asker.py").shows("connected asker").sees(">")
	x.enter("await asker.tools.form()").shows("first (text, optional)").enter("an answer").shows("second (text, optional)").typing("half").shows("half")
	release()
	x.shows("(asker's question is over: the server cancelled the request)").shows("form gave up").sees(">")
	x.enter(".clear").sees(">").enter("await asker.tools.model()").shows("user: why?").shows("answer:")
	release()
	x.shows("(asker's question is over").shows("model gave up").sees(">")
	x.enter(".clear").sees(">").enter("await asker.tools.die()").shows("first (text, optional)")
	release()
	x.shows("(asker's question is over").shows("(.reconnect asker brings it back)").sees(">").enter("1 + 1").sees("2", ">")
}

// TestWholeForm: every kind of field, back and forth.
func TestWholeForm(t *testing.T) {
	x := open(t, nil, "repl", "demo").sees(">").resize(110, 60)
	x.enter(`const r = await demo.callTool("book-table")`)
	x.shows("Name (text, 1 to 60 characters)").enter("").shows("an answer is required").enter("Ann")
	x.shows("E-mail (email, optional)").enter("ann@h.example").shows("Website (uri, optional)").keys("Up")
	x.sees("E-mail (email, optional)", "  [ann@h.example]").enter("").shows("  [ann@h.example]").enter("")
	x.shows("Day (date, optional)").enter("2026-02-03").shows("Day and time (date-time, optional)").enter("").shows("Guests (whole number from 1 to 20)")
	x.enter("21").shows("the most is 20").enter("1.5").shows("1.5 is not whole").enter("").shows("Budget (number from 0, optional)").enter("-1").shows("the least is 0").enter(".skip")
	x.shows("Outside? (yes or no, optional)").enter("perhaps").shows("yes or no?").enter("y")
	x.shows("Seat (one of these, optional)").enter("roof").shows(`"roof" is none of these; a number from 1 to 3 will do`).enter("2")
	x.shows("1 Apple strudel strudel").enter("brioche").shows("1 Tea t").enter("tea")
	x.shows("Diets (any of these, by commas, at most 2, optional)").enter("1, 2, 3").shows("at most 2 choices may be given, you gave 3").enter("vegan, 4")
	x.shows("Allergies (any of these, by commas, optional)").enter("nuts, MILK")
	x.shows("send this? [yes] no/edit/cancel:").keys("Up").sees("  1 Nuts nuts", "  2 Milk milk", "  [Nuts, Milk]").enter("")
	x.shows("send this?").enter("y").sees(">").enter("r.data ?? r.text").shows("brioche").shows("kosher")
}
