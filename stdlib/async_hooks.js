// Node's module async_hooks: what runs asynchronously knows the stores of what
// began it.
(native) => {
"use strict";
// The stores are a Map that is never changed, but replaced.
const stores = () => native.current() ?? new Map();
const within = (map, fn, self, args) => {
	const before = native.current();
	native.enter(map);
	try { return Reflect.apply(fn, self, args); } finally { native.enter(before); }
};
const callable = (fn) => {
	if (typeof fn !== "function") throw Object.assign(new TypeError(`The "fn" argument must be of type function. Received ${native.received(fn)}`), { code: "ERR_INVALID_ARG_TYPE" });
	return fn;
};
class AsyncLocalStorage {
	#initial;
	constructor(options) {
		this.#initial = options?.defaultValue;
		this.name = options?.name === undefined ? "" : String(options.name);
	}
	static bind(fn) { return AsyncResource.bind(fn); }
	static snapshot() {
		const map = native.current();
		return function (fn, ...args) { return within(map, fn, this, args); };
	}
	getStore() {
		const map = native.current();
		return map?.has(this) ? map.get(this) : this.#initial;
	}
	run(store, fn, ...args) { return within(new Map(stores()).set(this, store), callable(fn), undefined, args); }
	exit(fn, ...args) {
		const map = new Map(stores());
		map.set(this, undefined);
		return within(map, callable(fn), undefined, args);
	}
	enterWith(store) { native.enter(new Map(stores()).set(this, store)); }
	disable() {
		const map = new Map(stores());
		map.delete(this);
		native.enter(map);
	}
}
let ids = 1;
class AsyncResource {
	#map = native.current(); #id = ++ids;
	constructor(type) {
		if (typeof type !== "string") throw Object.assign(new TypeError(`The "type" argument must be of type string. Received ${native.received(type)}`), { code: "ERR_INVALID_ARG_TYPE" });
		this.type = type;
	}
	static bind(fn, type, self) { return new AsyncResource(type ?? fn.name ?? "bound-anonymous-fn").bind(fn, self); }
	runInAsyncScope(fn, self, ...args) { return within(this.#map, callable(fn), self, args); }
	bind(fn, self) {
		callable(fn);
		const resource = this;
		return function (...args) { return resource.runInAsyncScope(fn, self === undefined ? this : self, ...args); };
	}
	emitDestroy() { return this; }
	asyncId() { return this.#id; }
	triggerAsyncId() { return 1; }
}
// Hooks hear of nothing: they may be made, so that packages load.
const hook = { enable() { return this; }, disable() { return this; } };
return { AsyncLocalStorage, AsyncResource, createHook: () => hook, executionAsyncId: () => 1, triggerAsyncId: () => 0, executionAsyncResource: () => ({}) };
}
