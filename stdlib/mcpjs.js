// The module "mcpjs": what scripts that drive servers need besides.
(host) => {
"use strict";
const { duration, wait } = host;
const call = (fn, name) => {
	if (typeof fn !== "function") throw invalid(`${name} must be a function`);
	return fn;
};
const invalid = (message) => Object.assign(new TypeError(message), { code: "ERR_INVALID_ARG_TYPE" });
const isOptions = (v) => v !== null && typeof v === "object";

const sleep = (time, options) => wait(duration(time, "sleep: the duration"), options?.signal, "sleep");

// retry

function retry(...params) {
	let options = params.find(isOptions) ?? {};
	const fn = call(params.find((p) => typeof p === "function"), "retry: the task");
	if (typeof params[0] === "number") options = { ...options, attempts: params[0] };
	for (const [i, p] of params.entries())
		if (p !== fn && !isOptions(p) && p !== undefined && (i > 0 || typeof p !== "number"))
			throw invalid("retry is called as retry(attempts, task, options?) or retry(options, task)");
	const { attempts = 3, factor = 2, jitter = false, until, retryIf, signal, onRetry } = options;
	if (!(attempts >= 1)) throw Object.assign(new RangeError("retry: attempts must be at least 1"), { code: "ERR_OUT_OF_RANGE" });
	if (!(factor >= 1)) throw Object.assign(new RangeError("retry: factor must be at least 1"), { code: "ERR_OUT_OF_RANGE" });
	const spread = jitter === true ? 0.5 : Number(jitter);
	if (!(spread >= 0 && spread <= 1)) throw Object.assign(new RangeError("retry: jitter must be true, false or a fraction from 0 to 1"), { code: "ERR_OUT_OF_RANGE" });
	const backoff = duration(options.backoff ?? 100, "retry: backoff");
	const maxDelay = duration(options.maxDelay ?? 30_000, "retry: maxDelay");
	for (const [name, f] of Object.entries({ until, retryIf, onRetry })) if (f !== undefined) call(f, `retry: ${name}`);
	return tryAll(fn, { attempts, factor, spread, backoff, maxDelay, until, retryIf, signal, onRetry });
}

async function tryAll(fn, o) {
	for (let attempt = 1; ; attempt++) {
		o.signal?.throwIfAborted();
		let error;
		try {
			const value = await fn(attempt);
			if (!o.until || await o.until(value, attempt)) return value;
			error = Object.assign(new Error(`retry: the condition was not met in ${attempt} attempt${attempt > 1 ? "s" : ""}`), { value });
		} catch (e) {
			error = e;
			if (e?.name === "AbortError" || o.signal?.aborted || (o.retryIf && !await o.retryIf(e, attempt))) throw noted(error, attempt);
		}
		if (attempt >= o.attempts) throw noted(error, attempt);
		let delay = Math.min(o.backoff * o.factor ** (attempt - 1), o.maxDelay);
		delay -= delay * o.spread * Math.random();
		await o.onRetry?.(error, attempt, delay);
		await wait(delay, o.signal, "retry");
	}
}

const noted = (error, attempts) => {
	if (error instanceof Error && Object.isExtensible(error) && !("attempts" in error)) error.attempts = attempts;
	return error;
};

// pool

function pool(limit, tasks, ...rest) {
	if (!(limit >= 1)) throw Object.assign(new RangeError(`pool: the limit must be a number from 1, not ${String(limit)}`), { code: "ERR_OUT_OF_RANGE" });
	const fn = typeof rest[0] === "function" ? rest.shift() : undefined;
	const { settle = false, signal } = rest[0] ?? {};
	const iterator = tasks?.[Symbol.asyncIterator]?.() ?? tasks?.[Symbol.iterator]?.();
	if (!iterator || typeof tasks === "string") throw invalid("pool: the tasks must be an array or another iterable");
	return runPool(Math.floor(limit), iterator, fn, settle, signal);
}

function runPool(limit, iterator, fn, settle, signal) {
	const results = [];
	let next = 0, failed = false, failure, stop;
	const stopped = new Promise((resolve) => { stop = resolve; });
	const fail = (e) => {
		if (!failed) { failed = true; failure = e; stop(); }
	};
	const onAbort = () => fail(signal.reason);
	const worker = async () => {
		while (!failed && !done) {
			const i = next++;
			let task;
			try {
				const step = await advance();
				if (step.done || failed) return;
				task = await step.value;
			} catch (e) { done = true; return fail(e); }
			try {
				if (!fn && typeof task !== "function") throw invalid(`pool: task ${i} is not a function; pass functions, or items and a function to call with each`);
				const value = await (fn ? fn(task, i) : task());
				results[i] = settle ? { status: "fulfilled", value } : value;
			} catch (e) {
				if (!settle || e?.name === "AbortError" && signal?.aborted) return fail(e);
				results[i] = { status: "rejected", reason: e };
			}
		}
	};
	// One call of next at a time, so that indices follow the iterator's order.
	let done = false, turn = Promise.resolve();
	const advance = () => turn = turn.then(async () => {
		if (done || failed) return { done: true };
		const step = await iterator.next();
		if (step.done) done = true;
		return step;
	});
	return (async () => {
		if (signal?.aborted) throw signal.reason;
		signal?.addEventListener("abort", onAbort);
		try {
			const workers = [];
			for (let i = 0; i < limit && i < 10_000; i++) {
				if (done || failed) break;
				workers.push(worker());
				if (i % 64 === 63) await turn;
			}
			await Promise.race([Promise.all(workers), stopped]);
		} finally {
			signal?.removeEventListener("abort", onAbort);
		}
		if (failed) {
			if (!done) await iterator.return?.();
			throw failure;
		}
		return results;
	})();
}

// stdin

const asyncIterator = (next, close) => ({
	next, async return(value) { await close?.(); return { done: true, value }; },
	[Symbol.asyncIterator]() { return this; },
	[Symbol.asyncDispose]() { return this.return(); },
});

function batches(read, unread) {
	let batch = [], i = 0, ended = false;
	return asyncIterator(async () => {
		while (i >= batch.length && !ended) {
			const text = await read();
			if (text === null) ended = true;
			else { batch = splitLines(text); i = 0; }
		}
		return i < batch.length ? { done: false, value: batch[i++] } : { done: true, value: undefined };
	}, () => {
		ended = true;
		if (i < batch.length) unread?.(batch.slice(i).join("\n") + "\n");
		batch = [];
	});
}

const splitLines = (text) => {
	const lines = text.split(/\r?\n/);
	if (lines.at(-1) === "") lines.pop();
	return lines;
};

const stdin = {
	text: () => host.input("all"),
	async json() {
		const text = await host.input("all");
		if (text.trim() === "") throw new SyntaxError("stdin.json: the input is empty");
		return JSON.parse(text);
	},
	lines: () => batches(() => host.input("lines"), host.unread),
	[Symbol.asyncIterator]() { return this.lines(); },
	get isTTY() { return host.isTTY("stdin"); },
};

// $

class ProcessError extends Error {
	constructor(message, fields) {
		super(message);
		const { cause, stdout, stderr, ...shown } = fields ?? {};
		if (cause !== undefined) Object.defineProperty(this, "cause", { value: cause, writable: true, configurable: true });
		Object.assign(this, shown);
		Object.defineProperty(this, "stdout", { value: stdout ?? "", writable: true, configurable: true });
		Object.defineProperty(this, "stderr", { value: stderr ?? "", writable: true, configurable: true });
	}
}
Object.defineProperty(ProcessError.prototype, "name", { value: "ProcessError", writable: true, configurable: true });

class ProcessOutput {
	#out;
	#err;
	#bytes;
	constructor(fields) {
		this.exitCode = fields.code;
		this.signal = fields.signal;
		this.#bytes = fields.out;
		this.#err = fields.err;
	}
	get stdout() { return this.#out ??= host.text(this.#bytes); }
	get stderr() { return typeof this.#err === "string" ? this.#err : this.#err = host.text(this.#err); }
	get ok() { return this.exitCode === 0; }
	text() { return this.stdout.replace(/\r?\n$/, ""); }
	json() {
		try { return JSON.parse(this.stdout); } catch (e) {
			throw new SyntaxError(`the command's output is not JSON: ${e.message}`);
		}
	}
	lines() { return splitLines(this.stdout); }
	bytes() { return this.#bytes; }
	toString() { return this.text(); }
	valueOf() { return this.text(); }
	[Symbol.toPrimitive]() { return this.text(); }
	[Symbol.for("nodejs.util.inspect.custom")](depth, options, inspect) {
		return inspect({ stdout: this.stdout, stderr: this.stderr, exitCode: this.exitCode, signal: this.signal }, options).replace(/^/, "ProcessOutput ");
	}
}

const quote = (v) => {
	if (v instanceof ProcessOutput) v = v.text();
	if (v === undefined || v === null) throw invalid(`$: ${v} can't be an argument of a command`);
	if (typeof v === "object" && !(typeof v.toString === "function" && v.toString !== Object.prototype.toString))
		throw invalid("$: an object can't be an argument of a command; interpolate a string, a number or an array");
	v = String(v);
	if (v.includes("\0")) throw invalid("$: an argument of a command can't hold a NUL character");
	return /^[\w@%+=:,./-]+$/.test(v) ? v : `'${v.replaceAll("'", `'\\''`)}'`;
};

const commandOf = (pieces, values) => {
	let text = pieces[0];
	for (const [i, v] of values.entries()) {
		if (typeof v === "function" || typeof v === "symbol") throw invalid(`$: a ${typeof v} can't be an argument of a command`);
		text += (Array.isArray(v) ? v.map(quote).join(" ") : quote(v)) + pieces[i + 1];
	}
	return text;
};

const defaults = { maxBuffer: 256 << 20, shell: undefined, killSignal: "SIGTERM" };

class Command {
	#command;
	#options;
	#at;
	#child;
	#started;
	#source;
	#input;
	#next;
	#upstream;
	#taken = false;
	#ended;

	constructor(command, options, at) {
		this.#command = command;
		this.#options = { ...defaults, ...options };
		for (const name of ["timeout"]) if (this.#options[name] !== undefined) this.#options[name] = duration(this.#options[name], `$: ${name}`);
		this.#at = at;
	}

	get command() { return this.#command; }
	get pid() { this.#start(); return this.#child?.pid; }
	get exitCode() {
		return this.#settled().then((r) => r.code, (e) => {
			if (typeof e?.exitCode === "number") return e.exitCode;
			throw e;
		});
	}
	get stdin() {
		this.#input ??= "pipe";
		this.#start();
		const stream = this.#child?.stdin;
		return { write: (data) => stream.write(data), end: (data) => data === undefined ? stream.end() : stream.write(data).then(() => stream.end()) };
	}

	#set(name, value) {
		if (this.#started) throw new Error(`$: ${name} must be set before the command is started; do it where the command is written`);
		this.#options[name] = value;
		return this;
	}
	nothrow(v = true) { this.#options.nothrow = v; return this; }
	quiet(v = true) { return this.#set("verbose", !v); }
	verbose(v = true) { return this.#set("verbose", v); }
	timeout(time, signal) {
		if (signal) this.#set("killSignal", signal);
		return this.#set("timeout", duration(time, "$: timeout"));
	}
	signal(signal) { return this.#set("signal", signal); }
	cwd(dir) { return this.#set("cwd", dir); }
	env(env) { return this.#set("env", env); }
	input(data) { return this.#set("input", data); }

	// pipe sends the output to another command, written as a tagged template or
	// given, or to something with a write method.
	pipe(to, ...values) {
		if (Array.isArray(to) && to.raw) to = new Command(commandOf(to, values), this.#options, this.#at);
		if (to instanceof Command) {
			to.#source = this;
			this.#next = to;
			return to;
		}
		if (typeof to?.write === "function") return this.#pour(to);
		throw invalid("$: pipe needs another $ command or a writable");
	}
	async #pour(to) {
		for (let chunk, out = this.#raw(); (chunk = await out.read()) !== null;) await to.write(chunk);
		const result = await this;
		if (to !== globalThis.process?.stdout && to !== globalThis.process?.stderr) await to.end?.();
		return result;
	}
	#raw() {
		this.#taken = true;
		this.#start();
		return this.#child?.stdout ?? { read: async () => null };
	}

	kill(signal = "SIGTERM") {
		this.#start();
		this.#child?.kill(signal);
		return this;
	}

	// #start begins the command, once: in the microtask after the template, or
	// when something asks for it.
	#start() {
		if (this.#started) return;
		this.#started = true;
		this.#ended = this.#run();
	}

	async #run() {
		const o = this.#options, command = this.#command;
		let why;
		if (o.signal?.aborted) throw o.signal.reason;
		const input = o.input !== undefined ? o.input : this.#input;
		const stdin = this.#source || input !== undefined ? "pipe" : o.stdin ?? "ignore";
		if (o.verbose) host.stderr(`$ ${command}\n`);
		const [file, args] = host.shell(command, o.shell);
		let child;
		try {
			child = this.#child = host.spawn({ file, args, cwd: o.cwd, env: o.env, stdio: [stdin, o.stdout ?? "pipe", o.stderr ?? "pipe"] });
		} catch (e) {
			if (e?.name === "PermissionDenied") throw e;
			throw this.#failure(`\`${command}\` could not be started: ${e.message}`, { cause: e, code: e.code });
		}
		if (this.#source) {
			this.#source.#raw();
			this.#upstream = this.#source.#ended.then(() => undefined, (e) => ({ e }));
		}
		const stop = (reason) => { why ??= reason; child.end(o.killSignal); };
		const onAbort = () => stop({ error: o.signal.reason });
		o.signal?.addEventListener("abort", onAbort);
		const clock = o.timeout === undefined ? undefined : host.timer(o.timeout, () => stop({ text: `timed out after ${host.durationText(o.timeout)}` }));
		const feeding = this.#feed(child, input).catch((e) => { if (e?.code !== "EPIPE" && e?.code !== "EBADF") throw e; });
		feeding.catch((e) => stop({ error: e }));
		const collect = async (stream, name) => {
			if (!stream) return new Uint8Array(0);
			if (o.verbose) return this.#tee(stream, name, o.maxBuffer, stop);
			const { data, full } = await stream.all(o.maxBuffer);
			if (full) stop({ text: `wrote more than maxBuffer (${o.maxBuffer} bytes) to ${name}` });
			return data;
		};
		try {
			const [status, out, err] = await Promise.all([child.wait(),
				this.#taken || this.#next ? new Uint8Array(0) : collect(child.stdout, "stdout"), collect(child.stderr, "stderr")]);
			if (why?.error !== undefined) throw why.error;
			// As in a shell, a command whose reader has had enough did not fail.
			const upstream = await this.#upstream;
			if (upstream && upstream.e?.signal !== "SIGPIPE" && upstream.e?.exitCode !== 141) throw upstream.e;
			const result = { code: status.code, signal: status.signal, out, err };
			result.failure = why || status.code !== 0 ? () => {
				const stderr = host.text(err);
				const how = why?.text ?? (status.signal ? `was ended by ${status.signal}` : `failed with exit code ${status.code}`);
				return this.#failure(`\`${command}\` ${how}${tailOf(stderr)}`, {
					command, exitCode: status.code, signal: status.signal, stdout: host.text(out), stderr });
			} : undefined;
			result.fatal = why !== undefined;
			if (result.failure && (!o.nothrow || result.fatal)) throw result.failure();
			return result;
		} finally {
			clock?.();
			o.signal?.removeEventListener("abort", onAbort);
		}
	}

	async #feed(child, input) {
		if (this.#source) {
			const out = this.#source.#raw();
			try {
				for (let chunk; (chunk = await out.read()) !== null;) await child.stdin.write(chunk);
			} catch (e) {
				this.#source.#child?.stdout?.close();
				throw e;
			} finally {
				child.stdin.end();
			}
		} else if (input !== undefined && input !== "pipe" || this.#options.input !== undefined) {
			try {
				if (typeof input === "string" || ArrayBuffer.isView(input) || input instanceof ArrayBuffer) await child.stdin.write(input);
				else if (typeof input?.[Symbol.asyncIterator] === "function" || typeof input?.[Symbol.iterator] === "function") {
					const it = input[Symbol.asyncIterator]?.() ?? input[Symbol.iterator]();
					for (let step; !(step = await it.next()).done;) await child.stdin.write(await step.value);
				} else throw invalid("$: input must be a string, bytes or an iterable of these");
			} finally {
				child.stdin.end();
			}
		}
	}

	async #tee(stream, name, max, stop) {
		const chunks = [];
		let size = 0;
		for (let chunk; (chunk = await stream.read()) !== null;) {
			host[name](host.text(chunk));
			if ((size += chunk.length) > max) { stop({ text: `wrote more than maxBuffer (${max} bytes) to ${name}` }); break; }
			chunks.push(chunk);
		}
		return host.concat(chunks);
	}

	#failure(message, fields) {
		const e = new ProcessError(message, fields);
		e.stack = `${e.name}: ${message}${this.#at}`;
		return e;
	}

	#settled() {
		this.#start();
		return this.#ended;
	}

	then(ok, fail) { return this.#settled().then((r) => new ProcessOutput(r)).then(ok, fail); }
	catch(fail) { return this.then(undefined, fail); }
	finally(fn) { return this.then().finally(fn); }
	async text() { return (await this).text(); }
	async json() { return (await this).json(); }
	async bytes() { return (await this).bytes(); }
	lines() {
		const self = this;
		return Object.assign(this[Symbol.asyncIterator](), { then(ok, fail) { return self.then((r) => r.lines()).then(ok, fail); } });
	}

	// Its lines, as they come.
	[Symbol.asyncIterator]() {
		let rest = "", inner, decoder;
		const read = async () => {
			decoder ??= host.decoder();
			for (;;) {
				const chunk = await this.#raw().read();
				rest += decoder(chunk);
				if (chunk === null) {
					const last = rest;
					rest = "";
					await this.#settled();
					return last === "" ? null : last;
				}
				const end = rest.lastIndexOf("\n") + 1;
				if (end > 0) {
					const text = rest.slice(0, end);
					rest = rest.slice(end);
					return text;
				}
			}
		};
		const it = { next: () => (inner ??= batches(read)).next(), [Symbol.asyncIterator]() { return this; },
			return: async (value) => {
				if (this.#child) {
					this.nothrow();
					this.#child.stdout?.close();
					this.#child.end("SIGTERM");
					await this.#ended.catch(() => {});
				}
				return { done: true, value };
			} };
		return it;
	}
	get [Symbol.toStringTag]() { return "Command"; }
	static begin(c) { queueMicrotask(() => c.#start()); return c; }
}

const tailOf = (stderr) => {
	const lines = splitLines(stderr.trimEnd());
	if (lines.length === 0) return "";
	const shown = lines.slice(-10).map((l) => "\n  " + (l.length > 400 ? l.slice(0, 400) + "…" : l));
	return ":" + (lines.length > 10 ? `\n  … ${lines.length - 10} lines before` : "") + shown.join("");
};

const shell = (options) => {
	const $ = (pieces, ...values) => {
		if (Array.isArray(pieces) && pieces.raw) {
			const stack = new Error().stack;
			const at = stack.indexOf("\n");
			return Command.begin(new Command(commandOf(pieces, values), options, at < 0 ? "" : stack.slice(at)));
		}
		if (!isOptions(pieces)) throw invalid("$ is a template tag: $`command ${argument}`, or $({ cwd, env, … }) for a $ with options");
		return shell({ ...options, ...pieces });
	};
	Object.defineProperty($, "name", { value: "$" });
	return $;
};

// prompt

async function prompt(question, options = {}) {
	const { default: fallback, choices, secret = false, validate, signal } = options;
	if (choices !== undefined && (!Array.isArray(choices) || choices.length === 0)) throw invalid("prompt: choices must be an array that is not empty");
	const list = choices?.map((c) => isOptions(c) ? c : { value: c, label: String(c) });
	const chosen = (text) => list.find((c, i) => c.label === text || String(c.value) === text || String(i + 1) === text);
	let head = host.printable(String(question ?? "").trimEnd());
	if (list) head += list.map((c, i) => `\n  ${i + 1}) ${host.printable(String(c.label ?? c.value))}`).join("") + "\n>";
	if (fallback !== undefined && !secret) head += ` (${host.printable(String(fallback))})`;
	for (;;) {
		host.stderr(head + " ");
		let text = await host.line(secret, signal);
		if (text === null) {
			if (fallback !== undefined) return fallback;
			throw Object.assign(new Error(`prompt: the input ended before there was an answer to "${question}"`), { code: "ERR_PROMPT_EOF" });
		}
		let answer = text;
		if (text === "" && fallback !== undefined) answer = fallback;
		else if (list) {
			const c = chosen(text.trim());
			if (!c) { host.stderr(`answer with one of 1 to ${list.length}\n`); continue; }
			answer = c.value;
		}
		const verdict = validate ? await validate(answer) : true;
		if (verdict === true || verdict === undefined) return answer;
		host.stderr(`${typeof verdict === "string" ? host.printable(verdict) : "that is not a valid answer"}\n`);
	}
}

// progressBar

class ProgressBar {
	#total;
	#value = 0;
	#title;
	#start = Date.now();
	#drawn = 0;
	#over = false;
	constructor(total, options = {}) {
		if (total !== undefined && !(Number(total) >= 0)) throw invalid("progressBar: the total must be a number from 0, or undefined where it is unknown");
		this.#total = total;
		this.#title = options.title ?? "";
		this.#draw(true);
	}
	get value() { return this.#value; }
	get total() { return this.#total; }
	set total(n) { this.#total = n; this.#draw(); }
	tick(n = 1, title) { return this.update(this.#value + n, title); }
	update(value, title) {
		this.#value = Number(value);
		if (title !== undefined) this.#title = String(title);
		this.#draw();
		return this;
	}
	#text(width) {
		const title = host.printable(this.#title).replace(/\s+/g, " ");
		const label = title && title + " ";
		const seconds = (Date.now() - this.#start) / 1000;
		if (!(this.#total > 0)) return `${label}${this.#value} (${seconds.toFixed(1)}s)`.slice(0, width - 1);
		const part = Math.min(1, Math.max(0, this.#value / this.#total));
		const left = part > 0 && part < 1 ? ` eta ${(seconds / part - seconds).toFixed(0)}s` : ` ${seconds.toFixed(1)}s`;
		const numbers = ` ${this.#value}/${this.#total} ${(part * 100).toFixed(0)}%${left}`;
		const room = Math.max(0, Math.min(30, width - 3 - label.length - numbers.length));
		const full = Math.round(room * part);
		return `${label}${room > 3 ? `[${"█".repeat(full)}${"░".repeat(room - full)}]` : ""}${numbers}`.slice(0, width - 1);
	}
	#draw(force) {
		if (this.#over || !host.isTTY("stderr")) return;
		const now = Date.now();
		if (!force && now - this.#drawn < 50 && this.#value !== this.#total) return;
		this.#drawn = now;
		host.stderr(`\r${this.#text(host.width())}\x1b[K`);
	}
	done(title) {
		if (this.#over) return;
		if (title !== undefined) this.#title = String(title);
		this.#draw(true);
		this.#over = true;
		host.stderr(host.isTTY("stderr") ? "\n" : this.#text(200).replace(/\[[█░]*\]/, "").replace(/ +/g, " ").trim() + "\n");
	}
	[Symbol.dispose]() { this.done(); }
}

return {
	args: host.args(), sleep, retry, pool, stdin, prompt, $: shell({}), ProcessError, ProcessOutput, PermissionDenied: host.errorClass("PermissionDenied"),
	progressBar: (total, options) => new ProgressBar(total, options),
	glob: host.glob, table: host.table,
	yaml: { parse: host.yamlParse, parseAll: host.yamlParseAll, stringify: host.yamlStringify },
	csv: { parse: host.csvParse, stringify: host.csvStringify },
};
}
