// URL, URLSearchParams, and the rest of node's module url.
(native) => {
"use strict";
const inspect = Symbol.for("nodejs.util.inspect.custom");
const error = (C, code, message) => Object.assign(new C(message), { code });
const missing = (what) => error(TypeError, "ERR_MISSING_ARGS", `The ${what} must be specified`);
const invalidURL = (input, base) => {
	const e = error(TypeError, "ERR_INVALID_URL", "Invalid URL");
	e.input = input;
	if (base !== undefined) e.base = base;
	return e;
};
const string = (v) => String(v).toWellFormed();

let attach, listOf;
class URLSearchParams {
	#list = []; #changed;
	static {
		attach = (p, query, changed) => { p.#list = native.parseForm(query); p.#changed = changed; };
		listOf = (p) => p.#list;
	}
	constructor(init) {
		if (init === undefined || init === null) return;
		if (typeof init === "object" || typeof init === "function") {
			const iterate = init[Symbol.iterator];
			if (init instanceof URLSearchParams && iterate === entries) this.#list = listOf(init).map((pair) => [...pair]);
			else if (iterate !== null && iterate !== undefined) {
				if (typeof iterate !== "function") throw error(TypeError, "ERR_ARG_NOT_ITERABLE", "Query pairs must be iterable");
				for (const pair of init) {
					if (pair === null || typeof pair !== "object" && typeof pair !== "function" || typeof pair[Symbol.iterator] !== "function")
						throw error(TypeError, "ERR_INVALID_TUPLE", "Each query pair must be an iterable [name, value] tuple");
					const two = [...pair];
					if (two.length !== 2) throw error(TypeError, "ERR_INVALID_TUPLE", "Each query pair must be an iterable [name, value] tuple");
					this.#list.push([string(two[0]), string(two[1])]);
				}
			} else {
				const seen = new Map();
				for (const key of Reflect.ownKeys(init)) {
					const d = Reflect.getOwnPropertyDescriptor(init, key);
					if (d === undefined || !d.enumerable) continue;
					const name = string(key), value = string(init[key]);
					if (seen.has(name)) seen.get(name)[1] = value;
					else { const pair = [name, value]; seen.set(name, pair); this.#list.push(pair); }
				}
			}
		} else {
			let text = string(init);
			if (text[0] === "?") text = text.slice(1);
			this.#list = native.parseForm(text);
		}
	}
	get size() { return this.#list.length; }
	append(name, value) {
		if (arguments.length < 2) throw missing('"name" and "value" arguments');
		this.#list.push([string(name), string(value)]);
		this.#changed?.();
	}
	delete(name, value) {
		if (arguments.length < 1) throw missing('"name" argument');
		name = string(name);
		if (value !== undefined) value = string(value);
		this.#list = this.#list.filter(([k, v]) => k !== name || value !== undefined && v !== value);
		this.#changed?.();
	}
	get(name) {
		if (arguments.length < 1) throw missing('"name" argument');
		name = string(name);
		return this.#list.find(([k]) => k === name)?.[1] ?? null;
	}
	getAll(name) {
		if (arguments.length < 1) throw missing('"name" argument');
		name = string(name);
		return this.#list.filter(([k]) => k === name).map(([, v]) => v);
	}
	has(name, value) {
		if (arguments.length < 1) throw missing('"name" argument');
		name = string(name);
		if (value !== undefined) value = string(value);
		return this.#list.some(([k, v]) => k === name && (value === undefined || v === value));
	}
	set(name, value) {
		if (arguments.length < 2) throw missing('"name" and "value" arguments');
		name = string(name);
		value = string(value);
		const i = this.#list.findIndex(([k]) => k === name);
		if (i < 0) this.#list.push([name, value]);
		else {
			this.#list[i][1] = value;
			this.#list = this.#list.filter(([k], j) => j <= i || k !== name);
		}
		this.#changed?.();
	}
	sort() {
		this.#list.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
		this.#changed?.();
	}
	forEach(fn, self) {
		if (typeof fn !== "function") throw error(TypeError, "ERR_INVALID_ARG_TYPE", 'The "callback" argument must be of type function.');
		for (let i = 0; i < this.#list.length; i++) fn.call(self, this.#list[i][1], this.#list[i][0], this);
	}
	entries() { return walk(this, ([k, v]) => [k, v]); }
	keys() { return walk(this, ([k]) => k); }
	values() { return walk(this, ([, v]) => v); }
	toString() { return native.formatForm(this.#list); }
	[inspect](depth, options, show) {
		if (!this.#list.length) return "URLSearchParams {}";
		return `URLSearchParams { ${this.#list.map(([k, v]) => `${show(k, options)} => ${show(v, options)}`).join(", ")} }`;
	}
}
const IteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
const WalkPrototype = Object.create(IteratorPrototype, {
	[Symbol.toStringTag]: { value: "URLSearchParams Iterator", configurable: true },
});
const walks = new WeakMap();
Object.defineProperty(WalkPrototype, "next", { configurable: true, enumerable: true, writable: true, value: function next() {
	const w = walks.get(this);
	const pair = listOf(w.params)[w.i++];
	return pair ? { value: w.pick(pair), done: false } : { value: undefined, done: true };
} });
const walk = (params, pick) => {
	const it = Object.create(WalkPrototype);
	walks.set(it, { params, i: 0, pick });
	return it;
};
const entries = URLSearchParams.prototype.entries;
Object.defineProperty(URLSearchParams.prototype, Symbol.iterator, { value: entries, writable: true, configurable: true });
Object.defineProperty(URLSearchParams.prototype, Symbol.toStringTag, { value: "URLSearchParams", configurable: true });

const token = {};
class URL {
	#u; #params;
	constructor(input, base) {
		if (arguments.length === 0) throw missing('"url" argument');
		if (input === token) { this.#u = base; return; }
		input = string(input);
		if (base !== undefined) base = string(base);
		this.#u = native.parse(input, base);
		if (!this.#u) throw invalidURL(input, base);
	}
	static canParse(input, base) {
		if (arguments.length === 0) throw missing('"url" argument');
		return !!native.parse(string(input), base === undefined ? undefined : string(base));
	}
	static parse(input, base) {
		if (arguments.length === 0) throw missing('"url" argument');
		const u = native.parse(string(input), base === undefined ? undefined : string(base));
		return u ? new URL(token, u) : null;
	}
	static createObjectURL() { throw error(Error, "ERR_METHOD_NOT_IMPLEMENTED", "URL.createObjectURL is not available in mcpjs"); }
	static revokeObjectURL() {}
	get origin() { return native.get(this.#u, "origin"); }
	get searchParams() {
		if (!this.#params) {
			this.#params = new URLSearchParams();
			attach(this.#params, this.search.slice(1), () => native.set(this.#u, "search", String(this.#params)));
		}
		return this.#params;
	}
	get href() { return native.get(this.#u, "href"); }
	set href(v) {
		v = string(v);
		if (!native.set(this.#u, "href", v)) throw invalidURL(v);
		this.#refresh();
	}
	get search() { return native.get(this.#u, "search"); }
	set search(v) { native.set(this.#u, "search", string(v)); this.#refresh(); }
	#refresh() {
		if (this.#params) attach(this.#params, this.search.slice(1), () => native.set(this.#u, "search", String(this.#params)));
	}
	toString() { return this.href; }
	toJSON() { return this.href; }
	[inspect](depth, options, show) {
		if (typeof depth === "number" && depth < 0) return this;
		const o = {};
		for (const name of ["href", "origin", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "searchParams", "hash"]) o[name] = this[name];
		return `${this.constructor.name} ${show(o, options)}`;
	}
	static {
		for (const name of ["protocol", "username", "password", "host", "hostname", "port", "pathname", "hash"])
			Object.defineProperty(URL.prototype, name, {
				configurable: true, enumerable: true,
				get() { return native.get(this.#u, name); },
				set(v) { native.set(this.#u, name, string(v)); },
			});
	}
}
Object.defineProperty(URL.prototype, Symbol.toStringTag, { value: "URL", configurable: true });
for (const C of [URL, URLSearchParams]) for (const key of Object.getOwnPropertyNames(C.prototype)) {
	if (key === "constructor") continue;
	Object.defineProperty(C.prototype, key, { enumerable: true });
}

const windows = native.windows;
const fileURLToPath = (v) => {
	const u = typeof v === "string" ? new URL(v) : v;
	if (!(u instanceof URL)) throw error(TypeError, "ERR_INVALID_ARG_TYPE", `The "path" argument must be of type string or an instance of URL.`);
	if (u.protocol !== "file:") throw error(TypeError, "ERR_INVALID_URL_SCHEME", "The URL must be of scheme file");
	if (/%2f/i.test(u.pathname) || windows && /%5c/i.test(u.pathname)) throw error(TypeError, "ERR_INVALID_FILE_URL_PATH", `File URL path must not include encoded ${windows ? "\\ or " : ""}/ characters`);
	const path = decodeURIComponent(u.pathname);
	if (windows) {
		if (u.hostname) return `\\\\${u.hostname}${path.replace(/\//g, "\\")}`;
		if (!/^\/[a-z]:/i.test(path)) throw error(TypeError, "ERR_INVALID_FILE_URL_PATH", "File URL path must be absolute");
		return path.slice(1).replace(/\//g, "\\");
	}
	if (u.hostname) throw error(TypeError, "ERR_INVALID_FILE_URL_HOST", `File URL host must be "localhost" or empty on ${native.platform}`);
	return path;
};
const pathToFileURL = (path) => {
	if (typeof path !== "string") throw error(TypeError, "ERR_INVALID_ARG_TYPE", `The "path" argument must be of type string.`);
	let full = native.absolute(path);
	if (/[/\\]$/.test(path) && !/[/\\]$/.test(full)) full += "/";
	const u = new URL("file:///");
	full = full.replace(/%/g, "%25").replace(/\n/g, "%0A").replace(/\r/g, "%0D").replace(/\t/g, "%09").replace(/\?/g, "%3F").replace(/#/g, "%23");
	u.pathname = windows ? "/" + full.replace(/\\/g, "/") : full.replace(/\\/g, "%5C");
	return u;
};
// The old interface, over the new one: enough for http, https and file URLs and for paths.
class Url {}
const parse = (text, query = false) => {
	if (typeof text !== "string") throw error(TypeError, "ERR_INVALID_ARG_TYPE", `The "url" argument must be of type string.`);
	const o = Object.assign(new Url(), { protocol: null, slashes: null, auth: null, host: null, port: null, hostname: null, hash: null, search: null, query: null, pathname: null, path: null, href: text });
	const u = URL.parse(text.trim());
	if (u) {
		o.protocol = u.protocol;
		o.slashes = /^[a-z0-9+.-]+:\/\//i.test(text) || null;
		if (u.username || u.password) o.auth = decodeURIComponent(u.username) + (u.password ? ":" + decodeURIComponent(u.password) : "");
		o.host = u.host || (o.slashes ? "" : null);
		o.port = u.port || null;
		o.hostname = u.hostname || (o.slashes ? "" : null);
		o.hash = u.hash || null;
		o.search = u.search || null;
		o.pathname = u.pathname || null;
		o.href = u.href;
	} else {
		const [, path, search, hash] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(text.trim());
		Object.assign(o, { pathname: path || null, search: search ?? null, hash: hash ?? null, href: text.trim() });
	}
	o.query = o.search ? o.search.slice(1) : null;
	if (query) o.query = Object.fromEntries(new URLSearchParams(o.query ?? ""));
	o.path = o.pathname || o.search ? (o.pathname ?? "") + (o.search ?? "") : null;
	return o;
};
const format = (v, options) => {
	if (typeof v === "string") return parse(v).href;
	if (v instanceof URL) {
		const u = new URL(v.href);
		if (options?.fragment === false) u.hash = "";
		if (options?.search === false) u.search = "";
		if (options?.auth === false) u.username = u.password = "";
		return u.href;
	}
	let protocol = v.protocol ?? "";
	if (protocol && !protocol.endsWith(":")) protocol += ":";
	let host = v.host ?? (v.hostname ? (v.hostname.includes(":") && v.hostname[0] !== "[" ? `[${v.hostname}]` : v.hostname) + (v.port ? ":" + v.port : "") : "");
	if (v.auth && host) host = encodeURIComponent(v.auth).replace(/%3A/i, ":") + "@" + host;
	let search = v.search ?? (v.query && typeof v.query === "object" ? String(new URLSearchParams(v.query)) : v.query ? v.query : "");
	if (search && search[0] !== "?") search = "?" + search;
	let hash = v.hash ?? "";
	if (hash && hash[0] !== "#") hash = "#" + hash;
	let path = v.pathname ?? "";
	const slashes = v.slashes || /^(https?|ftp|file|wss?):$/.test(protocol) && (host || protocol === "file:");
	if (slashes) { if (path && path[0] !== "/") path = "/" + path; host = "//" + host; }
	return protocol + host + path.replace(/[?#]/g, encodeURIComponent) + search.replace(/#/g, "%23") + hash;
};
const resolve = (from, to) => {
	const base = URL.parse(from);
	if (base) return new URL(to, base).href;
	const fake = new URL(to, new URL(from, "resolve://x/"));
	return fake.protocol === "resolve:" ? (from[0] === "/" || to[0] === "/" ? "" : "").concat(from.startsWith("/") || to.startsWith("/") ? fake.pathname : fake.pathname.slice(1), fake.search, fake.hash) : fake.href;
};
const urlToHttpOptions = (u) => {
	const o = { __proto__: null, protocol: u.protocol, hostname: u.hostname.replace(/^\[(.*)\]$/, "$1"), hash: u.hash, search: u.search, pathname: u.pathname, path: u.pathname + u.search, href: u.href };
	if (u.port !== "") o.port = Number(u.port);
	if (u.username || u.password) o.auth = `${decodeURIComponent(u.username)}:${decodeURIComponent(u.password)}`;
	return o;
};
const domainToASCII = (domain) => native.domain(String(domain));
return { URL, URLSearchParams, Url, fileURLToPath, pathToFileURL, parse, format, resolve, urlToHttpOptions, domainToASCII };
}
