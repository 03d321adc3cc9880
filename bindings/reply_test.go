package bindings

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// message is the answer to the call with this result.
func message(result string) string { return `{"jsonrpc":"2.0","id":$ID,"result":` + result + `}` }

// replies are what servers may answer a call of a tool with, good and bad.
var replies = []string{
	// The specification's examples.
	message(`{"resultType":"complete","content":[{"type":"text","text":"Current weather in New York:\nTemperature: 72°F\nConditions: Partly cloudy"}],"isError":false}`),
	message(`{"content":[{"type":"image","data":"aGVsbG8=","mimeType":"image/png","annotations":{"audience":["user"],"priority":0.9}},{"type":"audio","data":"!!","mimeType":"audio/wav"}]}`),
	message(`{"content":[{"type":"resource_link","uri":"file:///main.rs","name":"main.rs"},{"type":"resource","resource":{"uri":"file:///a","text":"b"}}]}`),
	message(`{"resultType":"complete","content":[{"type":"text","text":"{\"n\": 22.5}"}],"structuredContent":{"n":22.5,"conditions":"cloudy"}}`),
	message(`{"content":[{"type":"text","text":"Invalid departure date"}],"isError":true}`),
	`{"jsonrpc":"2.0","id":$ID,"error":{"code":-32602,"message":"Unknown tool: invalid_tool_name"}}`,
	// Results.
	message(`{}`), message(`null`), message(`[1,{"a":2}]`), message(`"text"`), message(`1e400`), message(`true`), message(`[]`),
	message(`{"resultType":"complete"}`), message(`{"resultType":null}`), message(`{"resultType":"odd"}`), message(`{"resultType":7}`), message(`{"resultType":""}`),
	message(`{"resultType":"compl\u0065te","content":[]}`), message(`{"result\u0054ype":"odd"}`), message(`{"resultType":"odd","resultType":"complete"}`), message(`{"resultType":"complete","resultType":"odd"}`),
	message(`{"content":{"resultType":"complete"},"resultType" : "complete" }`), message(`{"resultType":"input_required"}`),
	message(`{"resultType":"input_required","inputRequests":{"a":{"method":"elicitation/create","params":{"message":"m","requestedSchema":{"type":"object","properties":{}}}}}}`),
	message(`{"resultType":"input_required","inputRequests":[]}`), message(`{"resultType":"input_required","inputRequests":{"r":{"method":"roots/list"}}}`),
	message(`{"task":{"taskId":"t","status":"working"}}`),
	message(`{"isError":true,"content":[{"type":"text","text":"Unknown tool: plan"}]}`), message(`{"isError": true,"content":[{"type":"text","text":"not found"}]}`), message(`{"isError" : true,"content":[{"type":"text","text":"no such tool"}]}`),
	message(`{"isError":"yes","content":7}`), message(`{"isError":0}`), message(`{"isError":true}`), message(`{"content":[null,7,"x",{"type":7},{"type":"odd","x":1},{"type":"text"},{"type":"text","text":null}]}`),
	message(`{"structuredContent":{"result":{"a":1}},"_meta":{"fastmcp":{"wrap_result":true}}}`), message(`{"structuredContent":{"result":[1]}}`), message(`{"structuredContent":null,"content":[{"type":"text","text":"[1, 2]"}]}`), message(`{"structuredContent":{"n":"no number"}}`), message(`{"structuredContent":{"n":-0}}`),
	message(`{"__proto__":{"x":1},"constructor":1,"text":"mine","data":2,"raw":3,"then":4,"toString":5}`), message(`{"then":{"then":1},"2":1,"1":2,"a":3,"a":4}`),
	message(`{"n":[9007199254740993,-9007199254740993,-0,1e400,-1e400,1e-400,0.1,123456789012345678901234567890]}`),
	message(`{"a":"\ud800","\udc00":"\ud83d\ude00","b":"\u0000\u001f\u007f\u2028","c":"\ud800\ud83d\ude00"}`), message("{\"a\":\"\xff\xfe\",\"\x80\":1,\"\x81\":2}"), message("{\"a\":\"\x00\"}"), message("{\"a\":\"\t\"}"), message("{\"a\":\"\x7f\u2028\u0085\"}"),
	message(`{"deep":` + strings.Repeat("[", 400) + strings.Repeat("]", 400) + `}`), message(strings.Repeat(`{"a":`, 400) + "1" + strings.Repeat("}", 400)), message(strings.Repeat("[", 10001) + strings.Repeat("]", 10001)),
	message(`{"text":"` + strings.Repeat("long é ", 2000) + `"}`),
	// Errors.
	`{"jsonrpc":"2.0","id":$ID,"error":{"code":-32000,"message":"no\u001b[31m\nnext","data":{"big":9007199254740993,"b":1,"a":"\ud800"}}}`,
	`{"jsonrpc":"2.0","id":$ID,"error":{}}`, `{"jsonrpc":"2.0","id":$ID,"error":"text"}`, `{"jsonrpc":"2.0","id":$ID,"error":7}`, `{"jsonrpc":"2.0","id":$ID,"error":[1]}`, `{"jsonrpc":"2.0","id":$ID,"error":false}`,
	`{"jsonrpc":"2.0","id":$ID,"error":null}`, `{"jsonrpc":"2.0","id":$ID,"error":null,"result":{}}`, `{"jsonrpc":"2.0","id":$ID,"error":{"code":1,"message":"both"},"result":{"content":[]}}`, `{"jsonrpc":"2.0","id":$ID,"result":null,"error":{"code":1,"message":"both"}}`,
	`{"jsonrpc":"2.0","id":$ID,"error":{"code":"-32601","message":7,"data":null}}`, `{"jsonrpc":"2.0","id":$ID,"error":{"code":1.5,"message":["a"]}}`, `{"jsonrpc":"2.0","id":$ID,"error":{"code":1e300,"message":"m","code":-32042,"data":{"elicitations":[{"mode":"url","elicitationId":"e","url":"https://x.example/","message":"m"}]}}}`,
	`{"jsonrpc":"2.0","id":$ID,"error":{"CODE":5,"Message":"case"}}`, `{"jsonrpc":"2.0","id":$ID,"error":{"code":-32601,"message":"Unknown tool plain, typed"}}`,
	// Envelopes.
	`{"id":$ID,"result":{"a":1}}`, `{"jsonrpc":"1.0","id":$ID,"result":{"a":1},"extra":{"result":2},"id2":3}`, `{"result":{"a":1},"id":$ID,"jsonrpc":"2.0"}`, `{"jsonrpc":"2.0","id":$ID}`,
	`{"jsonrpc":"2.0","id":"$ID","result":{"a":1}}`, `{"jsonrpc":"2.0","id":$ID.0,"result":{"a":1}}`, `{"jsonrpc":"2.0","id":$IDe0,"result":{"a":1}}`, `{"jsonrpc":"2.0","id":"$ID.0","result":{"a":1}}`, `{"jsonrpc":"2.0","id":0$ID,"result":{"a":1}}`,
	`{"jsonrpc":"2.0","id":null,"result":{"a":1}}`, `{"jsonrpc":"2.0","result":{"a":1}}`, `{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"parse error"}}`, `{"jsonrpc":"2.0","id":99,"result":{"a":1}}`, `{"jsonrpc":"2.0","id":-$ID,"result":{"a":1}}`, `{"jsonrpc":"2.0","id":[$ID],"result":{}}`, `{"jsonrpc":"2.0","id":true,"result":{}}`,
	`{"jsonrpc":"2.0","id":99,"id":$ID,"result":{"a":1},"result":{"a":2}}`, `{"jsonrpc":"2.0","id":$ID,"result":{"resultType":"odd"},"result":{"resultType":"complete"}}`, `{"jsonrpc":"2.0","id":$ID,"result":{"resultType":"complete"},"result":[]}`, `{"jsonrpc":"2.0","\u0069d":$ID,"re\u0073ult":{"resultType":"complete","a":1}}`, `{"jsonrpc":"2.0","id":$ID,"resultType":"complete","result":{"resultType":"odd"}}`,
	`{"jsonrpc":"2.0","id":$ID,"method":"ping","result":{}}`, `{"jsonrpc":"2.0","id":$ID,"method":7,"result":{"a":1}}`, `{"jsonrpc":"2.0","id":$ID,"RESULT":{}}`,
	"\ufeff" + message(`{"a":1}`), " \t\r " + message(" \r{\"a\"\t:\r1 } ") + " \r", "[" + message(`{"a":1}`) + "]", "[" + message(`{"a":1}`) + "," + message(`{"a":2}`) + "]", "[1]", "[" + message(`{"a":1}`), message(`{"a":1}`) + "]",
	message(`{"a":1}`) + message(`{"a":2}`), message(`{"a":1}`) + "\n" + message(`{"a":2}`), "log: " + message(`{"a":1}`) + " more", message("{\"a\":\n1}"), message(`{"a":01}`), message(`{"a":"\x"}`), message(`{"a":tru}`), message(`{"a":1,}`), `{"result":{"a":LOG},"jsonrpc":"2.0","id":$ID}`, `{"jsonrpc":"2.0","id":$ID,"result":{`, `{"jsonrpc":"2.0","id":$ID,"resu` + message(`{"a":1}`),
	// Other messages before the answer.
	`{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"x"}}` + "\n" + message(`{"resultType":"complete","a":1}`), `{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}` + "\n" + message(`{"a":1}`),
	`{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":$ID,"progress":1}}` + "\n" + message(`{"resultType":"odd"}`), `{"jsonrpc":"2.0","id":$ID,"method":"sampling/createMessage","params":{}}` + "\n" + message(`{"a":1}`), `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":$ID}}` + "\n" + message(`{"a":1}`),
	"", "\n\n", "{}", "null", "\x00",
}

// slowReplies take pauses that a fuzz test has no time for.
var slowReplies = []string{
	message(`{"resultType":"input_required","requestState":"s"}`), message(`{"resultType":"input_required","requestState":{"a":1},"inputRequests":{}}`),
	message(`{"resultType":"task","taskId":"t","status":"working","createdAt":"2026-01-01T00:00:00Z","ttlMs":1,"pollIntervalMs":1}`), message(`{"resultType":"task"}`), message(`{"resultType":"task","task":{"taskId":"t","status":"working"}}`),
}

// trialOf makes a trial of a fuzz test's arguments.
func trialOf(choice uint8, reply []byte) trial {
	tr := trial{modern: choice&1 != 0, known: choice&2 != 0, raw: choice&64 != 0, tool: "plain", args: `{"a": 1}`, reply: reply}
	if choice&4 != 0 {
		tr.tool = "typed"
	}
	tr.opts = fmt.Sprintf(`{bigInts: %t, throwOnError: %t, validateResult: %q}`, choice&8 != 0, choice&16 != 0, []string{"warn", "error", "off", "warn"}[choice>>4&2|choice>>7])
	return tr
}

// TestReplies: whatever a server replies, a call ends alike on every path.
func TestReplies(t *testing.T) {
	k := newBench(t)
	for i, reply := range append(slowReplies, replies...) {
		for _, modern := range []uint8{0, 1} {
			k.compare(t, trialOf(modern|uint8(i)<<1, []byte(reply)), ways...)
			k.compare(t, trialOf(modern|16, []byte(reply)), ways...)
		}
	}
	fine := trialOf(0, []byte(message(`{"content":[{"type":"text","text":"ok"}],"n":-0}`)))
	if got := k.compare(t, fine, ways...); !strings.Contains(got, `text:"ok"`) || !strings.Contains(got, "n:-0") {
		t.Error("a call's result is", got)
	}
}

// FuzzReply holds the fast path of a call to the general one, for whatever the
// server replies.
func FuzzReply(f *testing.F) {
	for i, reply := range replies {
		f.Add(uint8(i*7), []byte(reply))
		f.Add(uint8(i&1|16), []byte(reply))
	}
	k := newBench(f)
	f.Fuzz(func(t *testing.T, choice uint8, reply []byte) {
		if bytes.Contains(reply, []byte("requestState")) || bytes.Contains(reply, []byte("taskId")) {
			return // see slowReplies
		}
		k.compare(t, trialOf(choice, reply), ways[0], ways[1+int(choice)%(len(ways)-1)])
	})
}
