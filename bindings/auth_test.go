package bindings_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"mcpjs/bindings/demo"
	"mcpjs/bindings/server"
)

// guarded serves the bakery to those who show a token, which its own
// authorization server, the simplest there can be, gives to everybody.
func guarded(t *testing.T) (base string, logins *atomic.Int64) {
	t.Helper()
	logins = new(atomic.Int64)
	bakery := &server.HTTP{Server: demo.New()}
	h := httptest.NewServer(nil)
	t.Cleanup(func() { h.CloseClientConnections(); h.Close() })
	answer := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/oauth-protected-resource", func(w http.ResponseWriter, r *http.Request) {
		answer(w, map[string]any{"resource": h.URL, "authorization_servers": []string{h.URL}})
	})
	mux.HandleFunc("/.well-known/oauth-authorization-server", func(w http.ResponseWriter, r *http.Request) {
		answer(w, map[string]any{"issuer": h.URL, "authorization_endpoint": h.URL + "/authorize", "token_endpoint": h.URL + "/token",
			"registration_endpoint": h.URL + "/register", "code_challenge_methods_supported": []string{"S256"}})
	})
	mux.HandleFunc("/register", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusCreated)
		answer(w, map[string]any{"client_id": "registered"})
	})
	mux.HandleFunc("/authorize", func(w http.ResponseWriter, r *http.Request) {
		logins.Add(1)
		q := r.URL.Query()
		http.Redirect(w, r, q.Get("redirect_uri")+"?code=c0de&state="+q.Get("state"), http.StatusFound)
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		if a := r.FormValue("assertion"); a != "" && a != "workload" && a != "vouched-for-alice" {
			w.WriteHeader(http.StatusBadRequest)
			answer(w, map[string]any{"error": "invalid_grant"})
			return
		}
		if id, secret, _ := r.BasicAuth(); r.FormValue("grant_type") == "client_credentials" && (id != "robot" || secret != "r0bot") {
			w.WriteHeader(http.StatusUnauthorized)
			answer(w, map[string]any{"error": "invalid_client", "error_description": "wrong: " + secret})
			return
		}
		answer(w, map[string]any{"access_token": "t0ken", "token_type": "Bearer", "expires_in": 3600})
	})
	mux.HandleFunc("/idp", func(w http.ResponseWriter, r *http.Request) {
		vouched := map[string]any{"access_token": "vouched-for-" + r.FormValue("subject_token"), "issued_token_type": r.FormValue("requested_token_type"), "token_type": "N_A"}
		answer(w, vouched)
	})
	mux.HandleFunc("/mcp", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer t0ken" {
			w.Header().Set("WWW-Authenticate", "Bearer")
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		bakery.ServeHTTP(w, r)
	})
	h.Config.Handler = mux
	return h.URL, logins
}

func TestAuth(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	t.Setenv("MCPJS_TOKEN_STORE", "file")
	t.Setenv("BROWSER", "")
	base, logins := guarded(t)
	js(t, `
		const works = async (target, options) => {
			await using c = await mcp.connect(target, options);
			equal((await c.tools.add({ a: 1, b: 2 })).data, { sum: 3 });
		};
		const url = base + "/mcp";
		const denied = await fails(() => mcp.connect(url), "AuthError");
		match(denied.hint, "mcpjs login");
		equal([denied instanceof mcp.AuthError, denied instanceof mcp.ConnectionError], [true, true]);
		equal((await fails(() => mcp.connect(url, { auth: "none" }), "AuthError")).status, 401);
		equal((await fails(() => mcp.connect(url, { auth: { bearer: "wrong-s3cret" } }), "AuthError")).status, 401);

		await works(url, { auth: { bearer: "t0ken" } });
		await works({ url, auth: { bearer: async () => "t0ken" } });
		await works(url, { auth: async () => ({ Authorization: "Bearer t0ken" }) });
		await works({ url, headers: { Authorization: "Bearer t0ken" } });
		await works({ url, auth: { grant: "client_credentials", clientId: "robot", clientSecret: "r0bot" } });
		let audience;
		await works({ url, auth: { grant: "jwt_bearer", assertion: async (a) => { audience = a; return "workload" } } });
		equal(audience, base);
		const enterprise = (subjectToken) => ({ grant: "token_exchange", clientId: "robot", subjectToken, idp: { tokenEndpoint: base + "/idp", clientId: "at-idp" } });
		await works(url, { auth: enterprise(() => "alice") });
		await fails(() => mcp.connect(url, { auth: enterprise(() => "mallory") }), "invalid_grant");
		match((await fails(() => mcp.connect(url, { auth: enterprise(async () => undefined) }))).message, "the subject token could not be had: there is none");
		match((await fails(() => mcp.connect(url, { auth: { grant: "jwt_bearer", assertion: () => null } }))).message, "the assertion could not be had: there is none");
		match((await fails(() => mcp.connect(url, { auth: { clientId: "x", issuer: "https://mine.example" } }), "AuthError")).message, "https://mine.example that the credentials are for");
		await works({ url, auth: { grant: "client_credentials", clientId: "robot", clientSecret: "r0bot", issuer: base } });
		match((await fails(() => mcp.connect(url, { auth: { grant: "client_credentials", clientId: "robot", clientSecret: "r0bot", dpop: true } }))).message, "not bound to a key");
		await works({ mcpServers: { one: { url, auth: { bearer: "t0ken" } } } });

		const wrong = await fails(() => mcp.connect(url, { auth: { grant: "client_credentials", clientId: "robot", clientSecret: "s3cret" } }), "invalid_client");
		equal([wrong.name, wrong.oauthError, JSON.stringify(wrong).includes("s3cret") || wrong.stack.includes("s3cret")], ["AuthError", "invalid_client", false]);
		match((await fails(() => mcp.connect(url, { auth: { bearer() { throw new Error("no vault") } } }))).message, "no vault");
		await fails(() => mcp.connect(url, { auth: { clientID: "x" , nonsense: 1 } }), /TypeError.*nonsense/);
		await fails(() => mcp.connect(url, { auth: { grant: "guess" } }), /TypeError.*guess/);
		await fails(() => mcp.connect(url, { auth: 7 }), /TypeError.*auth must be/);
		await fails(() => mcp.connect({ mcpServers: { a: { url }, b: { url } } }, { auth: { bearer: "t0ken" } }), /TypeError.*which of the servers/);
	`, "base", base)
	if n := logins.Load(); n != 0 {
		t.Errorf("%d logins, where nobody could be asked", n)
	}
}

// TestOnAuthorize: a script plays the person, and the next one needs none.
func TestOnAuthorize(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	t.Setenv("MCPJS_TOKEN_STORE", "file")
	base, logins := guarded(t)
	code := `
		const url = base + "/mcp";
		let visits = 0;
		const auth = {
			loginTimeout: "20s",
			onAuthorize(visit) {
				visits++;
				match(visit, base + "/authorize?");
				const [, back] = visit.match(/redirect_uri=([^&]*)/), [, state] = visit.match(/[?&]state=([^&]*)/);
				return decodeURIComponent(back) + "?code=c0de&state=" + state;
			},
		};
		{
			await using c = await mcp.connect({ url, auth }, { connectTimeout: "5s" });
			const sums = await Promise.all([1, 2, 3].map((a) => c.tools.add({ a, b: 1 })));
			equal([sums.map((s) => s.data.sum), visits], [[2, 3, 4], 1]);
		}
		await using again = await mcp.connect(url);
		equal(visits, 1);
		const memory = { ...auth, tokenStore: "memory" };
		await using third = await mcp.connect(url, { auth: memory });
		equal(visits, 2);
		const kept = new Map();
		const own = { ...auth, tokenStore: kept };
		for (const _ of [1, 2]) {
			await using c = await mcp.connect(url, { auth: own });
			equal([visits, kept.size, [...kept.values()][0].includes("t0ken")], [3, 1, true]);
		}
		await fails(() => mcp.connect(url, { auth: { ...auth, tokenStore: {} } }), /TypeError.*get, set and delete/);
		await fails(() => mcp.connect(url, { auth: { ...auth, tokenStore: { get() { throw new Error("vault shut") }, set() {}, delete() {} } } }), "vault shut");
		await fails(() => mcp.connect(url, { auth: { ...memory, onAuthorize() { throw new Error("no browser here"); } } }), "no browser here");
		await fails(() => mcp.connect(url, { auth: { ...memory, onAuthorize: () => "https://elsewhere/?code=1&state=2" } }), "its state is another");
	`
	js(t, code, "base", base)
	if logins.Load() != 0 {
		t.Error("something else than the script visited the address")
	}
}

// TestAuthShowsNothing: what is secret isn't shown with what holds it.
func TestAuthShowsNothing(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	t.Setenv("MCPJS_TOKEN_STORE", "file")
	base, _ := guarded(t)
	out, errs, err := spec{code: `
		const c = mcp.client({ url: base + "/mcp", auth: { bearer } });
		console.log(c, c.name);
		await c.connect();
	`, globals: map[string]any{"base": base, "bearer": "s3cret"}}.run(t)
	if err == nil || strings.Contains(out+errs+err.Error(), "s3cret") {
		t.Errorf("out %q, errs %q, err %v", out, errs, err)
	}
}

// TestComputedCredentialsLast: a session that a script leaves open is ended with
// what its function has given.
func TestComputedCredentialsLast(t *testing.T) {
	for _, options := range []string{
		`{ auth: { bearer: () => "t0ken" } }`, `{ auth: async () => ({ Authorization: "Bearer t0ken" }) }`, `{ headers: () => ({ Authorization: "Bearer t0ken" }) }`,
	} {
		ended := make(chan string, 1)
		bakery := &server.HTTP{Server: demo.New()}
		h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodDelete {
				ended <- r.Header.Get("Authorization")
			}
			bakery.ServeHTTP(w, r)
		}))
		js(t, `
			const c = await mcp.connect(base + "/mcp", { ...`+options+`, protocolVersion: "2025-11-25" });
			equal((await c.tools.add({ a: 1, b: 2 })).data, { sum: 3 });
		`, "base", h.URL)
		h.CloseClientConnections()
		h.Close()
		select {
		case got := <-ended:
			if got != "Bearer t0ken" {
				t.Errorf("%s: the session was ended with %q", options, got)
			}
		default:
			t.Errorf("%s: the session was not ended", options)
		}
	}
}
