// The parts of ECMAScript that goja lacks and JavaScript itself can say. The
// file is run at the first use of anything in it.
(define) => {
"use strict";

define(Promise, {
	withResolvers() {
		let resolve, reject;
		const promise = new this((a, b) => { resolve = a; reject = b; });
		return { promise, resolve, reject };
	},
	try(fn, ...args) {
		return new this((resolve) => resolve(fn(...args)));
	},
	any(items) {
		return new this((resolve, reject) => {
			const { resolve: made } = this, errors = [];
			let i = 0, left = 1;
			callable(made);
			const settled = () => { if (--left === 0) reject(new AggregateError(errors, "All promises were rejected")); };
			for (const item of items) {
				const at = i++;
				let told = false;
				errors[at] = undefined;
				left++;
				made.call(this, item).then(resolve, (e) => {
					if (told) return;
					told = true;
					errors[at] = e;
					settled();
				});
			}
			settled();
		});
	},
});

define(Object, {
	groupBy(items, key) {
		const groups = Object.create(null);
		let i = 0;
		for (const item of items) (groups[key(item, i++)] ??= []).push(item);
		return groups;
	},
});

define(Map, {
	groupBy(items, key) {
		const groups = new Map();
		let i = 0;
		for (const item of items) {
			const k = key(item, i++), group = groups.get(k);
			if (group) group.push(item);
			else groups.set(k, [item]);
		}
		return groups;
	},
});

const getOrInsert = {
	getOrInsert(key, value) {
		if (!this.has(key)) this.set(key, value);
		return this.get(key);
	},
	getOrInsertComputed(key, make) {
		if (!this.has(key)) this.set(key, make(key));
		return this.get(key);
	},
};
define(Map.prototype, getOrInsert);
define(WeakMap.prototype, getOrInsert);

const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const scan = (s, lone) => {
	let out = "";
	for (let i = 0; i < s.length; i++) {
		const c = s.charCodeAt(i);
		if (c >= 0xd800 && c < 0xdc00 && i + 1 < s.length) {
			const d = s.charCodeAt(i + 1);
			if (d >= 0xdc00 && d < 0xe000) { out += s[i] + s[++i]; continue; }
		}
		out += c >= 0xd800 && c < 0xe000 ? lone() : s[i];
	}
	return out;
};
define(String.prototype, {
	isWellFormed() {
		let ok = true;
		scan(String(this), () => { ok = false; return ""; });
		return ok;
	},
	toWellFormed() {
		return scan(String(this), () => "\ufffd");
	},
});

define(Array, {
	async fromAsync(source, map, self) {
		const out = typeof this === "function" ? new this() : [];
		let i = 0;
		const add = async (v) => { out[i] = map ? await map.call(self, v, i) : v; i++; };
		const asyncMethod = source[Symbol.asyncIterator];
		const iterator = asyncMethod ? asyncMethod.call(source) : source[Symbol.iterator]?.();
		if (iterator) {
			let done = false;
			try {
				for (;;) {
					const step = asyncMethod ? await iterator.next() : iterator.next();
					if (step.done) { done = true; break; }
					await add(asyncMethod ? step.value : await step.value);
				}
			} finally {
				if (!done) await iterator.return?.();
			}
		} else {
			for (let n = 0; n < source.length; n++) await add(await source[n]);
		}
		out.length = i;
		return out;
	},
});

define(RegExp, {
	escape(s) {
		if (typeof s !== "string") throw new TypeError("argument must be a string");
		return s.replace(/^[0-9a-zA-Z]|[\\^$.*+?()[\]{}|/]|[,\-=<>#&!%:;@~'`"\s]/g, (c) => {
			if ("\\^$.*+?()[]{}|/".includes(c)) return "\\" + c;
			const n = c.charCodeAt(0);
			return n < 256 ? "\\x" + n.toString(16).padStart(2, "0") : "\\u" + n.toString(16).padStart(4, "0");
		});
	},
});

const IteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
const callable = (fn) => { if (typeof fn !== "function") throw new TypeError(`${String(fn)} is not a function`); };
const count = (n) => {
	n = Number(n);
	if (Number.isNaN(n) || n < 0) throw new RangeError(`${n} must be positive`);
	return Math.trunc(n);
};
// steps walks an iterator, closing it when the walk is left early.
function* steps(it) {
	const next = it.next;
	let done = false;
	try {
		for (;;) {
			const step = next.call(it);
			if (step.done) { done = true; return step.value; }
			yield step.value;
		}
	} finally {
		if (!done) it.return?.();
	}
}
const lazy = (method) => function (...args) {
	const gen = method(steps(this), ...args);
	return gen;
};
define(IteratorPrototype, {
	map: lazy((it, fn) => (callable(fn), (function* () { let i = 0; for (const v of it) yield fn(v, i++); })())),
	filter: lazy((it, fn) => (callable(fn), (function* () { let i = 0; for (const v of it) if (fn(v, i++)) yield v; })())),
	take: lazy((it, n) => (n = count(n), (function* () { if (n === 0) return; let i = 0; for (const v of it) { yield v; if (++i >= n) return; } })())),
	drop: lazy((it, n) => (n = count(n), (function* () { let i = 0; for (const v of it) if (i++ >= n) yield v; })())),
	flatMap: lazy((it, fn) => (callable(fn), (function* () { let i = 0; for (const v of it) yield* fn(v, i++); })())),
	reduce(fn, ...init) {
		callable(fn);
		const it = steps(this);
		let acc, i = 0;
		if (init.length) acc = init[0];
		else {
			const first = it.next();
			if (first.done) throw new TypeError("Reduce of a done iterator with no initial value");
			acc = first.value;
			i = 1;
		}
		for (const v of it) acc = fn(acc, v, i++);
		return acc;
	},
	toArray() { return [...steps(this)]; },
	forEach(fn) { callable(fn); let i = 0; for (const v of steps(this)) fn(v, i++); },
	some(fn) { callable(fn); let i = 0; for (const v of steps(this)) if (fn(v, i++)) return true; return false; },
	every(fn) { callable(fn); let i = 0; for (const v of steps(this)) if (!fn(v, i++)) return false; return true; },
	find(fn) { callable(fn); let i = 0; for (const v of steps(this)) if (fn(v, i++)) return v; },
});

function Iterator() {
	if (new.target === undefined || new.target === Iterator) throw new TypeError("Abstract class Iterator not directly constructable");
}
define(Iterator, {
	from(source) {
		const it = typeof source?.[Symbol.iterator] === "function" ? source[Symbol.iterator]() : source;
		if (IteratorPrototype.isPrototypeOf(it)) return it;
		return Object.setPrototypeOf({ next: () => it.next(), return: () => it.return?.() ?? { done: true, value: undefined } }, IteratorPrototype);
	},
	concat(...sources) {
		const opened = sources.map((source) => {
			if (Object(source) !== source) throw new TypeError(`${String(source)} is not an object`);
			const open = source[Symbol.iterator];
			callable(open);
			return { [Symbol.iterator]: () => open.call(source) };
		});
		return (function* () { for (const source of opened) yield* source; })();
	},
});
Object.defineProperty(Iterator, "prototype", { value: IteratorPrototype, writable: false });
Object.defineProperty(IteratorPrototype, "constructor", { value: Iterator, writable: true, configurable: true });

class SuppressedError extends Error {
	constructor(error, suppressed, message) {
		super(message);
		Object.defineProperty(this, "error", { value: error, writable: true, configurable: true });
		Object.defineProperty(this, "suppressed", { value: suppressed, writable: true, configurable: true });
	}
}
Object.defineProperty(SuppressedError.prototype, "name", { value: "SuppressedError", writable: true, configurable: true });

const stack = (name, symbol, isAsync) => class {
	#disposed = false;
	#stack = [];
	get disposed() { return this.#disposed; }
	#push(fn) {
		if (this.#disposed) throw new ReferenceError(`${name} already disposed`);
		this.#stack.push(fn);
	}
	use(value) {
		if (value !== null && value !== undefined) {
			const fn = (isAsync && value[Symbol.asyncDispose]) || value[Symbol.dispose];
			if (typeof fn !== "function") throw new TypeError("Object not disposable");
			this.#push(() => fn.call(value));
		}
		return value;
	}
	adopt(value, onDispose) { callable(onDispose); this.#push(() => onDispose(value)); return value; }
	defer(onDispose) { callable(onDispose); this.#push(() => onDispose()); }
	move() {
		if (this.#disposed) throw new ReferenceError(`${name} already disposed`);
		const moved = new this.constructor();
		moved.#stack = this.#stack;
		this.#stack = [];
		this.#disposed = true;
		return moved;
	}
	get [Symbol.toStringTag]() { return name; }
	_takeAll() {
		if (this.#disposed) return [];
		this.#disposed = true;
		const all = this.#stack.reverse();
		this.#stack = [];
		return all;
	}
};
const suppress = (failed, error, e) => (failed ? new SuppressedError(e, error, "An error was suppressed during disposal") : e);
class DisposableStack extends stack("DisposableStack", Symbol.dispose, false) {
	dispose() {
		let failed = false, error;
		for (const fn of this._takeAll()) {
			try { fn(); } catch (e) { error = suppress(failed, error, e); failed = true; }
		}
		if (failed) throw error;
	}
	[Symbol.dispose]() { this.dispose(); }
}
class AsyncDisposableStack extends stack("AsyncDisposableStack", Symbol.asyncDispose, true) {
	async disposeAsync() {
		let failed = false, error;
		for (const fn of this._takeAll()) {
			try { await fn(); } catch (e) { error = suppress(failed, error, e); failed = true; }
		}
		if (failed) throw error;
	}
	[Symbol.asyncDispose]() { return this.disposeAsync(); }
}

// A weak reference may keep its target alive, and does: goja has no others.
class WeakRef {
	#target;
	constructor(target) {
		if (Object(target) !== target && typeof target !== "symbol") throw new TypeError("WeakRef: invalid target");
		this.#target = target;
	}
	deref() { return this.#target; }
	get [Symbol.toStringTag]() { return "WeakRef"; }
}
class FinalizationRegistry {
	constructor(cleanup) { callable(cleanup); }
	register() {}
	unregister() { return false; }
	get [Symbol.toStringTag]() { return "FinalizationRegistry"; }
}

define(globalThis, { Iterator, SuppressedError, DisposableStack, AsyncDisposableStack, WeakRef, FinalizationRegistry });
}
