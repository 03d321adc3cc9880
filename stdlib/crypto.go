package stdlib

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"crypto/subtle"
	_ "embed"
	"encoding"
	"fmt"
	"hash"
	"maps"
	"math/big"
	"slices"
	"strings"

	"mcpjs/engine"
)

//go:embed crypto.d.ts
var cryptoTypes string

//go:embed crypto.js
var cryptoSource string

var cryptoCode = engine.Embed("crypto.js", cryptoSource)

// crypto is the web's crypto, with digests and HMAC of its subtle, and of
// node's module hashes, HMAC, random numbers and constant-time comparison.
var crypto = engine.Module{
	Name: "crypto",
	Node: true,
	Load: func(rt *engine.Runtime) (*engine.Object, error) {
		return cryptoExports(rt).Get("module").(*engine.Object), nil
	},
	Globals: func(rt *engine.Runtime) {
		lazyExports(rt, cryptoExports, "crypto", "Crypto", "SubtleCrypto", "CryptoKey")
	},
	Types: cryptoTypes,
}

var hashes = map[string]func() hash.Hash{
	"md5": md5.New, "sha1": sha1.New, "sha224": sha256.New224, "sha256": sha256.New,
	"sha384": sha512.New384, "sha512": sha512.New, "sha512-224": sha512.New512_224, "sha512-256": sha512.New512_256,
	"sha3-224": func() hash.Hash { return sha3.New224() }, "sha3-256": func() hash.Hash { return sha3.New256() },
	"sha3-384": func() hash.Hash { return sha3.New384() }, "sha3-512": func() hash.Hash { return sha3.New512() },
}

func hashByName(name string) func() hash.Hash {
	name = strings.TrimPrefix(strings.ToLower(name), "rsa-")
	if h := hashes[name]; h != nil {
		return h
	}
	return hashes[strings.Replace(name, "sha-", "sha", 1)]
}

// aHash is a running hash as an object that scripts hold.
type aHash struct {
	hash.Hash
	make func() hash.Hash
}

func cryptoExports(rt *engine.Runtime) *engine.Object {
	return cryptoCode.Load(rt, func() []engine.Value {
		vm := rt.VM()
		native := vm.NewObject()
		native.Set("DOMException", eventExports(rt).Get("DOMException"))
		native.Set("hashes", vm.NewArray(anyOf(slices.Sorted(maps.Keys(hashes)))...))
		method := func(name string, fn func(c engine.Call) engine.Value) { rt.Method(native, name, fn) }
		class := rt.NewClass("Hash", nil)
		running := func(v engine.Value) *aHash {
			h, _ := class.Of(v)
			return h.(*aHash)
		}
		memory := func(v engine.Value) []byte { return bytesArgument(rt, v, "data") }
		random := func(b []byte) {
			if _, err := rand.Read(b); err != nil {
				rt.Throw(fmt.Errorf("random bytes: %w", err))
			}
		}
		method("received", func(c engine.Call) engine.Value { return vm.ToValue(received(rt, c.Argument(0))) })
		method("hash", func(c engine.Call) engine.Value {
			make := hashByName(c.Argument(0).String())
			if make == nil {
				return nil
			}
			return class.New(&aHash{make(), make})
		})
		method("hmac", func(c engine.Call) engine.Value {
			make := hashByName(c.Argument(0).String())
			return class.New(&aHash{Hash: hmac.New(make, slices.Clone(memory(c.Argument(1))))})
		})
		method("update", func(c engine.Call) engine.Value {
			_, _ = running(c.Argument(0)).Write(memory(c.Argument(1)))
			return nil
		})
		method("digest", func(c engine.Call) engine.Value { return rt.Bytes(running(c.Argument(0)).Sum(nil)) })
		method("copy", func(c engine.Call) engine.Value {
			h := running(c.Argument(0))
			twin := h.make()
			state, err := h.Hash.(encoding.BinaryMarshaler).MarshalBinary()
			if err == nil {
				err = twin.(encoding.BinaryUnmarshaler).UnmarshalBinary(state)
			}
			if err != nil {
				rt.Throw(fmt.Errorf("copy a hash: %w", err))
			}
			return class.New(&aHash{twin, h.make})
		})
		method("random", func(c engine.Call) engine.Value {
			random(memory(c.Argument(0)))
			return nil
		})
		method("randomInt", func(c engine.Call) engine.Value {
			n, err := rand.Int(rand.Reader, big.NewInt(c.Argument(0).ToInteger()))
			if err != nil {
				rt.Throw(fmt.Errorf("random number: %w", err))
			}
			return vm.ToValue(n.Int64())
		})
		method("uuid", func(engine.Call) engine.Value {
			b := make([]byte, 16)
			random(b)
			b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
			return vm.ToValue(fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]))
		})
		method("equal", func(c engine.Call) engine.Value {
			return vm.ToValue(subtle.ConstantTimeCompare(memory(c.Argument(0)), memory(c.Argument(1))) == 1)
		})
		return []engine.Value{native}
	})
}
