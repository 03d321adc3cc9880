package oauth

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"mcpjs/bindings/config"
	"mcpjs/bindings/transport"
)

// flags are those of login and logout.
type flags struct {
	clientID, clientSecretFile, issuer, metadataURL, store string
	scopes                                                 []string
	port                                                   int
	private, noBrowser, all                                bool
	wait                                                   time.Duration
}

// Commands are `mcpjs login`, `logout` and `auth`. person is how somebody is
// asked, nil for the process's own terminal.
func Commands(env config.Env, person *Person) []*cobra.Command {
	var f flags
	login := &cobra.Command{
		Use:   "login TARGET",
		Short: "Log in to a server that asks for authorization",
		Long: `Log in to a server that asks for authorization.

TARGET is a URL or the name of a configured server. A browser is opened where the
server's authorization server says; what it gives is kept for scripts to use.
Without a browser, visit the address that is printed on any machine, and paste
the address that the browser ends up at. BROWSER names another browser.`,
		Example: `  mcpjs login https://mcp.example.com/mcp
  mcpjs login https://mcp.example.com/mcp --client-id my-app --scope "files:read files:write"`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("which server? give its URL, or the name of a configured one")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			return run(c, func(ctx context.Context) error { return f.login(ctx, args[0], env, person, c.OutOrStdout()) })
		},
	}
	login.Flags().StringVar(&f.clientID, "client-id", "", "the `ID` of a client registered beforehand")
	login.Flags().StringVar(&f.clientSecretFile, "client-secret-file", "", "the `FILE` that holds its secret")
	login.Flags().StringVar(&f.issuer, "issuer", "", "the `URL` of the authorization server that it was registered with")
	login.Flags().StringVar(&f.metadataURL, "client-metadata-url", "", "the `URL` of the client's own metadata document")
	login.Flags().StringSliceVar(&f.scopes, "scope", nil, "`SCOPES` to ask for besides what the server asks for")
	login.Flags().IntVar(&f.port, "port", 0, "the `PORT` on 127.0.0.1 that the browser is sent back to")
	login.Flags().BoolVar(&f.noBrowser, "no-browser", false, "only print the address to visit")
	login.Flags().BoolVar(&f.private, "allow-private", false, "let the server name addresses of this machine's own network")
	login.Flags().DurationVar(&f.wait, "wait", defaultLogin, "how long to wait for the browser: `DURATION`")

	logout := &cobra.Command{
		Use:   "logout TARGET",
		Short: "Forget a server's token, and have it revoked",
		Long: `Forget a server's token and the client that was registered for it. Where the
authorization server has a way to, the token is revoked first.`,
		Args: func(_ *cobra.Command, args []string) error {
			if (len(args) == 1) == f.all {
				return errors.New("which server? give one, or --all")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			return run(c, func(ctx context.Context) error { return f.logout(ctx, args, env, c.OutOrStdout(), c.ErrOrStderr()) })
		},
	}
	logout.Flags().BoolVar(&f.all, "all", false, "all servers")

	var asJSON bool
	status := &cobra.Command{
		Use:   "status",
		Short: "List the servers that are logged in to",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return run(c, func(ctx context.Context) error { return f.status(ctx, c.OutOrStdout(), asJSON) })
		},
	}
	status.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	auth := &cobra.Command{
		Use:   "auth",
		Short: "Show what is known of servers' authorization",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	auth.AddCommand(status)
	for _, c := range []*cobra.Command{login, logout, status} {
		c.Flags().StringVar(&f.store, "store", "", "the `DIRECTORY` that tokens are kept in, \"keychain\" or \"file\"")
	}
	return []*cobra.Command{login, logout, auth}
}

// Interrupted is what a command fails with that was ended by a signal.
var Interrupted = errors.New("interrupted")

func run(c *cobra.Command, do func(context.Context) error) error {
	ctx, stop := signal.NotifyContext(c.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := do(ctx)
	if err != nil && ctx.Err() != nil && c.Context().Err() == nil {
		return Interrupted
	}
	return err
}

// target reads TARGET and what its configuration says of authorization.
func (f *flags) target(text string, env config.Env) (config.Target, Options, error) {
	t, err := config.Parse(text, env)
	if err != nil {
		return t, Options{}, err
	}
	if t.Kind != config.HTTP && t.Kind != config.SSE {
		return t, Options{}, fmt.Errorf("%s is not reached over HTTP: there is nothing to log in to", t)
	}
	conf, err := ParseConfig(t.Auth)
	if err != nil {
		return t, Options{}, err
	}
	conf.Always, conf.Off, conf.remember = true, false, f.clientID != "" || f.metadataURL != ""
	conf.ClientID, conf.Issuer = cmp.Or(f.clientID, conf.ClientID), cmp.Or(f.issuer, conf.Issuer)
	conf.ClientMetadataURL = cmp.Or(f.metadataURL, conf.ClientMetadataURL)
	conf.TokenStore = cmp.Or(f.store, conf.TokenStore)
	conf.RedirectPort, conf.LoginTime = cmp.Or(f.port, conf.RedirectPort), cmp.Or(f.wait, conf.LoginTime)
	conf.Scopes = union(conf.Scopes, words(strings.Fields(strings.Join(f.scopes, " "))))
	conf.AllowPrivate = conf.AllowPrivate || f.private
	if f.clientSecretFile != "" {
		secret, err := os.ReadFile(f.clientSecretFile)
		if err != nil {
			return t, Options{}, fmt.Errorf("--client-secret-file: %w", err)
		}
		conf.ClientSecret = strings.TrimSpace(string(secret))
	}
	return t, Options{Server: t.URL, Base: transport.NewRoundTripper(transport.HTTPOptions{}), Config: conf}, nil
}

func (f *flags) login(ctx context.Context, text string, env config.Env, person *Person, out io.Writer) error {
	t, opts, err := f.target(text, env)
	if err != nil {
		return err
	}
	switch {
	case opts.Config.Bearer != nil:
		return fmt.Errorf("%s has a bearer token configured: there is nothing to log in to", t)
	case opts.Config.TokenStore == storeMemory:
		return errors.New("a login that is kept in memory ends with this command: give another store")
	case !opts.Config.person():
		return fmt.Errorf("%s is authorized with by the grant %q, which takes no login", t, opts.Config.Grant)
	}
	if person == nil {
		person = Process()
	}
	if f.noBrowser {
		own := *person
		own.Getenv = func(string) string { return "" }
		own.still = true
		person = &own
	}
	opts.Person = person
	a, err := New(opts)
	if err != nil {
		return err
	}
	defer a.CloseIdleConnections()
	asked, err := challengeOf(ctx, a, t)
	if err != nil {
		return err
	}
	if asked == nil {
		// Some servers ask only once a session has begun; their metadata tells.
		if d, err := a.fetch.discover(ctx, ""); err != nil || d.legacy {
			return a.named(failf("the server does not ask for authorization"))
		}
	}
	if err := a.Login(ctx, asked); err != nil {
		return err
	}
	c := a.cred
	fmt.Fprintf(out, "logged in to %s\n", place(a.server))
	if len(c.Granted) > 0 {
		fmt.Fprintf(out, "scopes: %s\n", line(joined(c.Granted)))
	}
	fmt.Fprintf(out, "the token is kept in %s\n", a.store.place(a.key))
	return nil
}

// challengeOf calls the server without a token. It gives the refusal, nil where
// there was none.
func challengeOf(ctx context.Context, a *Transport, t config.Target) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	body := []byte(`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`)
	method := http.MethodPost
	if t.Kind == config.SSE {
		method, body = http.MethodGet, nil
	}
	req, err := http.NewRequestWithContext(ctx, method, t.URL, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json, text/event-stream")
	for name, value := range t.Headers {
		if !strings.EqualFold(name, "Authorization") {
			req.Header.Set(name, value)
		}
	}
	res, err := a.base.RoundTrip(a.fetch.watch(req))
	if err != nil {
		return nil, &Error{Server: place(req.URL), Err: err, Hint: "is the URL right, and the server running?"}
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusUnauthorized {
		return nil, nil
	}
	return res, nil
}

func (f *flags) logout(ctx context.Context, args []string, env config.Env, out, warn io.Writer) error {
	store, err := newStore(f.store)
	if err != nil {
		return err
	}
	if store == nil {
		return errors.New("what is kept in memory ends with its process: there is nothing to log out of")
	}
	var keys []string
	known := map[string]Config{} // how configured servers are authorized with
	if f.all {
		for _, s := range config.ConfiguredServers(env) {
			if conf, err := ParseConfig(s.Target.Auth); err == nil && s.Err == nil && s.Target.URL != "" {
				if u, err := serverURL(s.Target.URL); err == nil {
					known[key(u)] = conf
				}
			}
		}
		records, err := store.records(ctx)
		if err != nil {
			return err
		}
		keys = slices.Sorted(maps.Keys(records))
	} else {
		t, opts, err := f.target(args[0], env)
		if err != nil {
			return err
		}
		if s, err := opts.Config.store(); err != nil {
			return err
		} else if s != nil {
			store = s
		}
		u, err := serverURL(t.URL)
		if err != nil {
			return err
		}
		if keys = []string{key(u)}; !store.has(keys[0]) {
			return fmt.Errorf("not logged in to %s", place(u))
		}
		known[keys[0]] = opts.Config
	}
	if len(keys) == 0 {
		fmt.Fprintln(out, "not logged in anywhere")
	}
	for _, k := range keys {
		if err := forget(ctx, store, k, known[k], out, warn); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) has(key string) bool {
	_, err := os.Stat(s.file(key))
	return !errors.Is(err, fs.ErrNotExist)
}

// forget removes a server's file. That its token could not be revoked is only
// worth a warning: it is of no use to anybody else.
func forget(ctx context.Context, store *Store, k string, conf Config, out, warn io.Writer) error {
	unlock, err := store.lock(ctx, k, func() { fmt.Fprintln(warn, "mcpjs: another mcpjs is logging in there; waiting for it") })
	if err != nil {
		return err
	}
	defer unlock()
	rec := store.outline(ctx, k)
	switch err := rec.failure; {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil:
		fmt.Fprintf(warn, "mcpjs: the token could not be revoked: %v\n", err)
	case rec.Token != nil:
		if err := revokeStored(ctx, rec, conf); err != nil {
			fmt.Fprintf(warn, "mcpjs: the token could not be revoked: %v\n", err)
		}
	}
	if err := store.remove(ctx, k); err != nil {
		return err
	}
	fmt.Fprintf(out, "logged out of %s\n", line(cmp.Or(rec.Server, k)))
	return nil
}

// revokeStored has a record's token revoked by the client that it was given to:
// the one of conf, or that of the record.
func revokeStored(ctx context.Context, rec *record, conf Config) error {
	conf.Bearer, conf.Off, conf.Grant, conf.TokenStore, conf.Keep = nil, false, "", storeMemory, nil
	conf.AllowPrivate = conf.AllowPrivate || rec.Private
	t, err := New(Options{Server: rec.Server, Base: transport.NewRoundTripper(transport.HTTPOptions{}), Config: conf})
	if err != nil {
		return err
	}
	defer t.CloseIdleConnections()
	t.fetch.measure(ctx)
	as, err := t.fetch.issuerMetadata(ctx, rec.Token.Issuer, false)
	if err != nil {
		return err
	}
	c, known := client{}, false
	if conf.Issuer == "" || sameIssuer(conf.Issuer, as.Issuer) {
		c, known = t.identity(rec, as, rec.Token.ClientID)
	}
	if !known {
		c = client{ID: rec.Token.ClientID, Method: methodNone}
	}
	err = t.revoke(ctx, as, c, "refresh_token", rec.Token.RefreshToken)
	if second := t.revoke(ctx, as, c, "access_token", rec.Token.AccessToken); err == nil {
		err = second
	}
	return err
}

func (f *flags) status(ctx context.Context, out io.Writer, asJSON bool) error {
	store, err := newStore(f.store)
	if err != nil {
		return err
	}
	if store == nil {
		return errors.New("what is kept in memory is not seen by other processes")
	}
	records, err := store.records(ctx)
	if err != nil {
		return err
	}
	type row struct {
		Server    string     `json:"server"`
		Issuer    string     `json:"issuer,omitempty"`
		Client    string     `json:"client,omitempty"`
		Scopes    []string   `json:"scopes,omitempty"`
		Expires   *time.Time `json:"expires,omitempty"`
		Renewable bool       `json:"renewable"`
		Problem   string     `json:"problem,omitempty"`
		state     string
	}
	rows := []row{}
	for _, k := range slices.Sorted(maps.Keys(records)) {
		r := row{Server: cmp.Or(records[k].Server, k), state: "not logged in"}
		if err := records[k].failure; err != nil {
			r.Problem, r.state = line(err.Error()), "can't be read"
		}
		if c := records[k].Token; c != nil {
			r.Issuer, r.Client, r.Scopes, r.Renewable = c.Issuer, c.ClientID, c.Granted, c.RefreshToken != ""
			r.state = "until revoked"
			if !c.Expiry.IsZero() {
				r.Expires = &c.Expiry
				r.state = "until " + c.Expiry.Local().Format("2006-01-02 15:04")
				if time.Now().After(c.Expiry) {
					r.state = "expired"
				}
			}
			if r.Renewable {
				r.state += ", renewed by itself"
			}
		}
		rows = append(rows, r)
	}
	if asJSON {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		return e.Encode(rows)
	}
	if len(rows) == 0 {
		fmt.Fprintln(out, "not logged in anywhere")
		return nil
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SERVER\tTOKEN\tSCOPES\tISSUER\tCLIENT")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", line(r.Server), r.state, line(cmp.Or(joined(r.Scopes), "-")), line(cmp.Or(r.Issuer, "-")), line(cmp.Or(r.Client, "-")))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, r := range rows {
		if r.Problem != "" {
			fmt.Fprintf(out, "%s: %s\n", line(r.Server), r.Problem)
		}
	}
	return nil
}
