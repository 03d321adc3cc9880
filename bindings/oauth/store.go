package oauth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// A Store keeps what authorization has brought, one file a server, readable by
// the user alone. Two processes may use it at once: files are replaced whole,
// and whoever is about to change one holds its lock meanwhile.
type Store struct {
	// Dir is where the files are; it is made when the first one is.
	Dir string
}

// DefaultDir is the usual place: mcpjs/auth under the XDG data directory.
func DefaultDir() (string, error) {
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "mcpjs", "auth"), nil
	}
	if runtime.GOOS == "windows" {
		if dir := os.Getenv("LOCALAPPDATA"); dir != "" {
			return filepath.Join(dir, "mcpjs", "auth"), nil
		}
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("where to keep tokens: %w", err)
	}
	return filepath.Join(home, ".local", "share", "mcpjs", "auth"), nil
}

// A record is what is kept for one server.
type record struct {
	Server string `json:"server"` // for people
	// Clients are what was registered with authorization servers, by issuer;
	// never is one's used with another.
	Clients map[string]client `json:"clients,omitempty"`
	// Bound says which issuer a client that the user named was first used with.
	Bound map[string]string `json:"bound,omitempty"`
	Token *credential       `json:"token,omitempty"`
}

// A client is this program as an authorization server knows it.
type client struct {
	ID       string `json:"client_id"`
	Secret   string `json:"client_secret,omitempty"`
	Method   string `json:"token_endpoint_auth_method,omitempty"`
	Redirect string `json:"redirect_uri,omitempty"`
	Expires  int64  `json:"client_secret_expires_at,omitempty"` // Unix time, 0 for never
}

// A credential is a token, and what it takes to renew it.
type credential struct {
	Issuer       string          `json:"issuer"`
	Resource     string          `json:"resource"`
	Metadata     string          `json:"resource_metadata,omitempty"`
	ClientID     string          `json:"client_id"`
	AccessToken  string          `json:"access_token"`
	TokenType    string          `json:"token_type"`
	RefreshToken string          `json:"refresh_token,omitempty"`
	Obtained     time.Time       `json:"obtained"`
	Expiry       time.Time       `json:"expiry,omitzero"`
	Requested    []string        `json:"requested_scopes,omitempty"`
	Granted      []string        `json:"granted_scopes,omitempty"`
	Key          json.RawMessage `json:"dpop_key,omitempty"`

	fresh    bool        // got by this process, not from the store
	renewed  bool        // by a refresh
	accepted atomic.Bool // the server has taken it
}

// expiring tells whether the token ends, or is about to.
func (c *credential) expiring(now time.Time) bool {
	if c.Expiry.IsZero() {
		return false
	}
	margin := min(time.Minute, c.Expiry.Sub(c.Obtained)/10)
	return !now.Before(c.Expiry.Add(-margin))
}

// hold gives the scopes that the token stands for.
func (c *credential) hold() []string { return union(c.Requested, c.Granted) }

var unfit = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[^a-zA-Z0-9.-]+`) })

// key names the file of a server.
func key(server *url.URL) string {
	full := canonical(server)
	if server.RawQuery != "" {
		full += "?" + server.RawQuery
	}
	sum := sha256.Sum256([]byte(full))
	return unfit().ReplaceAllString(server.Host, "_") + "-" + hex.EncodeToString(sum[:8])
}

func (s *Store) file(key string) string { return filepath.Join(s.Dir, key+".json") }

// load reads a server's record; it is empty where there is none.
func (s *Store) load(key string) (*record, error) {
	r := &record{}
	data, err := os.ReadFile(s.file(key))
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("read the stored token: %w", err)
	default:
		if err := json.Unmarshal(data, r); err != nil {
			return nil, fmt.Errorf("the stored token's file %s is damaged; remove it and log in anew", s.file(key))
		}
	}
	if r.Clients == nil {
		r.Clients = map[string]client{}
	}
	if r.Bound == nil {
		r.Bound = map[string]string{}
	}
	return r, nil
}

// save replaces a server's record. The lock must be held.
func (s *Store) save(key string, r *record) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("keep the token: %w", err)
		}
	}()
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(s.Dir, key+".*.tmp") // 0600
	if err != nil {
		return err
	}
	_, err = f.Write(append(data, '\n'))
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), s.file(key))
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// remove forgets a server. The lock must be held.
func (s *Store) remove(key string) error {
	if err := os.Remove(s.file(key)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("forget the token: %w", err)
	}
	return nil
}

// lock waits until no other process, and nobody else in this one, may change a
// server's record.
func (s *Store) lock(ctx context.Context, key string) (unlock func(), err error) {
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("keep the token: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(s.Dir, key+".lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("keep the token: %w", err)
	}
	for wait := 5 * time.Millisecond; ; wait = min(2*wait, 250*time.Millisecond) {
		locked, err := tryLock(f)
		if locked {
			return func() { _ = f.Close() }, nil
		}
		if err != nil {
			_ = f.Close()
			return nil, fmt.Errorf("lock %s: %w", f.Name(), err)
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			_ = f.Close()
			return nil, context.Cause(ctx)
		}
	}
}

// records gives all that is kept, by key. Files that can't be read are left out.
func (s *Store) records() (map[string]*record, error) {
	files, err := filepath.Glob(filepath.Join(s.Dir, "*.json"))
	if err != nil {
		return nil, err
	}
	all := map[string]*record{}
	for _, f := range files {
		name := filepath.Base(f)
		name = name[:len(name)-len(".json")]
		if r, err := s.load(name); err == nil {
			all[name] = r
		}
	}
	return all, nil
}
