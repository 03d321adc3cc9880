// The web's crypto and node's module of that name.
(native) => {
"use strict";
const error = (C, code, message) => Object.assign(new C(message), { code });
const domError = (message, name) => new native.DOMException(message, name);
const bytes = (data, encoding, name = "data") => {
	if (typeof data === "string") return Buffer.from(data, encoding === "buffer" ? undefined : encoding);
	if (data instanceof KeyObject) return data.export();
	if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
	if (data instanceof ArrayBuffer) return new Uint8Array(data);
	throw error(TypeError, "ERR_INVALID_ARG_TYPE", `The "${name}" argument must be of type string or an instance of Buffer, TypedArray, or DataView. Received ${native.received(data)}`);
};
const out = (b, encoding) => {
	const buf = Buffer.from(b.buffer, b.byteOffset, b.byteLength);
	return encoding === undefined || encoding === null || encoding === "buffer" ? buf : buf.toString(encoding);
};
class KeyObject {
	#bytes;
	constructor(b) { this.#bytes = b; }
	get type() { return "secret"; }
	get symmetricKeySize() { return this.#bytes.length; }
	export(options) { return options?.format === "jwk" ? { kty: "oct", k: out(this.#bytes, "base64url") } : Buffer.from(this.#bytes); }
	equals(other) { return Buffer.from(this.#bytes).equals(other.export()); }
}
class Hash {
	#h; #done = false;
	constructor(h) { this.#h = h; }
	update(data, encoding) {
		if (this.#done) throw error(Error, "ERR_CRYPTO_HASH_FINALIZED", "Digest already called");
		native.update(this.#h, bytes(data, encoding));
		return this;
	}
	digest(encoding) {
		if (this.#done) throw error(Error, "ERR_CRYPTO_HASH_FINALIZED", "Digest already called");
		this.#done = true;
		return out(native.digest(this.#h), encoding);
	}
	copy() {
		if (this.#done) throw error(Error, "ERR_CRYPTO_HASH_FINALIZED", "Digest already called");
		return new Hash(native.copy(this.#h));
	}
	write(data, encoding) { this.update(data, encoding); return true; }
	end(data, encoding) { if (data !== undefined) this.update(data, encoding); return this; }
	read() { return this.digest(); }
}
class Hmac {
	#h; #done = false;
	constructor(h) { this.#h = h; }
	update(data, encoding) {
		if (this.#done) throw error(Error, "ERR_CRYPTO_HASH_FINALIZED", "Digest already called");
		native.update(this.#h, bytes(data, encoding));
		return this;
	}
	digest(encoding) {
		if (this.#done) return out(new Uint8Array(0), encoding);
		this.#done = true;
		return out(native.digest(this.#h), encoding);
	}
}
const hashOf = (algorithm) => {
	if (typeof algorithm !== "string") throw error(TypeError, "ERR_INVALID_ARG_TYPE", `The "algorithm" argument must be of type string. Received ${native.received(algorithm)}`);
	const h = native.hash(algorithm);
	if (!h) throw error(Error, "ERR_OSSL_EVP_UNSUPPORTED", "Digest method not supported");
	return h;
};

const ints = new Set(["Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array", "BigInt64Array", "BigUint64Array"]);
const tagOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get;
function getRandomValues(view) {
	if (!ArrayBuffer.isView(view) || !ints.has(tagOf.call(view))) throw domError("The data argument must be an integer-type TypedArray", "TypeMismatchError");
	if (view.byteLength > 65536) throw domError(`The requested length exceeds 65,536 bytes`, "QuotaExceededError");
	native.random(view);
	return view;
}
const randomUUID = () => native.uuid();
const randomBytes = (size, done) => {
	if (typeof size !== "number") throw error(TypeError, "ERR_INVALID_ARG_TYPE", `The "size" argument must be of type number. Received ${native.received(size)}`);
	if (!(size >= 0 && size <= 2147483647)) throw error(RangeError, "ERR_OUT_OF_RANGE", `The value of "size" is out of range. It must be >= 0 && <= 2147483647. Received ${size}`);
	const b = Buffer.alloc(size);
	native.random(b);
	if (typeof done === "function") { queueMicrotask(() => done(null, b)); return; }
	return b;
};
const randomFillSync = (view, offset = 0, size) => {
	const b = bytes(view, undefined, "buf"), n = size ?? b.length - offset;
	native.random(b.subarray(offset, offset + n));
	return view;
};
const randomInt = (min, max, done) => {
	if (max === undefined || typeof max === "function") { done = max; max = min; min = 0; }
	for (const [name, v] of [["min", min], ["max", max]])
		if (!Number.isSafeInteger(v)) throw error(TypeError, "ERR_INVALID_ARG_TYPE", `The "${name}" argument must be a safe integer. Received ${native.received(v)}`);
	if (max <= min) throw error(RangeError, "ERR_OUT_OF_RANGE", `The value of "max" is out of range. It must be greater than the value of "min" (${min}). Received ${max}`);
	if (max - min > 2 ** 48 - 1) throw error(RangeError, "ERR_OUT_OF_RANGE", `The value of "max - min" is out of range. It must be <= 281474976710655. Received ${max - min}`);
	const n = min + native.randomInt(max - min);
	if (typeof done === "function") { queueMicrotask(() => done(null, n)); return; }
	return n;
};
const timingSafeEqual = (a, b) => {
	const x = typeof a === "string" ? null : bytes(a, undefined, "buf1"), y = typeof b === "string" ? null : bytes(b, undefined, "buf2");
	if (!x || !y) throw error(TypeError, "ERR_INVALID_ARG_TYPE", `The "${x ? "buf2" : "buf1"}" argument must be an instance of ArrayBuffer, Buffer, TypedArray, or DataView. Received ${native.received(x ? b : a)}`);
	if (x.length !== y.length) throw error(RangeError, "ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH", "Input buffers must have the same byte length");
	return native.equal(x, y);
};

// Web crypto: digests and HMAC.
const digests = { "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512" };
const nameOf = (a) => String(typeof a === "string" ? a : a?.name).toUpperCase();
const digestOf = (a) => {
	const name = nameOf(a);
	if (!(name in digests)) throw domError(`Unrecognized algorithm name`, "NotSupportedError");
	return name;
};
const hmacOnly = (a) => {
	if (nameOf(a) !== "HMAC") throw domError(`${nameOf(a)}: only digests and HMAC are available in mcpjs`, "NotSupportedError");
};
const source = (v) => {
	if (!ArrayBuffer.isView(v) && !(v instanceof ArrayBuffer)) throw error(TypeError, "ERR_INVALID_ARG_TYPE", "data must be an ArrayBuffer or a view of one");
	return bytes(v);
};
const whole = (b) => b.buffer.slice(b.byteOffset, b.byteOffset + b.byteLength);
const secrets = new WeakMap();
const token = {};
class CryptoKey {
	constructor(key, raw, hash, extractable, usages) {
		if (key !== token) throw error(TypeError, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
		secrets.set(this, raw);
		Object.assign(this, { type: "secret", extractable, algorithm: { name: "HMAC", hash: { name: hash }, length: raw.length * 8 }, usages });
	}
}
const hmacKey = (raw, algorithm, extractable, usages) => {
	const list = [...usages];
	if (!list.length) throw domError("Usages cannot be empty when importing a secret key.", "SyntaxError");
	if (list.some((u) => u !== "sign" && u !== "verify")) throw domError("Unsupported key usage for an HMAC key", "SyntaxError");
	if (raw.length === 0) throw domError("Zero-length key is not supported", "DataError");
	return new CryptoKey(token, raw, digestOf(algorithm.hash), !!extractable, list);
};
const secretOf = (key, usage) => {
	if (!secrets.has(key)) throw error(TypeError, "ERR_INVALID_ARG_TYPE", "key must be a CryptoKey");
	if (usage && !key.usages.includes(usage)) throw domError(`Unable to use this key to ${usage}`, "InvalidAccessError");
	return secrets.get(key);
};
const mac = (key, raw, data) => {
	const h = native.hmac(digests[key.algorithm.hash.name], raw);
	native.update(h, source(data));
	return native.digest(h);
};
class SubtleCrypto {
	async digest(algorithm, data) {
		const h = native.hash(digests[digestOf(algorithm)]);
		native.update(h, source(data));
		return whole(native.digest(h));
	}
	async importKey(format, data, algorithm, extractable, usages) {
		hmacOnly(algorithm);
		if (format === "raw") return hmacKey(source(data).slice(), algorithm, extractable, usages);
		if (format === "jwk") return hmacKey(new Uint8Array(Buffer.from(data.k, "base64url")), algorithm, extractable, usages);
		throw domError(`importKey: the format ${format} is not available for HMAC`, "NotSupportedError");
	}
	async exportKey(format, key) {
		const raw = secretOf(key);
		if (!key.extractable) throw domError("key is not extractable", "InvalidAccessError");
		if (format === "raw") return whole(raw.slice());
		if (format === "jwk") return { key_ops: [...key.usages], ext: true, kty: "oct", k: out(raw, "base64url"), alg: "HS" + key.algorithm.hash.name.slice(4) };
		throw domError(`exportKey: the format ${format} is not available for HMAC`, "NotSupportedError");
	}
	async generateKey(algorithm, extractable, usages) {
		hmacOnly(algorithm);
		const hash = digestOf(algorithm.hash);
		const raw = new Uint8Array(algorithm.length ? Math.ceil(algorithm.length / 8) : hash === "SHA-1" || hash === "SHA-256" ? 64 : 128);
		native.random(raw);
		return hmacKey(raw, algorithm, extractable, usages);
	}
	async sign(algorithm, key, data) {
		hmacOnly(algorithm);
		return whole(mac(key, secretOf(key, "sign"), data));
	}
	async verify(algorithm, key, signature, data) {
		hmacOnly(algorithm);
		const want = mac(key, secretOf(key, "verify"), data), got = source(signature);
		return want.length === got.length && native.equal(want, got);
	}
}
for (const name of ["encrypt", "decrypt", "deriveBits", "deriveKey", "wrapKey", "unwrapKey"])
	Object.defineProperty(SubtleCrypto.prototype, name, { configurable: true, writable: true,
		value: { async [name]() { throw domError(`crypto.subtle.${name} is not available in mcpjs: only digests and HMAC are`, "NotSupportedError"); } }[name] });
const subtle = new SubtleCrypto();
class Crypto {
	get subtle() { return subtle; }
	getRandomValues(view) { return getRandomValues(view); }
	randomUUID() { return randomUUID(); }
}
for (const C of [Crypto, SubtleCrypto, CryptoKey]) Object.defineProperty(C.prototype, Symbol.toStringTag, { value: C.name, configurable: true });
const webcrypto = new Crypto();

const hmacKeyBytes = (key) => typeof key === "string" ? Buffer.from(key) : bytes(key, undefined, "key");
const module = {
	webcrypto, subtle, getRandomValues, randomUUID, randomBytes, randomFillSync, randomInt, timingSafeEqual, Hash, Hmac, KeyObject,
	pseudoRandomBytes: randomBytes,
	createHash: (algorithm) => new Hash(hashOf(algorithm)),
	createHmac(algorithm, key) {
		hashOf(algorithm);
		return new Hmac(native.hmac(algorithm, hmacKeyBytes(key)));
	},
	createSecretKey: (key, encoding) => new KeyObject(bytes(key, encoding, "key").slice()),
	...Object.fromEntries(["createPublicKey", "createPrivateKey", "createSign", "createVerify", "createCipheriv", "createDecipheriv", "createDiffieHellman", "createECDH", "generateKeyPair", "generateKeyPairSync", "sign", "verify", "publicEncrypt", "privateDecrypt", "scrypt", "scryptSync", "hkdf", "hkdfSync"]
		.map((name) => [name, { [name]() { throw error(Error, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", `crypto.${name} is not available in mcpjs`); } }[name]])),
	getHashes: () => [...native.hashes],
	hash: (algorithm, data, encoding = "hex") => new Hash(hashOf(algorithm)).update(data).digest(encoding),
};
return { crypto: webcrypto, Crypto, SubtleCrypto, CryptoKey, module };
}
