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
//
// Where there is a system keychain, that holds a key, and the files are sealed
// with it: keychains bound the size of what they take, tell nobody of a change
// and have no locks.
type Store struct {
	// Dir is where the files are; it is made when the first one is.
	Dir string
	// Keep, where set, takes the place of the files.
	Keep *Keeper

	keychain use
	system   func(ctx context.Context, account string, prompt bool, fresh string) (string, error)

	asking chan struct{} // has room for who asks the keychain
	key    []byte        // once that has given it
	plain  bool          // files aren't sealed
	sealed atomic.Bool
}

// A Keeper is a place for records that the user has made. Its functions may be
// called from any goroutine; names and values are plain text.
type Keeper struct {
	Get    func(ctx context.Context, name string) (string, error) // "" where there is none
	Set    func(ctx context.Context, name, value string) error
	Delete func(ctx context.Context, name string) error

	turn sync.Map // of a chan struct{} for each name: it has room for whoever may change it
}

// use says whether the system's keychain is used.
type use int

const (
	never    use = iota
	ifThere      // files stay readable where there is none, or it is locked
	required     // nothing is kept without it
)

// What a Config's TokenStore may be besides a directory.
const (
	storeMemory   = "memory"
	storeFile     = "file"
	storeKeychain = "keychain"
	storeCustom   = "\x00" // a Keeper has to be given
)

// newStore makes the store that a TokenStore setting stands for, nil for memory.
// MCPJS_TOKEN_STORE is what "" means.
func newStore(setting string) (*Store, error) {
	if setting == "" {
		setting = os.Getenv("MCPJS_TOKEN_STORE")
	}
	s := &Store{system: systemKey, asking: make(chan struct{}, 1)}
	switch setting {
	case storeMemory:
		return nil, nil
	case "":
		s.keychain = ifThere
	case storeKeychain:
		s.keychain = required
	case storeFile:
	default:
		s.Dir = filepath.Clean(setting)
		return s, nil
	}
	var err error
	s.Dir, err = DefaultDir()
	return s, err
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
	// Private says that the user lets the server name private addresses.
	Private bool `json:"allow_private,omitempty"`
	// Sealed is all of this, sealed; then only Server stands beside it.
	Sealed []byte `json:"sealed,omitempty"`

	failure error // why it can't be read
}

func newRecord() *record {
	return &record{Clients: map[string]client{}, Bound: map[string]string{}}
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
func (s *Store) load(ctx context.Context, key string) (*record, error) {
	r := &record{}
	data, err := s.read(ctx, key)
	if err != nil {
		return nil, err
	}
	if len(data) > 0 {
		if err := json.Unmarshal(data, r); err != nil {
			return nil, &unreadable{fmt.Errorf("the stored token's file %s is damaged; remove it and log in anew", s.place(key))}
		}
	}
	if len(r.Sealed) > 0 {
		if data, err = s.open(ctx, key, r); err != nil {
			return nil, err
		}
		r = &record{}
		if err := json.Unmarshal(data, r); err != nil {
			return nil, &unreadable{fmt.Errorf("the stored token in %s is damaged; remove it and log in anew", s.place(key))}
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

// unreadable is what a record that a new login may replace fails with.
type unreadable struct{ error }

func (u *unreadable) Unwrap() error { return u.error }

func (s *Store) read(ctx context.Context, key string) ([]byte, error) {
	if s.Keep != nil {
		text, err := s.Keep.Get(ctx, key)
		if err != nil {
			return nil, fmt.Errorf("read the stored token: %w", err)
		}
		return []byte(text), nil
	}
	data, err := os.ReadFile(s.file(key))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the stored token: %w", err)
	}
	return data, nil
}

// place names where a record is, for people.
func (s *Store) place(key string) string {
	switch {
	case s.Keep != nil:
		return "tokenStore"
	case s.sealed.Load():
		return s.file(key) + ", sealed with a key in the system keychain"
	}
	return s.file(key)
}

// save replaces a server's record. The lock must be held.
func (s *Store) save(ctx context.Context, key string, r *record) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("keep the token: %w", err)
		}
	}()
	if s.Keep != nil {
		data, err := json.Marshal(r)
		if err != nil {
			return err
		}
		return s.Keep.Set(ctx, key, string(data))
	}
	if r, err = s.seal(ctx, key, r); err != nil {
		return err
	}
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
func (s *Store) remove(ctx context.Context, key string) error {
	var err error
	if s.Keep != nil {
		err = s.Keep.Delete(ctx, key)
	} else if err = os.Remove(s.file(key)); errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err != nil {
		return fmt.Errorf("forget the token: %w", err)
	}
	return nil
}

// lock waits until no other process, and nobody else in this one, may change a
// server's record. It calls late, if set, once it has waited for long.
func (s *Store) lock(ctx context.Context, key string, late func()) (unlock func(), err error) {
	try := func() (bool, error) { return false, nil }
	if s.Keep != nil {
		turn, _ := s.Keep.turn.LoadOrStore(key, make(chan struct{}, 1))
		unlock = func() { <-turn.(chan struct{}) }
		try = func() (bool, error) {
			select {
			case turn.(chan struct{}) <- struct{}{}:
				return true, nil
			default:
				return false, nil
			}
		}
	} else {
		if err := os.MkdirAll(s.Dir, 0o700); err != nil {
			return nil, fmt.Errorf("keep the token: %w", err)
		}
		f, err := os.OpenFile(filepath.Join(s.Dir, key+".lock"), os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return nil, fmt.Errorf("keep the token: %w", err)
		}
		unlock = func() { _ = f.Close() }
		defer func() {
			if err != nil {
				_ = f.Close()
			}
		}()
		try = func() (bool, error) { return tryLock(f) }
	}
	notice := time.NewTimer(lateLock)
	defer notice.Stop()
	for wait := 5 * time.Millisecond; ; wait = min(2*wait, 250*time.Millisecond) {
		locked, err := try()
		if locked {
			return unlock, nil
		}
		if err != nil {
			return nil, fmt.Errorf("lock the stored token: %w", err)
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-notice.C:
			timer.Stop()
			if late != nil {
				late()
			}
		case <-ctx.Done():
			timer.Stop()
			return nil, context.Cause(ctx)
		}
	}
}

// lateLock is how long a wait for a lock goes unexplained.
const lateLock = 2 * time.Second

// records gives all that is kept in files, by key. What can't be read has no
// more than its key, or the server's name where that can be seen.
func (s *Store) records(ctx context.Context) (map[string]*record, error) {
	files, err := filepath.Glob(filepath.Join(s.Dir, "*.json"))
	if err != nil {
		return nil, err
	}
	all := map[string]*record{}
	for _, f := range files {
		name := filepath.Base(f)
		name = name[:len(name)-len(".json")]
		all[name] = s.outline(ctx, name)
	}
	return all, nil
}

// outline gives a record, or what can be seen of one that can't be read.
func (s *Store) outline(ctx context.Context, key string) *record {
	r, err := s.load(ctx, key)
	if err != nil {
		r = &record{}
		if data, err := s.read(ctx, key); err == nil {
			_ = json.Unmarshal(data, r)
		}
		r.Token, r.failure = nil, err
	}
	return r
}
