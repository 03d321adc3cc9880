//go:build unix && !darwin

package oauth

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"
)

// A bus is a message bus with a Secret Service on it, as much of either as a
// client sees.
type bus struct {
	mu      sync.Mutex
	service bool // there is a Secret Service
	starts  bool // it can be started
	locked  bool
	opens   bool // the user opens it when asked to
	nothing bool // there is no collection
	items   map[string][]byte
	calls   []string
	hang    string // the call that isn't answered
}

func newBus(t *testing.T) *bus {
	t.Helper()
	dir, err := os.MkdirTemp("", "bus") // short, as a socket's path must be
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", filepath.Join(dir, "bus"))
	if err != nil {
		t.Fatal(err)
	}
	b := &bus{service: true, items: map[string][]byte{}}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { b.serve(c) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		serving.Wait() // each client has closed its connection
		os.RemoveAll(dir)
	})
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+dbus.EscapeBusAddressValue(l.Addr().String()))
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	return b
}

func (b *bus) set(change func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	change()
}

func (b *bus) count(call string) (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.calls {
		if c == call {
			n++
		}
	}
	return n
}

func (b *bus) serve(c net.Conn) {
	defer c.Close()
	in := bufio.NewReader(c)
	if _, err := in.ReadByte(); err != nil { // the NUL that comes first
		return
	}
	for greeting := ""; greeting != "BEGIN"; {
		text, err := in.ReadString('\n')
		if err != nil {
			return
		}
		greeting = strings.TrimSpace(text)
		switch {
		case greeting == "AUTH":
			_, err = c.Write([]byte("REJECTED EXTERNAL\r\n"))
		case strings.HasPrefix(greeting, "AUTH"):
			_, err = c.Write([]byte("OK 0123456789abcdef0123456789abcdef\r\n"))
		case greeting != "BEGIN":
			_, err = c.Write([]byte("ERROR\r\n"))
		}
		if err != nil {
			return
		}
	}
	var serial uint32
	send := func(m *dbus.Message) {
		serial++
		if len(m.Body) > 0 {
			m.Headers[dbus.FieldSignature] = dbus.MakeVariant(dbus.SignatureOf(m.Body...))
		}
		var b bytes.Buffer
		if m.EncodeTo(&b, binary.LittleEndian) == nil {
			binary.LittleEndian.PutUint32(b.Bytes()[8:], serial)
			_, _ = c.Write(b.Bytes())
		}
	}
	for {
		m, err := dbus.DecodeMessage(in)
		if err != nil {
			return
		}
		member, _ := m.Headers[dbus.FieldMember].Value().(string)
		answer, failure := b.answer(member, m.Body)
		if failure == "hang" {
			continue
		}
		reply := &dbus.Message{Type: dbus.TypeMethodReply, Headers: map[dbus.HeaderField]dbus.Variant{
			dbus.FieldReplySerial: dbus.MakeVariant(m.Serial()),
		}, Body: answer}
		if failure != "" {
			reply.Type = dbus.TypeError
			reply.Headers[dbus.FieldErrorName] = dbus.MakeVariant("org.freedesktop.DBus.Error.Failed")
			reply.Body = []any{failure}
		}
		send(reply)
		if member == "Prompt" {
			send(&dbus.Message{Type: dbus.TypeSignal, Headers: map[dbus.HeaderField]dbus.Variant{
				dbus.FieldPath:      dbus.MakeVariant(dbus.ObjectPath("/prompt")),
				dbus.FieldInterface: dbus.MakeVariant(secretsPrompt),
				dbus.FieldMember:    dbus.MakeVariant("Completed"),
				dbus.FieldSender:    dbus.MakeVariant(":1.7"),
			}, Body: []any{b.isLocked(), dbus.MakeVariant("")}})
		}
	}
}

func (b *bus) isLocked() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.locked
}

func (b *bus) answer(member string, args []any) (body []any, failure string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls = append(b.calls, member)
	if member == b.hang {
		return nil, "hang"
	}
	none := []dbus.ObjectPath{}
	switch member {
	case "Hello":
		return []any{":1.1"}, ""
	case "NameHasOwner":
		return []any{b.service}, ""
	case "StartServiceByName":
		if !b.starts {
			return nil, "no such service"
		}
		b.service = true
		return []any{uint32(1)}, ""
	case "AddMatch", "Dismiss":
		return nil, ""
	case "SearchItems":
		account := args[0].(map[string]string)["account"]
		if _, there := b.items[account]; !there {
			return []any{none, none}, ""
		}
		found := []dbus.ObjectPath{"/item/one"}
		if b.locked {
			return []any{none, found}, ""
		}
		return []any{found, none}, ""
	case "OpenSession":
		return []any{dbus.MakeVariant(""), dbus.ObjectPath("/session")}, ""
	case "ReadAlias":
		if b.nothing {
			return []any{dbus.ObjectPath("/")}, ""
		}
		return []any{dbus.ObjectPath("/collection/login")}, ""
	case "Get":
		return []any{dbus.MakeVariant(b.locked)}, ""
	case "Unlock":
		if b.locked {
			return []any{none, dbus.ObjectPath("/prompt")}, ""
		}
		return []any{args[0], dbus.ObjectPath("/")}, ""
	case "Prompt":
		b.locked = !b.opens
		return nil, ""
	case "CreateItem":
		properties := args[0].(map[string]dbus.Variant)
		account := properties[secretsItem+".Attributes"].Value().(map[string]string)["account"]
		b.items[account] = args[1].([]any)[2].([]byte)
		return []any{dbus.ObjectPath("/item/one"), dbus.ObjectPath("/")}, ""
	case "GetSecret":
		for _, value := range b.items {
			return []any{secret{Session: "/session", Parameters: []byte{}, Value: value, ContentType: "text/plain"}}, ""
		}
	}
	return nil, "what is " + member + "?"
}

// sealedStore is a store in the usual place, as a process of its own has it.
func sealedStore(t *testing.T, setting string) *Store {
	t.Helper()
	t.Setenv("MCPJS_TOKEN_STORE", "")
	s, err := newStore(setting)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func keepIn(t *testing.T, s *Store, token string) error {
	t.Helper()
	r := newRecord()
	r.Server, r.Token = "https://mcp.example/mcp", &credential{AccessToken: token, TokenType: "Bearer"}
	return s.save(t.Context(), "mcp.example", r)
}

func TestKeychain(t *testing.T) {
	data := t.TempDir()
	t.Setenv("XDG_DATA_HOME", data)
	b := newBus(t)
	raw := func() string {
		text, err := os.ReadFile(sealedStore(t, "").file("mcp.example"))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	held := func(setting string) (string, error) {
		r, err := sealedStore(t, setting).load(t.Context(), "mcp.example")
		if err != nil || r.Token == nil {
			return "", err
		}
		return r.Token.AccessToken, nil
	}
	if r, err := sealedStore(t, "").load(t.Context(), "mcp.example"); err != nil || r.Token != nil || b.count("Hello") != 0 {
		t.Errorf("nothing is stored: %v, %v, %d connections", r, err, b.count("Hello"))
	}

	// Sealed, where there is a keychain.
	one := sealedStore(t, "")
	for range 3 {
		if err := keepIn(t, one, "s3cret"); err != nil {
			t.Fatal(err)
		}
	}
	if n := b.count("Hello"); n != 2 {
		t.Errorf("%d connections to seal three times", n)
	}
	if text := raw(); strings.Contains(text, "s3cret") || !strings.Contains(text, "https://mcp.example/mcp") {
		t.Errorf("the file holds %s", text)
	}
	for _, setting := range []string{"", storeKeychain, storeFile} {
		if token, err := held(setting); err != nil || token != "s3cret" {
			t.Errorf("store %q holds %q, %v", setting, token, err)
		}
	}
	if place := one.place("mcp.example"); !strings.Contains(place, "keychain") {
		t.Errorf("place: %s", place)
	}

	// Another server's file is none of this one's.
	if err := os.Rename(one.file("mcp.example"), one.file("evil.example")); err != nil {
		t.Fatal(err)
	}
	var lost *unreadable
	if _, err := sealedStore(t, "").load(t.Context(), "evil.example"); !errors.As(err, &lost) {
		t.Errorf("a renamed file: %v", err)
	}
	if err := os.Remove(one.file("evil.example")); err != nil {
		t.Fatal(err)
	}

	// Two at once make one key.
	b.set(func() { b.items = map[string][]byte{}; b.calls = nil })
	var both sync.WaitGroup
	for _, s := range []*Store{sealedStore(t, ""), sealedStore(t, "")} {
		both.Go(func() {
			if _, err := s.vault(t.Context(), true); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	if n := b.count("CreateItem"); n != 1 {
		t.Errorf("%d keys were made", n)
	}
	if err := keepIn(t, sealedStore(t, ""), "s3cret"); err != nil {
		t.Fatal(err)
	}

	// Locked: whoever asks for a token is told; a window may unlock it.
	b.set(func() { b.locked = true })
	var e *Error
	if _, err := held(""); !errors.Is(err, errLockedKeychain) || !errors.As(err, &e) || !strings.Contains(e.Hint, "unlock it") {
		t.Errorf("locked: %v", err)
	}
	t.Setenv("DISPLAY", ":0")
	if _, err := held(""); !errors.Is(err, errLockedKeychain) || b.count("Prompt") != 1 {
		t.Errorf("dismissed: %v, %d prompts", err, b.count("Prompt"))
	}
	b.set(func() { b.opens = true })
	if token, err := held(""); err != nil || token != "s3cret" {
		t.Errorf("unlocked: %q, %v", token, err)
	}
	t.Setenv("DISPLAY", "")

	// The key is gone.
	b.set(func() { b.items, b.locked = map[string][]byte{}, false })
	if _, err := held(""); !errors.As(err, &lost) || !errors.As(err, &e) || !strings.Contains(e.Hint, "log in anew") {
		t.Errorf("without its key: %v", err)
	}
	b.set(func() { b.service = false })
	if _, err := held(""); !errors.Is(err, errNoKeychain) || errors.As(err, &lost) {
		t.Errorf("without a keychain: %v", err)
	}
	var out, warn strings.Builder
	records, err := sealedStore(t, "").records(t.Context())
	if err != nil || records["mcp.example"] == nil || records["mcp.example"].failure == nil || records["mcp.example"].Server != "https://mcp.example/mcp" {
		t.Errorf("records: %+v, %v", records, err)
	}
	if err := (&flags{}).status(t.Context(), &out, false); err != nil || !strings.Contains(out.String(), "can't be read") || !strings.Contains(out.String(), "no system keychain") {
		t.Errorf("status: %s, %v", out.String(), err)
	}
	if err := forget(t.Context(), sealedStore(t, ""), "mcp.example", Config{}, &out, &warn); err != nil || !strings.Contains(warn.String(), "could not be revoked") {
		t.Errorf("logout: %s, %v", warn.String(), err)
	}
	if _, err := os.Stat(one.file("mcp.example")); !os.IsNotExist(err) {
		t.Errorf("logout has left %v", err)
	}
}

// TestNoKeychain keeps tokens in files where no keychain can be used, and
// nowhere if one was asked for.
func TestNoKeychain(t *testing.T) {
	for name, test := range map[string]struct {
		set  func(b *bus)
		want error
	}{
		"no service":              {func(b *bus) { b.service = false }, errNoKeychain},
		"no display to start it":  {func(b *bus) { b.service, b.starts = false, true }, errNoKeychain},
		"locked":                  {func(b *bus) { b.locked = true }, errLockedKeychain},
		"no collection":           {func(b *bus) { b.nothing = true }, errNoKeychain},
		"no bus":                  {func(*bus) { t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus") }, errNoKeychain},
		"nonsense for an address": {func(*bus) { t.Setenv("DBUS_SESSION_BUS_ADDRESS", "::,") }, errNoKeychain},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("XDG_DATA_HOME", t.TempDir())
			b := newBus(t)
			b.set(func() { test.set(b) })
			if err := keepIn(t, sealedStore(t, storeKeychain), "s3cret"); !errors.Is(err, test.want) {
				t.Errorf("required: %v, want %v", err, test.want)
			}
			s := sealedStore(t, "")
			for range 2 {
				if err := keepIn(t, s, "s3cret"); err != nil {
					t.Error(err)
				}
			}
			text, err := os.ReadFile(s.file("mcp.example"))
			if err != nil || !strings.Contains(string(text), "s3cret") {
				t.Errorf("the file holds %q, %v", text, err)
			}
			if r, err := s.load(t.Context(), "mcp.example"); err != nil || r.Token.AccessToken != "s3cret" {
				t.Errorf("read again: %v, %v", r, err)
			}
		})
	}
	t.Run("it starts", func(t *testing.T) {
		t.Setenv("XDG_DATA_HOME", t.TempDir())
		b := newBus(t)
		t.Setenv("DISPLAY", ":0")
		b.set(func() { b.service, b.starts = false, true })
		if err := keepIn(t, sealedStore(t, ""), "s3cret"); err != nil || b.count("CreateItem") != 1 {
			t.Errorf("%v, %d items", err, b.count("CreateItem"))
		}
	})
	t.Run("it hangs", func(t *testing.T) {
		t.Setenv("XDG_DATA_HOME", t.TempDir())
		for _, at := range []string{"Hello", "NameHasOwner", "SearchItems", "CreateItem"} {
			b := newBus(t)
			b.set(func() { b.hang = at })
			ctx, cancel := context.WithCancelCause(t.Context())
			s := sealedStore(t, "")
			asked := s.system
			s.system = func(ctx context.Context, account string, prompt bool, fresh string) (string, error) {
				if at != "CreateItem" || fresh != "" {
					cancel(errors.New("enough"))
				}
				return asked(ctx, account, prompt, fresh)
			}
			if err := s.save(ctx, "mcp.example", newRecord()); err == nil || !strings.Contains(err.Error(), "enough") {
				t.Errorf("%s: %v", at, err)
			}
		}
	})
}
