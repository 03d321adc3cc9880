//go:build unix && !darwin

package oauth

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/godbus/dbus/v5"
)

// The names of freedesktop.org's Secret Service API 0.2, which GNOME Keyring,
// KWallet and KeePassXC serve.
const (
	secretsName       = "org.freedesktop.secrets"
	secretsPath       = dbus.ObjectPath("/org/freedesktop/secrets")
	secretsService    = "org.freedesktop.Secret.Service"
	secretsCollection = "org.freedesktop.Secret.Collection"
	secretsItem       = "org.freedesktop.Secret.Item"
	secretsPrompt     = "org.freedesktop.Secret.Prompt"
)

// secret is the API's structure of that name.
type secret struct {
	Session     dbus.ObjectPath
	Parameters  []byte
	Value       []byte
	ContentType string
}

// systemKey gives what the system's keychain holds for the account, "" where
// that is nothing. With fresh, that is put there first where there was nothing.
// The user is asked to unlock the keychain only with prompt. It fails with
// errNoKeychain where there is none, with errLockedKeychain where it is locked.
func systemKey(ctx context.Context, account string, prompt bool, fresh string) (string, error) {
	address := busAddress()
	if address == "" {
		return "", errNoKeychain
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // closes the connection
	conn, err := dbus.Dial(address, dbus.WithContext(ctx))
	if err != nil {
		return "", errNoKeychain
	}
	if err := conn.Auth(nil); err != nil {
		return "", errNoKeychain
	}
	if err := conn.Hello(); err != nil {
		return "", errNoKeychain
	}
	k := &keyring{ctx: ctx, conn: conn, prompt: prompt && display()}
	var owned bool
	if k.call(conn.BusObject(), "org.freedesktop.DBus.NameHasOwner", secretsName).Store(&owned) != nil {
		return "", errNoKeychain
	}
	// It is started only where it could be unlocked then.
	if !owned && (!display() || k.call(conn.BusObject(), "org.freedesktop.DBus.StartServiceByName", secretsName, uint32(0)).Err != nil) {
		return "", errNoKeychain
	}
	return k.key(account, fresh)
}

// busAddress is where the session's bus is, "" where there is none. None is
// started.
func busAddress() string {
	if address := os.Getenv("DBUS_SESSION_BUS_ADDRESS"); address != "" && address != "autolaunch:" {
		return address
	}
	dir := os.Getenv("XDG_RUNTIME_DIR")
	if dir == "" {
		dir = filepath.Join("/run/user", strconv.Itoa(os.Getuid()))
	}
	bus := filepath.Join(dir, "bus")
	if info, err := os.Stat(bus); err != nil || info.Mode().Type() != os.ModeSocket {
		return ""
	}
	return "unix:path=" + dbus.EscapeBusAddressValue(bus)
}

// keyring is a connection to the Secret Service.
type keyring struct {
	ctx    context.Context
	conn   *dbus.Conn
	prompt bool
}

func (k *keyring) call(o dbus.BusObject, method string, args ...any) *dbus.Call {
	return o.CallWithContext(k.ctx, method, 0, args...)
}

func (k *keyring) at(path dbus.ObjectPath) dbus.BusObject { return k.conn.Object(secretsName, path) }

func (k *keyring) key(account, fresh string) (string, error) {
	failed := func(what string, err error) error {
		return fmt.Errorf("the system keychain: %s: %s", what, line(err.Error()))
	}
	service := k.at(secretsPath)
	attributes := map[string]string{"service": "mcpjs", "account": account}
	var open, locked []dbus.ObjectPath
	if err := k.call(service, secretsService+".SearchItems", attributes).Store(&open, &locked); err != nil {
		return "", failed("search", err)
	}
	var session dbus.ObjectPath
	var output dbus.Variant
	if err := k.call(service, secretsService+".OpenSession", "plain", dbus.MakeVariant("")).Store(&output, &session); err != nil {
		return "", failed("open a session", err)
	}
	if len(open) == 0 && len(locked) > 0 {
		if err := k.unlock(locked[0]); err != nil {
			return "", err
		}
		open = locked
	}
	if len(open) > 0 {
		var found secret
		if err := k.call(k.at(open[0]), secretsItem+".GetSecret", session).Store(&found); err != nil {
			return "", failed("read", err)
		}
		return string(found.Value), nil
	}
	if fresh == "" {
		return "", nil
	}
	var collection dbus.ObjectPath
	if err := k.call(service, secretsService+".ReadAlias", "default").Store(&collection); err != nil || collection == "/" {
		return "", errNoKeychain
	}
	shut, err := k.at(collection).GetProperty(secretsCollection + ".Locked")
	if err != nil {
		return "", failed("look at it", err)
	}
	if shut.Value() != false {
		if err := k.unlock(collection); err != nil {
			return "", err
		}
	}
	var item, ask dbus.ObjectPath
	properties := map[string]dbus.Variant{
		secretsItem + ".Label":      dbus.MakeVariant("mcpjs: the key of stored tokens"),
		secretsItem + ".Attributes": dbus.MakeVariant(attributes),
	}
	kept := secret{Session: session, Parameters: []byte{}, Value: []byte(fresh), ContentType: "text/plain"}
	if err := k.call(k.at(collection), secretsCollection+".CreateItem", properties, kept, true).Store(&item, &ask); err != nil {
		return "", failed("write", err)
	}
	if err := k.answer(ask); err != nil {
		return "", err
	}
	return fresh, nil
}

// unlock has the user unlock an item or a collection.
func (k *keyring) unlock(path dbus.ObjectPath) error {
	var done []dbus.ObjectPath
	var ask dbus.ObjectPath
	if err := k.call(k.at(secretsPath), secretsService+".Unlock", []dbus.ObjectPath{path}).Store(&done, &ask); err != nil {
		return errLockedKeychain
	}
	return k.answer(ask)
}

// answer waits for the user to answer a prompt; "/" stands for none.
func (k *keyring) answer(ask dbus.ObjectPath) error {
	if ask == "/" {
		return nil
	}
	if !k.prompt {
		_ = k.call(k.at(ask), secretsPrompt+".Dismiss").Err
		return errLockedKeychain
	}
	signals := make(chan *dbus.Signal, 16)
	k.conn.Signal(signals)
	if err := k.conn.AddMatchSignalContext(k.ctx, dbus.WithMatchObjectPath(ask), dbus.WithMatchInterface(secretsPrompt)); err != nil {
		return errLockedKeychain
	}
	if k.call(k.at(ask), secretsPrompt+".Prompt", "").Err != nil {
		return errLockedKeychain
	}
	for {
		select {
		case s, open := <-signals:
			switch {
			case !open:
				return errLockedKeychain
			case s.Path != ask || s.Name != secretsPrompt+".Completed" || len(s.Body) == 0:
				continue
			case s.Body[0] != false: // dismissed
				return errLockedKeychain
			}
			return nil
		case <-k.ctx.Done():
			return errLockedKeychain
		}
	}
}
