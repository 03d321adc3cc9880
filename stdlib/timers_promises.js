// node's module timers/promises.
(host) => {
"use strict";
const abortError = (signal) => Object.assign(new Error("The operation was aborted", { cause: signal.reason }), { name: "AbortError", code: "ABORT_ERR" });
const wait = (ms, value, { signal, ref = true } = {}) => {
	if (signal?.aborted) return Promise.reject(abortError(signal));
	const w = host.wait(ms, ref);
	if (!signal) return w.promise.then(() => value);
	return new Promise((resolve, reject) => {
		const onAbort = () => { w.cancel(); reject(abortError(signal)); };
		signal.addEventListener("abort", onAbort, { once: true });
		w.promise.then(() => { signal.removeEventListener("abort", onAbort); resolve(value); }, reject);
	});
};
const setTimeout = (ms, value, options) => wait(ms, value, options);
return {
	setTimeout,
	setImmediate: (value, options) => wait(0, value, options),
	setInterval(ms, value, options) {
		let over = false;
		return {
			next: async () => { if (over) return { done: true, value: undefined }; await wait(ms, undefined, options); return over ? { done: true, value: undefined } : { done: false, value }; },
			return: async () => { over = true; return { done: true, value: undefined }; },
			[Symbol.asyncIterator]() { return this; },
		};
	},
	scheduler: { wait: (ms, options) => wait(ms, undefined, options), yield: () => wait(0) },
};
}
