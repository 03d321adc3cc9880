// fetch, Headers, Request, Response.
(native) => {
"use strict";
const inspect = Symbol.for("nodejs.util.inspect.custom");
const { onAbort, isSignal, disturbed, isReadable, bytesOf, DOMException } = native;
const hide = (o, key, value) => Object.defineProperty(o, key, { value, writable: true, configurable: true });

const tokenRE = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const byteString = (v, where) => {
	v = String(v);
	for (let i = 0; i < v.length; i++)
		if (v.charCodeAt(i) > 255) throw new TypeError(`Cannot convert argument to a ByteString because the character at index ${i} has a value of ${v.charCodeAt(i)} which is greater than 255.`);
	return v;
};
const headerName = (name, method) => {
	name = byteString(name);
	if (!tokenRE.test(name)) throw new TypeError(`Headers.${method}: "${name}" is an invalid header name.`);
	return name.toLowerCase();
};
const headerValue = (value, method) => {
	value = byteString(value).replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, "");
	if (/[\0\r\n]/.test(value)) throw new TypeError(`Headers.${method}: "${value}" is an invalid header value.`);
	return value;
};
let lists, freeze;
class Headers {
	#map = new Map(); #cookies = []; #immutable = false;
	static {
		lists = (h) => ({ map: h.#map, cookies: h.#cookies });
		freeze = (h) => { h.#immutable = true; return h; };
	}
	constructor(init) {
		if (init === undefined) return;
		if (init === null || typeof init !== "object" && typeof init !== "function")
			throw new TypeError("Headers constructor: init was given by the user of an invalid type; give an object, an array of pairs, or Headers");
		if (init instanceof Headers) {
			for (const [k, v] of init.#map) this.#map.set(k, v);
			this.#cookies = [...init.#cookies];
		} else if (typeof init[Symbol.iterator] === "function") {
			for (const pair of init) {
				const two = [...pair];
				if (two.length !== 2) throw new TypeError("Headers constructor: expected name/value pair to be length 2, found " + two.length + ".");
				this.append(two[0], two[1]);
			}
		} else for (const key of Reflect.ownKeys(init)) {
			if (Object.getOwnPropertyDescriptor(init, key)?.enumerable) this.append(key, init[key]);
		}
	}
	#change() { if (this.#immutable) throw new TypeError("immutable"); }
	append(name, value) {
		name = headerName(name, "append");
		value = headerValue(value, "append");
		this.#change();
		if (name === "set-cookie") { this.#cookies.push(value); return; }
		this.#map.set(name, this.#map.has(name) ? `${this.#map.get(name)}${name === "cookie" ? "; " : ", "}${value}` : value);
	}
	set(name, value) {
		name = headerName(name, "set");
		value = headerValue(value, "set");
		this.#change();
		if (name === "set-cookie") this.#cookies = [value];
		else this.#map.set(name, value);
	}
	delete(name) {
		name = headerName(name, "delete");
		this.#change();
		if (name === "set-cookie") this.#cookies = [];
		else this.#map.delete(name);
	}
	get(name) {
		name = headerName(name, "get");
		if (name === "set-cookie") return this.#cookies.length ? this.#cookies.join(", ") : null;
		return this.#map.get(name) ?? null;
	}
	has(name) {
		name = headerName(name, "has");
		return name === "set-cookie" ? this.#cookies.length > 0 : this.#map.has(name);
	}
	getSetCookie() { return [...this.#cookies]; }
	#sorted() {
		const out = [...this.#map];
		for (const c of this.#cookies) out.push(["set-cookie", c]);
		return out.map((pair, i) => [pair, i]).sort(([a, i], [b, j]) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : i - j)).map(([pair]) => pair);
	}
	forEach(fn, self) {
		if (typeof fn !== "function") throw new TypeError("Headers.forEach: parameter 1 is not of type 'Function'.");
		for (const [k, v] of this.#sorted()) fn.call(self, v, k, this);
	}
	entries() { return this.#sorted().map(([k, v]) => [k, v]).values(); }
	keys() { return this.#sorted().map(([k]) => k).values(); }
	values() { return this.#sorted().map(([, v]) => v).values(); }
	[inspect](depth, options, show) {
		const o = {};
		for (const [k, v] of this.#map) o[k] = v;
		if (this.#cookies.length) o["set-cookie"] = this.#cookies.length === 1 ? this.#cookies[0] : [...this.#cookies];
		return `Headers ${show(o, options)}`;
	}
}
hide(Headers.prototype, Symbol.iterator, Headers.prototype.entries);

// A body is {bytes} or {stream} or {remote}, a response's on the network; once
// somebody looks at it, it is a stream.
class Body {
	used = false; stream = null;
	constructor({ bytes = null, stream = null, remote = null, type = null, length = null }) {
		Object.assign(this, { bytes, stream, remote, type, length });
	}
	get unusable() { return this.used || !!this.stream && (disturbed(this.stream) || this.stream.locked); }
	get disturbed() { return this.used || !!this.stream && disturbed(this.stream); }
	asStream() {
		if (this.stream) return this.stream;
		const { bytes, remote } = this;
		if (remote) {
			this.stream = new ReadableStream({
				type: "bytes",
				async pull(c) {
					const chunk = await remote.read();
					if (chunk === null) c.close();
					else c.enqueue(chunk);
				},
				cancel() { remote.cancel(); },
			}, { highWaterMark: 0 });
			if (this.used) this.stream.getReader();
			return this.stream;
		}
		let sent = false;
		this.stream = new ReadableStream({
			type: "bytes",
			pull(c) {
				if (!sent && bytes.length) { sent = true; c.enqueue(bytes.slice()); }
				else c.close();
			},
		}, { highWaterMark: 0 });
		if (this.used) quiet(this.stream.cancel());
		return this.stream;
	}
	// all gives every byte, once.
	async all() {
		this.used = true;
		if (this.stream) {
			const chunks = [];
			const reader = this.stream.getReader();
			for (;;) {
				const { value, done } = await reader.read();
				if (done) break;
				if (!(value instanceof Uint8Array)) throw new TypeError("Received non-Uint8Array chunk");
				chunks.push(value);
			}
			const out = new Uint8Array(chunks.reduce((n, c) => n + c.length, 0));
			let at = 0;
			for (const c of chunks) { out.set(c, at); at += c.length; }
			return out;
		}
		return this.remote ? this.remote.all() : this.bytes;
	}
	clone() {
		if (!this.stream && !this.remote) return new Body({ bytes: this.bytes, type: this.type, length: this.length });
		const [a, b] = this.asStream().tee();
		this.stream = a;
		this.remote = null;
		return new Body({ stream: b, type: this.type, length: this.length });
	}
}
const quiet = (p) => { p.catch(() => {}); return p; };
const encode = (text) => native.encode(text);
const extract = (v) => {
	if (typeof v === "string") return new Body({ bytes: encode(v), type: "text/plain;charset=UTF-8" });
	if (v instanceof URLSearchParams) return new Body({ bytes: encode(String(v)), type: "application/x-www-form-urlencoded;charset=UTF-8" });
	if (v instanceof ArrayBuffer) return new Body({ bytes: new Uint8Array(v.slice(0)) });
	if (ArrayBuffer.isView(v)) return new Body({ bytes: new Uint8Array(v.buffer, v.byteOffset, v.byteLength).slice() });
	if (bytesOf(v)) return new Body({ bytes: bytesOf(v), type: v.type || null });
	if (v instanceof FormData) return multipart(v);
	if (isReadable(v)) {
		if (disturbed(v) || v.locked) throw new TypeError("Response body object should not be disturbed or locked");
		return new Body({ stream: v });
	}
	if (typeof v === "object" && typeof v?.[Symbol.asyncIterator] === "function") return new Body({ stream: ReadableStream.from(v) });
	return new Body({ bytes: encode(String(v)), type: "text/plain;charset=UTF-8" });
};
const multipart = (form) => {
	const boundary = "----formdata-mcpjs-" + native.boundary();
	const escape = (s) => s.replace(/\n/g, "%0A").replace(/\r/g, "%0D").replace(/"/g, "%22");
	const parts = [];
	for (const [name, value] of form) {
		const head = `--${boundary}\r\nContent-Disposition: form-data; name="${escape(name.replace(/\r?\n|\r/g, "\r\n"))}"`;
		if (typeof value === "string") parts.push(`${head}\r\n\r\n${value.replace(/\r?\n|\r/g, "\r\n")}\r\n`);
		else parts.push(`${head}; filename="${escape(value.name)}"\r\nContent-Type: ${value.type || "application/octet-stream"}\r\n\r\n`, value, "\r\n");
	}
	parts.push(`--${boundary}--\r\n`);
	return new Body({ bytes: bytesOf(new Blob(parts)), type: `multipart/form-data; boundary=${boundary}` });
};

const bodies = new WeakMap(); // Request or Response → Body, or null
const bodyMethods = (C) => {
	const consume = async (o, make) => {
		if (!(o instanceof C)) throw new TypeError("Illegal invocation");
		const body = bodies.get(o);
		if (!body) return make(new Uint8Array(0), o);
		if (body.unusable) throw new TypeError("Body is unusable: Body has already been read");
		const signal = o instanceof Request ? o.signal : undefined;
		signal?.throwIfAborted();
		return make(await body.all(), o);
	};
	const contentType = (o) => o.headers.get("content-type") ?? "";
	const methods = {
		text() { return consume(this, native.text); },
		json() { return consume(this, (b) => JSON.parse(native.text(b))); },
		arrayBuffer() { return consume(this, (b) => b.slice().buffer); },
		bytes() { return consume(this, (b) => b.slice()); },
		blob() { return consume(this, (b, o) => new Blob([b], { type: contentType(o) })); },
		formData() {
			return consume(this, (b, o) => {
				const type = contentType(o), form = new FormData();
				if (/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) {
					for (const [k, v] of new URLSearchParams(native.text(b))) form.append(k, v);
					return form;
				}
				const list = /^multipart\/form-data\s*(;|$)/i.test(type) ? native.multipart(b, type) : undefined;
				if (!list) throw new TypeError('Content-Type was not one of "multipart/form-data" or "application/x-www-form-urlencoded".');
				for (const [name, value, file, mime] of list)
					if (file === undefined) form.append(name, native.text(value));
					else form.append(name, new File([value], file, { type: mime }));
				return form;
			});
		},
	};
	for (const name in methods) hide(C.prototype, name, methods[name]);
	for (const [name, get] of [
		["body", (body) => (body ? body.asStream() : null)],
		["bodyUsed", (body) => !!body && body.disturbed],
	]) Object.defineProperty(C.prototype, name, { configurable: true, enumerable: true, get() { return get(bodies.get(this)); } });
	Object.defineProperty(C.prototype, Symbol.toStringTag, { value: C.name, configurable: true });
};

const choice = (init, name, values) => {
	const v = init[name];
	if (v !== undefined && !values.includes(v)) throw new TypeError(`Request constructor: ${v} is not an accepted type. Expected one of ${values.join(", ")}.`);
	return v;
};
const fields = ["method", "url", "redirect", "mode", "credentials", "cache", "referrer", "referrerPolicy", "integrity", "keepalive", "duplex"];
class Request {
	#s; #headers; #signal;
	constructor(input, init = {}) {
		if (arguments.length === 0) throw new TypeError("Request constructor: 1 argument required, but only 0 present.");
		init ??= {};
		let s, body = null, headers;
		const from = input instanceof Request ? input : null;
		if (from) {
			s = { ...from.#s };
			headers = from.headers;
		} else {
			const url = URL.parse(String(input));
			if (!url) throw new TypeError("Failed to parse URL from " + input, { cause: (() => { try { new URL(String(input)); } catch (e) { return e; } })() });
			if (url.username || url.password) throw new TypeError("Request cannot be constructed from a URL that includes credentials: " + url.href.replace(/\/\/[^@/]*@/, "//***@"));
			s = { method: "GET", url: url.href, redirect: "follow", mode: "cors", credentials: "same-origin", cache: "default", referrer: "about:client", referrerPolicy: "", integrity: "", keepalive: false, duplex: "half" };
		}
		if (init.method !== undefined) {
			const method = byteString(init.method);
			if (!tokenRE.test(method)) throw new TypeError(`'${method}' is not a valid HTTP method.`);
			if (/^(connect|trace|track)$/i.test(method)) throw new TypeError(`'${method}' HTTP method is unsupported.`);
			s.method = /^(delete|get|head|options|post|put)$/i.test(method) ? method.toUpperCase() : method;
		}
		s.redirect = choice(init, "redirect", ["follow", "manual", "error"]) ?? s.redirect;
		s.mode = choice(init, "mode", ["cors", "no-cors", "same-origin", "navigate"]) ?? s.mode;
		s.credentials = choice(init, "credentials", ["omit", "same-origin", "include"]) ?? s.credentials;
		s.cache = choice(init, "cache", ["default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"]) ?? s.cache;
		for (const name of ["referrer", "referrerPolicy", "integrity"]) if (init[name] !== undefined) s[name] = String(init[name]);
		if (init.keepalive !== undefined) s.keepalive = !!init.keepalive;
		let signal = from ? from.signal : null;
		if (init.signal !== undefined) signal = init.signal;
		if (signal !== null && !isSignal(signal)) throw new TypeError("Failed to construct 'Request': member signal is not of type AbortSignal.");
		this.#signal = signal;
		this.#headers = new Headers(init.headers ?? headers);
		this.#s = s;
		if (init.body !== undefined && init.body !== null) {
			if (s.method === "GET" || s.method === "HEAD") throw new TypeError("Request with GET/HEAD method cannot have body.");
			body = extract(init.body);
			if (body.stream && init.duplex === undefined) throw new TypeError("RequestInit: duplex option is required when sending a body.");
			if (body.type && !this.#headers.has("content-type")) this.#headers.set("content-type", body.type);
		} else if (from && bodies.get(from)) {
			if (s.method === "GET" || s.method === "HEAD") throw new TypeError("Request with GET/HEAD method cannot have body.");
			const old = bodies.get(from);
			if (old.unusable) throw new TypeError("Cannot construct a Request with a Request object that has already been used.");
			body = new Body({ bytes: old.bytes, stream: old.stream, remote: old.remote, type: old.type });
			old.used = true;
			if (old.stream) { const { readable, writable } = new TransformStream(); quiet(old.stream.pipeTo(writable)); body.stream = readable; }
		}
		bodies.set(this, body);
	}
	get headers() { return this.#headers; }
	get signal() { return this.#signal ??= new AbortController().signal; }
	get destination() { return ""; }
	clone() {
		const body = bodies.get(this);
		if (body?.unusable) throw new TypeError("Request.clone: Body has already been consumed.");
		const copy = new Request(this.url, { ...this.#s, headers: this.#headers, signal: this.signal });
		bodies.set(copy, body ? body.clone() : null);
		return copy;
	}
	[inspect](depth, options, show) {
		const { method, url } = this.#s;
		return `Request ${show({ method, url, headers: this.#headers, bodyUsed: this.bodyUsed, redirect: this.#s.redirect, signal: this.signal }, options)}`;
	}
	static {
		for (const name of fields) Object.defineProperty(Request.prototype, name, { configurable: true, enumerable: true, get() { return this.#s[name]; } });
	}
}
bodyMethods(Request);

let makeResponse;
class Response {
	#s; #headers;
	constructor(body = null, init = {}) {
		init ??= {};
		const status = init.status === undefined ? 200 : Math.trunc(Number(init.status));
		if (!(status >= 200 && status <= 599)) throw new RangeError('init["status"] must be in the range of 200 to 599, inclusive.');
		const statusText = init.statusText === undefined ? "" : byteString(init.statusText);
		if (/[^\t\x20-\x7e\x80-\xff]/.test(statusText)) throw new TypeError("Invalid statusText");
		this.#s = { type: "default", url: "", redirected: false, status, statusText };
		this.#headers = new Headers(init.headers);
		let held = null;
		if (body !== null && body !== undefined) {
			if ([101, 204, 205, 304].includes(status)) throw new TypeError(`Response constructor: Invalid response status code ${status}`);
			held = extract(body);
			if (held.type && !this.#headers.has("content-type")) this.#headers.set("content-type", held.type);
		}
		bodies.set(this, held);
	}
	static {
		makeResponse = (s, headers, body) => {
			const r = new Response();
			r.#s = s;
			for (const [k, v] of headers) { try { r.#headers.append(k, v); } catch {} }
			freeze(r.#headers);
			bodies.set(r, body);
			return r;
		};
		for (const name of ["type", "url", "redirected", "status", "statusText"])
			Object.defineProperty(Response.prototype, name, { configurable: true, enumerable: true, get() { return this.#s[name]; } });
	}
	static json(data, init) {
		const text = JSON.stringify(data);
		if (text === undefined) throw new TypeError("Value is not JSON serializable");
		const r = new Response(text, init);
		if (!new Headers(init?.headers).has("content-type")) r.headers.set("content-type", "application/json");
		return r;
	}
	static error() { return makeResponse({ type: "error", url: "", redirected: false, status: 0, statusText: "" }, [], null); }
	static redirect(url, status = 302) {
		const u = URL.parse(String(url));
		if (!u) throw new TypeError("Failed to parse URL from " + url);
		if (![301, 302, 303, 307, 308].includes(status)) throw new RangeError(`Invalid status code ${status}`);
		return makeResponse({ type: "default", url: "", redirected: false, status, statusText: "" }, [["location", u.href]], null);
	}
	get ok() { return this.#s.status >= 200 && this.#s.status <= 299; }
	get headers() { return this.#headers; }
	clone() {
		const body = bodies.get(this);
		if (body?.unusable) throw new TypeError("Response.clone: Body has already been consumed.");
		return makeResponse({ ...this.#s }, this.#headers, body ? body.clone() : null);
	}
	[inspect](depth, options, show) {
		const { status, statusText, redirected, type, url } = this.#s;
		return `Response ${show({ status, statusText, headers: this.#headers, body: this.body, bodyUsed: this.bodyUsed, ok: this.ok, redirected, type, url }, options)}`;
	}
}
bodyMethods(Response);
Object.defineProperty(Headers.prototype, Symbol.toStringTag, { value: "Headers", configurable: true });

const failed = (cause) => new TypeError("fetch failed", { cause });
const dataURL = (url) => {
	const m = /^data:([^,]*),([^#]*)/s.exec(url);
	if (!m) throw failed(new Error("invalid data URL"));
	let [, type, data] = m;
	const base64 = /; *base64 *$/i.test(type);
	if (base64) type = type.replace(/; *base64 *$/i, "");
	let bytes = native.percentDecode(data);
	if (base64) {
		try { bytes = Uint8Array.from(atob(new TextDecoder("latin1").decode(bytes)), (c) => c.charCodeAt(0)); } catch { throw failed(new Error("invalid base64 in a data URL")); }
	}
	type = type.trim();
	if (type.startsWith(";")) type = "text/plain" + type;
	if (!/^[^\s\/]+\/[^\s\/;]+/.test(type)) type = "text/plain;charset=US-ASCII";
	return makeResponse({ type: "basic", url, redirected: false, status: 200, statusText: "OK" }, [["content-type", type]], new Body({ bytes }));
};

// send feeds a stream to a request, until either ends.
const send = async (stream, upload) => {
	const reader = stream.getReader();
	try {
		for (;;) {
			const { value, done } = await reader.read();
			if (done) break;
			const bytes = typeof value === "string" ? undefined : value;
			if (!(bytes instanceof Uint8Array)) throw new TypeError("Received non-Uint8Array chunk");
			if (!(await upload.write(bytes))) { quiet(reader.cancel()); return; }
		}
		upload.close();
	} catch (e) {
		upload.fail(e);
		quiet(reader.cancel(e));
	}
};

async function fetch(input, init) {
	if (arguments.length === 0) throw new TypeError("fetch: 1 argument required, but only 0 present.");
	const request = new Request(input, init), body = bodies.get(request), signal = request.signal;
	signal.throwIfAborted();
	const url = request.url, scheme = url.slice(0, url.indexOf(":"));
	if (scheme === "data") return dataURL(url);
	if (scheme !== "http" && scheme !== "https") throw failed(new Error(scheme === "file" ? "not implemented... read files with the module fs" : "unknown scheme"));
	const headers = [...request.headers];
	let upload = null, source = null;
	if (body) {
		if (body.unusable) throw new TypeError("Body is unusable: Body has already been read");
		body.used = true;
		if (body.stream || body.remote) source = body.asStream();
	}
	const call = native.fetch(url, request.method, headers, body && !source ? body.bytes : undefined, request.redirect, !!source);
	if (source) {
		upload = call.upload;
		quiet(send(source, upload));
	}
	let aborted = false;
	const abortion = new Promise((_, reject) => {
		const undo = onAbort(signal, (reason) => { aborted = true; call.cancel(); reject(reason); });
		call.ended(undo);
	});
	quiet(abortion);
	let r;
	try {
		r = await Promise.race([call.promise, abortion]);
	} catch (e) {
		if (upload) upload.fail(e);
		throw aborted ? signal.reason : e instanceof native.Denied ? e : failed(e);
	}
	const broken = (e) => (signal.aborted ? signal.reason : new TypeError("terminated", { cause: e }));
	const race = async (p) => { try { return await Promise.race([p, abortion]); } catch (e) { throw broken(e); } };
	const remote = { read: () => race(call.read()), all: () => race(call.all()), cancel: () => call.cancel() };
	const empty = request.method === "HEAD" || [101, 204, 205, 304].includes(r.status);
	if (empty) call.cancel();
	return makeResponse({ type: "basic", url: r.url, redirected: r.redirected, status: r.status, statusText: r.statusText }, r.headers, empty ? null : new Body({ remote }));
}
return { fetch, Headers, Request, Response };
}
