// node's modules readline and readline/promises: lines of a stream, questions,
// and a few movements of the cursor. There is no line editing: a terminal's own
// is what the user has.
(host) => {
"use strict";
const EventEmitter = host.require("events");
const coded = (C, code, message) => Object.assign(new C(message), { code });
const abortError = (signal) => Object.assign(new Error("The operation was aborted", { cause: signal.reason }), { name: "AbortError", code: "ABORT_ERR" });

class Interface extends EventEmitter {
	#input; #output; #prompt; #rest = ""; #lines = []; #waiting; #ended = false; #decoder; #off; #queued = []; #iterating = 0;
	constructor(input, output) {
		super();
		const options = input && typeof input === "object" && input.input !== undefined ? input : { input, output };
		if (!options.input || typeof options.input.on !== "function") throw coded(TypeError, "ERR_INVALID_ARG_TYPE", `The "input" argument must be an instance of stream.Readable. Received ${host.received(options.input)}`);
		this.#input = options.input;
		this.#output = options.output;
		this.#prompt = options.prompt ?? "> ";
		this.closed = false;
		this.terminal = options.terminal ?? !!options.output?.isTTY;
		this.line = "";
		this.cursor = 0;
		this.#decoder = host.decoder();
		const data = (chunk) => this.#take(typeof chunk === "string" ? chunk : this.#decoder(chunk));
		const end = () => { this.#take(this.#decoder(null)); if (this.#rest !== "") { const last = this.#rest; this.#rest = ""; this.#line(last); } this.#ended = true; this.close(); };
		const error = (e) => this.emit("error", e);
		this.#input.on("data", data);
		this.#input.on("end", end);
		if (this.#input !== globalThis.process?.stdin) this.#input.on("error", error);
		this.#off = () => { this.#input.off("data", data); this.#input.off("end", end); this.#input.off("error", error); };
		if (options.signal) { if (options.signal.aborted) queueMicrotask(() => this.close()); else options.signal.addEventListener("abort", () => this.close(), { once: true }); }
	}
	get input() { return this.#input; }
	get output() { return this.#output; }
	#take(text) {
		this.#rest += text;
		const lines = this.#rest.split(/\r\n|\n|\r(?!$)/);
		this.#rest = lines.pop();
		for (const l of lines) this.#line(l);
	}
	#line(text) {
		if (this.closed && !this.#iterating) return;
		if (this.paused) { this.#queued.push(text); return; }
		const asked = this.#waiting;
		if (asked) { this.#waiting = undefined; asked(text); return; }
		this.emit("line", text);
	}
	getPrompt() { return this.#prompt; }
	setPrompt(p) { this.#prompt = String(p); }
	prompt() { this.resume(); this.#output?.write(this.#prompt); }
	question(query, options, done) {
		if (typeof options === "function") { done = options; options = {}; }
		if (this.closed) throw coded(Error, "ERR_USE_AFTER_CLOSE", "readline was closed");
		if (options?.signal?.aborted) return;
		this.resume();
		this.#output?.write(String(query));
		this.#waiting = done;
		options?.signal?.addEventListener("abort", () => { if (this.#waiting === done) this.#waiting = undefined; }, { once: true });
	}
	_unasked() { return this.#waiting; }
	pause() { if (!this.paused) { this.paused = true; this.#input.pause(); this.emit("pause"); } return this; }
	resume() {
		if (this.paused) { this.paused = false; this.#input.resume(); this.emit("resume"); for (const l of this.#queued.splice(0)) this.#line(l); }
		return this;
	}
	write(data) { if (data !== undefined && data !== null) this.#take(String(data)); }
	close() {
		if (this.closed) return;
		this.closed = true;
		this.#off();
		this.#input.pause();
		this.emit("close");
	}
	getCursorPos() { return { rows: 0, cols: 0 }; }
	[Symbol.dispose]() { this.close(); }
	[Symbol.asyncIterator]() {
		const lines = [], waiting = [];
		let over = this.closed;
		const push = (l) => { const w = waiting.shift(); if (w) w({ done: false, value: l }); else lines.push(l); };
		const stop = () => { over = true; for (const w of waiting.splice(0)) w({ done: true, value: undefined }); };
		this.on("line", push);
		this.once("close", stop);
		return {
			next: () => lines.length ? Promise.resolve({ done: false, value: lines.shift() }) : over ? Promise.resolve({ done: true, value: undefined }) : new Promise((resolve) => waiting.push(resolve)),
			return: async () => { this.off("line", push); this.off("close", stop); stop(); this.close(); return { done: true, value: undefined }; },
			[Symbol.asyncIterator]() { return this; },
		};
	}
}
Object.defineProperty(Interface.prototype.question, Symbol.for("nodejs.util.promisify.custom"), { value(query, options) { return ask(this, query, options); } });
function ask(rl, query, options = {}) {
	return new Promise((resolve, reject) => {
		const { signal } = options;
		if (signal?.aborted) { reject(abortError(signal)); return; }
		const onAbort = () => { done(); reject(abortError(signal)); };
		const onClose = () => { done(); reject(coded(Error, "ERR_USE_AFTER_CLOSE", `readline was closed before there was an answer to ${JSON.stringify(query)}`)); };
		const done = () => { signal?.removeEventListener("abort", onAbort); rl.off("close", onClose); };
		signal?.addEventListener("abort", onAbort, { once: true });
		try { Interface.prototype.question.call(rl, query, options, (answer) => { done(); resolve(answer); }); } catch (e) { done(); reject(e); return; }
		rl.once("close", onClose);
	});
}
class PromisesInterface extends Interface {
	question(query, options) { return ask(this, query, options); }
}
const to = (stream, text, done) => { if (stream) stream.write(text); if (typeof done === "function") queueMicrotask(done); return true; };
const shared = {
	clearLine: (stream, dir, done) => to(stream, dir < 0 ? "\x1b[1K" : dir > 0 ? "\x1b[0K" : "\x1b[2K", done),
	clearScreenDown: (stream, done) => to(stream, "\x1b[0J", done),
	cursorTo: (stream, x, y, done) => to(stream, typeof y === "number" ? `\x1b[${y + 1};${x + 1}H` : `\x1b[${x + 1}G`, typeof y === "function" ? y : done),
	moveCursor: (stream, dx, dy, done) => to(stream, (dx < 0 ? `\x1b[${-dx}D` : dx > 0 ? `\x1b[${dx}C` : "") + (dy < 0 ? `\x1b[${-dy}A` : dy > 0 ? `\x1b[${dy}B` : ""), done),
	emitKeypressEvents() {},
};
return { ...shared, Interface, createInterface: (...args) => new Interface(...args), promises: { Interface: PromisesInterface, createInterface: (...args) => new PromisesInterface(...args) } };
}
