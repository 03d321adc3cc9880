package stdlib

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"mcpjs/engine"
)

// fetchServer answers what testdata/fetch.spec.mjs asks.
func fetchServer(t testing.TB) *httptest.Server {
	mux := http.NewServeMux()
	reply := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v)
	}
	echo := func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		reply(w, map[string]any{"method": r.Method, "body": string(body), "type": r.Header.Get("Content-Type"), "a": r.Header.Get("X-A"), "accept": r.Header.Get("Accept"), "length": r.ContentLength})
	}
	mux.HandleFunc("/echo", echo)
	mux.HandleFunc("/json", func(w http.ResponseWriter, r *http.Request) { reply(w, map[string]any{"a": 1, "é": "€"}) })
	mux.HandleFunc("/text", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "\ufefftext "+r.URL.RawQuery) })
	mux.HandleFunc("/form", func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseMultipartForm(1 << 20); err != nil {
			reply(w, err.Error())
			return
		}
		file, head, err := r.FormFile("f")
		if err != nil {
			reply(w, err.Error())
			return
		}
		data, _ := io.ReadAll(file)
		reply(w, map[string]any{"a": r.FormValue("a"), "file": string(data), "name": head.Filename, "type": head.Header.Get("Content-Type")})
	})
	mux.HandleFunc("/redirect", func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.FormValue("n"))
		to := "/json"
		if n > 1 {
			to = "/redirect?n=" + strconv.Itoa(n-1)
		}
		http.Redirect(w, r, to, http.StatusFound)
	})
	mux.HandleFunc("/badredirect", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "mailto:x")
		w.WriteHeader(302)
	})
	mux.HandleFunc("/to", func(w http.ResponseWriter, r *http.Request) {
		code, _ := strconv.Atoi(r.FormValue("status"))
		w.Header().Set("Location", "/echo")
		w.WriteHeader(code)
	})
	mux.HandleFunc("/compressed", func(w http.ResponseWriter, r *http.Request) {
		var b bytes.Buffer
		var c io.WriteCloser
		coding := "deflate"
		switch r.FormValue("kind") {
		case "gzip":
			c, coding = gzip.NewWriter(&b), "gzip"
		case "deflate":
			c = zlib.NewWriter(&b)
		default:
			c, _ = flate.NewWriter(&b, 5)
		}
		fmt.Fprint(c, "compressed text, accepted: ", strings.Contains(r.Header.Get("Accept-Encoding"), coding))
		c.Close()
		w.Header().Set("Content-Encoding", coding)
		_, _ = w.Write(b.Bytes())
	})
	mux.HandleFunc("/cookies", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Set-Cookie", "a=1; Path=/")
		w.Header().Add("Set-Cookie", "b=2")
		w.Header().Add("X-Multi", "1")
		w.Header().Add("X-Multi", "2")
	})
	mux.HandleFunc("/chunks", func(w http.ResponseWriter, r *http.Request) {
		for _, part := range []string{"one ", "two \xe2\x82", "\xac"} {
			fmt.Fprint(w, part)
			w.(http.Flusher).Flush()
			time.Sleep(20 * time.Millisecond)
		}
	})
	mux.HandleFunc("/status", func(w http.ResponseWriter, r *http.Request) {
		code, _ := strconv.Atoi(r.FormValue("code"))
		w.WriteHeader(code)
	})
	mux.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/drip", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "first")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	mux.HandleFunc("/cut", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, "part")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	mux.HandleFunc("/hangup", func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) })
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func TestFetchAsNode(t *testing.T) {
	server := fetchServer(t)
	t.Setenv("MCPJS_TEST_URL", server.URL)
	closed := httptest.NewServer(nil)
	closed.Close()
	t.Setenv("MCPJS_TEST_CLOSED", closed.URL)
	const spec, golden = "testdata/fetch.spec.mjs", "testdata/fetch.golden"
	before := runtime.NumGoroutine()
	if *update {
		out, err := exec.Command("node", "--no-warnings", spec).Output()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, out, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	src, err := engine.ReadSource(spec)
	if err != nil {
		t.Fatal(err)
	}
	got, stderr, err := runSource(t, src, engine.Options{})
	if err != nil {
		t.Fatalf("%s%s", got, stderr)
	}
	compareLines(t, got, string(want))
	server.CloseClientConnections()
	noGoroutinesLeft(t, before)
}

// noGoroutinesLeft waits until no more goroutines run than before.
func noGoroutinesLeft(t *testing.T, before int) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if runtime.NumGoroutine() <= before {
				return
			}
		case <-deadline:
			buf := make([]byte, 1<<16)
			t.Fatalf("%d goroutines, %d before\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
		}
	}
}

// TestFetchUnreadBody: a body that nobody reads holds neither the run nor
// anything after it.
func TestFetchUnreadBody(t *testing.T) {
	server := fetchServer(t)
	before := runtime.NumGoroutine()
	start := time.Now()
	out, stderr, err := run(t, `const r = await fetch("`+server.URL+`/drip"); console.log(r.status)`, engine.Options{})
	if err != nil || out != "200\n" || time.Since(start) > 10*time.Second {
		t.Error(out, stderr, err)
	}
	server.CloseClientConnections()
	noGoroutinesLeft(t, before)
}

func TestFetchProxy(t *testing.T) {
	var asked []string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.String())
		fmt.Fprint(w, "by proxy")
	}))
	defer proxy.Close()
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("NO_PROXY", "")
	out, stderr, err := run(t, `console.log(await (await fetch("http://somewhere.test/x")).text())`, engine.Options{})
	if err != nil || out != "by proxy\n" || len(asked) != 1 || asked[0] != "http://somewhere.test/x" {
		t.Error(out, stderr, err, asked)
	}
}

func TestFetchSandbox(t *testing.T) {
	server := fetchServer(t)
	u, _ := url.Parse(server.URL)
	other := httptest.NewServer(http.RedirectHandler(server.URL+"/json", http.StatusFound))
	defer other.Close()
	o, _ := url.Parse(other.URL)
	for _, c := range []struct{ grant, want string }{
		{u.Host, "PermissionDenied 200"},
		{o.Host, "PermissionDenied PermissionDenied"}, // the first after the redirect
		{"127.0.0.1", "200 200"},
	} {
		p, err := engine.NewPermissions(engine.Grants{Net: []string{c.grant}}, "")
		if err != nil {
			t.Fatal(err)
		}
		out, stderr, err := run(t, `const go = (u) => fetch(u).then((r) => r.status, (e) => e.name);
			console.log(await go("`+other.URL+`"), await go("`+server.URL+`/json"))`, engine.Options{Permissions: p})
		got := strings.TrimSpace(out)
		if err != nil || got != c.want {
			t.Errorf("%s: %q, not %q %s %v", c.grant, got, c.want, stderr, err)
		}
	}
}

// TestFetchTLS: a certificate that nobody vouches for is refused, by name.
func TestFetchTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	out, stderr, err := run(t, `try { await fetch("`+server.URL+`") } catch (e) { console.log(e.message, e.cause.code) }
		try { await fetch("`+strings.Replace(server.URL, "https", "http", 1)+`").then((r) => console.log(r.status)) } catch (e) { console.log(e.message) }`, engine.Options{})
	if err != nil || !strings.HasPrefix(out, "fetch failed DEPTH_ZERO_SELF_SIGNED_CERT\n400\n") && !strings.HasPrefix(out, "fetch failed UNABLE_TO_VERIFY_LEAF_SIGNATURE\n400\n") {
		t.Error(out, stderr, err)
	}
}
