package oauth

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"
)

const (
	// keychainTime bounds a wait for the system's keychain, promptTime one for
	// the user to unlock it.
	keychainTime = 5 * time.Second
	promptTime   = time.Minute
	sealKeySize  = 32 // AES-256
)

// What systemKey fails with.
var (
	errNoKeychain     = errors.New("there is no system keychain, or it can't be reached from here")
	errLockedKeychain = errors.New("the system keychain is locked")
)

// vault gives the key that the store's files are sealed with, nil where they
// aren't. With fresh, one is made where the keychain has none.
func (s *Store) vault(ctx context.Context, fresh bool) ([]byte, error) {
	if s.keychain == never {
		return nil, nil
	}
	select {
	case s.asking <- struct{}{}:
		defer func() { <-s.asking }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if s.key != nil || s.plain && fresh {
		return s.key, nil
	}
	// Whoever has asked for it waits for its prompt, and so do those whose
	// token is in it.
	prompt := s.keychain == required || !fresh
	key, err := s.ask(ctx, prompt, nil)
	if err == nil && key == nil && fresh {
		// Two processes must not make one each.
		var unlock func()
		if unlock, err = s.lock(ctx, "keychain", nil); err != nil {
			return nil, err
		}
		defer unlock()
		key = make([]byte, sealKeySize)
		_, _ = rand.Read(key) // never fails
		key, err = s.ask(ctx, prompt, key)
	}
	switch {
	case err == nil:
		s.key = key
		s.sealed.Store(key != nil)
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case s.keychain == ifThere && fresh:
		s.plain, err = true, nil
	}
	return s.key, err
}

func (s *Store) ask(ctx context.Context, prompt bool, fresh []byte) ([]byte, error) {
	limit := keychainTime
	if prompt {
		limit = promptTime
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	text, err := s.system(ctx, s.Dir, prompt, base64.StdEncoding.EncodeToString(fresh))
	switch {
	case err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, fmt.Errorf("the system keychain did not answer within %s", limit)
	case err != nil || text == "":
		return nil, err
	}
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(key) != sealKeySize {
		return nil, fmt.Errorf("the system keychain holds something else than the key that mcpjs keeps there for %s", s.Dir)
	}
	return key, nil
}

func sealer(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// seal gives the record as it is to be written.
func (s *Store) seal(ctx context.Context, name string, r *record) (*record, error) {
	key, err := s.vault(ctx, true)
	if err != nil || key == nil {
		return r, err
	}
	data, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	aead, err := sealer(key)
	if err != nil {
		return nil, err
	}
	return &record{Server: r.Server, Sealed: aead.Seal(nil, nil, data, []byte(name))}, nil
}

// open gives what a sealed record holds.
func (s *Store) open(ctx context.Context, name string, r *record) ([]byte, error) {
	own := s
	if s.keychain == never { // written when a keychain was to be used
		own = &Store{Dir: s.Dir, keychain: ifThere, system: s.system, asking: make(chan struct{}, 1)}
	}
	key, err := own.vault(ctx, false)
	if err != nil {
		return nil, (&Error{Reason: "the stored token is sealed with a key in the system keychain", Err: err}).
			hint(`unlock it; or "mcpjs logout" with the server, then "mcpjs login --store file" to do without`)
	}
	if key != nil {
		aead, err := sealer(key)
		if err != nil {
			return nil, err
		}
		if data, err := aead.Open(nil, nil, r.Sealed, []byte(name)); err == nil {
			return data, nil
		}
	}
	return nil, &unreadable{(&Error{Reason: "the stored token is sealed with a key that the system keychain no longer holds"}).
		hint(`log in anew: "mcpjs login" with the server`)}
}

// display tells whether a keychain could show a window to ask for its password.
func display() bool { return os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != "" }
