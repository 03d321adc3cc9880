package oauth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// typed is a person who answers questions line by line, and then no more.
// The browser is a goroutine that follows the page that is shown.
func typed(t *testing.T, shown *strings.Builder, lines ...string) *Person {
	return &Person{
		Out: writerFunc(func(p []byte) (int, error) {
			shown.Write(p)
			if _, rest, ok := strings.Cut(string(p), "Visit:\n\n  "); ok {
				visit, _, _ := strings.Cut(rest, "\n")
				go browse(context.WithoutCancel(t.Context()), visit)
			}
			return len(p), nil
		}),
		Getenv: func(string) string { return "" },
		ReadLine: func(context.Context) (string, error) {
			if len(lines) == 0 {
				return "", io.EOF
			}
			line := lines[0]
			lines = lines[1:]
			return line, nil
		},
	}
}

// knownBy has the token endpoint take a client only with that secret ("" for a
// public one). The client is then the one that is known beneath.
func (w *world) knownBy(id, secret string, fields map[string]string) {
	all := map[string]string{"scopes_supported": `["openid","offline_access"]`}
	maps.Copy(all, fields)
	w.as.says(all)
	metadata := w.as.instead
	w.as.replace(func(rw http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/oauth/token" {
			return metadata(rw, r)
		}
		gotID, gotSecret, basic := r.BasicAuth()
		_ = r.ParseForm()
		if !basic {
			gotID, gotSecret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
		}
		if gotID != id || gotSecret != secret {
			return status(401, "", `{"error":"invalid_client"}`)(rw, r)
		}
		r.Header.Del("Authorization")
		r.PostForm.Del("client_secret")
		r.PostForm.Set("client_id", id)
		r.Form = r.PostForm
		return false
	})
}

// TestAskedForClient asks the user for a client where there is no other, and
// asks no more once it has worked.
func TestAskedForClient(t *testing.T) {
	for name, test := range map[string]struct {
		lines  []string
		secret string
		fields map[string]string
	}{
		"public":               {[]string{"native", ""}, "", nil},
		"public alone":         {[]string{"native"}, "", map[string]string{"token_endpoint_auth_methods_supported": `["none"]`}},
		"confidential":         {[]string{"  native  ", "cl1ent-s3cret"}, "cl1ent-s3cret", nil},
		"confidential, posted": {[]string{"native", "cl1ent-s3cret"}, "cl1ent-s3cret", map[string]string{"token_endpoint_auth_methods_supported": `["client_secret_post"]`}},
	} {
		t.Run(name, func(t *testing.T) {
			w, dir := newWorld(t), t.TempDir()
			w.knownBy("native", test.secret, test.fields)
			var shown strings.Builder
			a := newTransport(t, w.url(), dir, nil, func(c *Config) { c.ClientID = "" })
			a.opts.Person = typed(t, &shown, test.lines...)
			mustCall(t, a, w.url())
			for _, want := range []string{w.as.URL + " wants a client that is registered with it by hand", "http://127.0.0.1:", "/callback.\nClient id: "} {
				if !strings.Contains(shown.String(), want) {
					t.Errorf("shown: %s; want %q", shown.String(), want)
				}
			}
			if asked := strings.Contains(shown.String(), "Its secret"); asked != (len(test.lines) > 1) {
				t.Errorf("asked for a secret: %t", asked)
			}
			posted := false
			for _, r := range w.as.seen("/oauth/token", "") {
				posted = posted || r.form.Get("client_secret") != ""
			}
			if want := strings.HasSuffix(name, "posted"); posted != want {
				t.Errorf("the secret was posted: %t", posted)
			}
			if test.secret != "" && strings.Contains(shown.String(), test.secret) {
				t.Error("the secret was shown")
			}

			w.expire()
			again := newTransport(t, w.url(), dir, &visits{}, func(c *Config) { c.ClientID = "" })
			mustCall(t, again, w.url()) // renewed as that client
			if n := len(w.as.seen("/oauth/token", "refresh_token")); n != 1 {
				t.Errorf("%d refreshes", n)
			}
			if err := again.Login(t.Context(), nil); err != nil {
				t.Errorf("the next login: %v", err)
			}
		})
	}
}

// TestNoClient has nobody give a client.
func TestNoClient(t *testing.T) {
	for name, person := range map[string]func(shown *strings.Builder) *Person{
		"nobody is there":     func(*strings.Builder) *Person { return nil },
		"nobody can type":     func(*strings.Builder) *Person { return &Person{Out: io.Discard} },
		"an empty answer":     func(s *strings.Builder) *Person { return typed(t, s, "") },
		"no answer":           func(s *strings.Builder) *Person { return typed(t, s) },
		"no answer to second": func(s *strings.Builder) *Person { return typed(t, s, "native") },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.as.says(nil)
			var shown strings.Builder
			a := newTransport(t, w.url(), t.TempDir(), &visits{}, func(c *Config) { c.ClientID = "" })
			a.opts.Person = person(&shown)
			_, _, err := call(t.Context(), a, w.url(), "hello")
			var e *Error
			if !errors.As(err, &e) || !strings.Contains(e.Error(), w.as.URL+" knows no client of this program, and registers none by itself") {
				t.Fatalf("got %v", err)
			}
			for _, want := range []string{"register one with it by hand (redirect http://127.0.0.1:", "clientId", "clientSecret", "mcpjs login --client-id", "--client-secret-file"} {
				if !strings.Contains(e.Hint, want) {
					t.Errorf("the hint is %q; want %q", e.Hint, want)
				}
			}
			onlyLookedAt(t, w.as)
		})
	}
}

// TestPage reads what the browser shows in the end.
func TestPage(t *testing.T) {
	const evil = `<script>alert("x")</script>`
	for name, test := range map[string]struct {
		query  func(q url.Values)
		status int
		want   []string
	}{
		"logged in": {func(url.Values) {}, http.StatusOK, []string{"<title>Logged in</title>", "You can close this window."}},
		"refused": {func(q url.Values) { q.Set("error", evil); q.Set("error_description", evil) }, http.StatusBadRequest,
			[]string{"Not logged in", "mcpjs says why. You can close this window."}},
		"another issuer": {func(q url.Values) { q.Set("iss", evil) }, http.StatusBadRequest, []string{"Not logged in", "You can close this window."}},
		"another state":  {func(q url.Values) { q.Set("state", evil) }, http.StatusBadRequest, []string{"Not this login"}},
	} {
		t.Run(name, func(t *testing.T) {
			back, err := listen(t.Context(), 0, &serverMetadata{Issuer: "https://as.example"})
			if err != nil {
				t.Fatal(err)
			}
			defer back.close()
			q := url.Values{"state": {back.state}, "code": {"c0de-s3cret"}}
			test.query(q)
			get := func() (*http.Response, string) {
				res, err := http.Get(back.url + "?" + q.Encode())
				if err != nil {
					t.Fatal(err)
				}
				defer res.Body.Close()
				body, err := io.ReadAll(res.Body)
				if err != nil {
					t.Fatal(err)
				}
				return res, string(body)
			}
			check := func(status int, want ...string) {
				t.Helper()
				res, body := get()
				if res.StatusCode != status {
					t.Errorf("status %d, want %d", res.StatusCode, status)
				}
				for name, want := range map[string]string{
					"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
					"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
				} {
					if got := res.Header.Get(name); got != want {
						t.Errorf("%s is %q", name, got)
					}
				}
				for _, text := range want {
					if !strings.Contains(body, text) {
						t.Errorf("the page is %s; want %q", body, text)
					}
				}
				all := body + fmt.Sprint(res.Header)
				for _, secret := range []string{"c0de-s3cret", back.state, "alert", "<script"} {
					if strings.Contains(all, secret) {
						t.Errorf("the page holds %q: %s", secret, all)
					}
				}
			}
			check(test.status, test.want...)
			if q.Get("state") == back.state {
				check(http.StatusBadRequest, "Answered already")
			}
		})
	}

	var shown strings.Builder
	page(recorder{&shown}, http.StatusOK, evil, evil)
	if strings.Contains(shown.String(), "<script") || !strings.Contains(shown.String(), "&lt;script&gt;") {
		t.Errorf("a page shows text as %s", shown.String())
	}

	// What the person is told of it can't steer a terminal.
	back := &callback{state: "s", issuer: "https://as.example"}
	answer, mine := back.read(url.Values{"state": {"s"}, "error": {"no\x1b[2J"}, "error_description": {"a\r\nb\u202e"}})
	if !mine || answer.err == nil || answer.err.Error() != `the login was refused: no\x1b[2J (a\r b\u202e)` {
		t.Errorf("the error is %q", answer.err)
	}
}

type recorder struct{ io.Writer }

func (recorder) Header() http.Header { return http.Header{} }
func (recorder) WriteHeader(int)     {}
