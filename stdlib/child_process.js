// node's module child_process, over the native spawn.
(host) => {
"use strict";
const EventEmitter = host.require("events");
const { Readable, Writable } = host.require("stream");
const coded = (C, code, message) => Object.assign(new C(message), { code });
const badType = (name, expected, v) => coded(TypeError, "ERR_INVALID_ARG_TYPE", `The "${name}" argument must be ${expected}. Received ${host.received(v)}`);
const abortError = (signal) => Object.assign(new Error("The operation was aborted", { cause: signal.reason }), { name: "AbortError", code: "ABORT_ERR" });
const signalName = (s) => {
	const all = host.require("os").constants.signals;
	if (s === undefined || s === null) return "SIGTERM";
	const name = typeof s === "number" ? Object.keys(all).find((k) => all[k] === s) : String(s).toUpperCase();
	if (s === 0) return 0;
	if (!(name in all)) throw coded(TypeError, "ERR_UNKNOWN_SIGNAL", `Unknown signal: ${s}`);
	return name;
};

const prepare = (file, args, options) => {
	if (typeof file !== "string") throw badType("file", "of type string", file);
	if (file.length === 0) throw coded(TypeError, "ERR_INVALID_ARG_VALUE", "The argument 'file' cannot be empty. Received ''");
	if (args !== undefined && args !== null && !Array.isArray(args)) { options = args; args = []; }
	if (options !== undefined && (options === null || typeof options !== "object")) throw badType("options", "of type object", options);
	args = (args ?? []).map(String);
	options = { ...options };
	for (const a of [file, ...args]) if (a.includes("\0")) throw coded(TypeError, "ERR_INVALID_ARG_VALUE", `The argument 'args' must be a string without null bytes. Received ${host.inspect(a)}`);
	if (typeof options.cwd?.href === "string") options.cwd = host.require("url").fileURLToPath(options.cwd);
	const spawnargs = [options.argv0 ?? file, ...args];
	let argv = spawnargs, program = file;
	if (options.shell) {
		const command = [file, ...args].join(" ");
		program = typeof options.shell === "string" ? options.shell : host.shellFile();
		argv = /cmd(\.exe)?$/i.test(program) ? [program, "/d", "/s", "/c", `"${command}"`] : [program, "-c", command];
	}
	return { program, argv, options };
};
const stdioOf = (stdio = "pipe", input) => {
	if (typeof stdio === "string") stdio = [stdio, stdio, stdio];
	if (!Array.isArray(stdio)) throw coded(TypeError, "ERR_INVALID_ARG_VALUE", `The argument 'stdio' is invalid. Received ${host.inspect(stdio)}`);
	return [0, 1, 2].map((i) => {
		const v = stdio[i] ?? "pipe";
		if (v === "pipe" || v === "ignore" || v === "inherit") return v;
		if (v === "overlapped") return "pipe";
		if (v === i || v === [globalThis.process?.stdin, globalThis.process?.stdout, globalThis.process?.stderr][i]) return "inherit";
		throw coded(TypeError, "ERR_INVALID_ARG_VALUE", `The argument 'stdio' is invalid. Received ${host.inspect(v)}`);
	});
};

const outputStream = (native) => {
	let reading = false;
	return new Readable({
		highWaterMark: 65536,
		read() {
			if (reading) return;
			reading = true;
			native.read().then((chunk) => { reading = false; this.push(chunk); }, (e) => { reading = false; this.destroy(e); });
		},
		destroy(e, done) { native.close(); done(e); },
	});
};
const inputStream = (native) => new Writable({
	write(chunk, encoding, done) { native.write(chunk).then(() => done(), done); },
	final(done) { native.end(); done(); },
	destroy(e, done) { native.end(); done(e); },
});

class ChildProcess extends EventEmitter {
	#native;
	constructor() {
		super();
		this.pid = undefined;
		this.stdin = this.stdout = this.stderr = null;
		this.stdio = [null, null, null];
		this.connected = false;
		this.killed = false;
		this.exitCode = this.signalCode = null;
	}
	_spawn({ program, argv, options }) {
		this.spawnfile = program;
		this.spawnargs = argv;
		const { signal, timeout, killSignal } = options;
		const kill = signalName(killSignal);
		try {
			this.#native = host.spawn({ file: program, args: argv, cwd: options.cwd, env: options.env, stdio: stdioOf(options.stdio) });
		} catch (e) {
			if (e?.syscall === undefined) throw e;
			for (const [i, name] of ["stdin", "stdout", "stderr"].entries())
				if (stdioOf(options.stdio)[i] === "pipe") this.stdio[i] = this[name] = i === 0 ? new Writable({ write(c, n, done) { done(); } }) : Readable.from([]);
			queueMicrotask(() => { this.emit("error", e); this.emit("close", e.errno ?? -1, null); });
			return this;
		}
		const n = this.#native;
		this.pid = n.pid;
		if (n.stdin) this.stdin = inputStream(n.stdin);
		if (n.stdout) this.stdout = outputStream(n.stdout);
		if (n.stderr) this.stderr = outputStream(n.stderr);
		this.stdio = [this.stdin, this.stdout, this.stderr];
		const open = [this.stdout, this.stderr].filter(Boolean);
		let timer, aborted;
		if (timeout > 0) timer = host.timer(timeout, () => { this.kill(kill); });
		const onAbort = () => { aborted = abortError(signal); this.kill(kill); this.emit("error", aborted); };
		if (signal?.aborted) queueMicrotask(onAbort); else signal?.addEventListener("abort", onAbort, { once: true });
		queueMicrotask(() => this.emit("spawn"));
		n.wait().then((status) => {
			timer?.();
			signal?.removeEventListener("abort", onAbort);
			this.exitCode = status.code;
			this.signalCode = status.signal;
			this.stdin?.destroy();
			this.emit("exit", status.code, status.signal);
			const ends = open.map((s) => new Promise((resolve) => {
				if (s.closed) resolve();
				else { s.once("close", resolve); if (s.readableFlowing === null && !s._r.consumed) s.resume(); }
			}));
			return Promise.all(ends).then(() => this.emit("close", status.code, status.signal));
		}, (e) => { timer?.(); this.emit("error", e); });
		return this;
	}
	kill(signal) {
		const name = signalName(signal);
		if (!this.#native || this.exitCode !== null || this.signalCode !== null) return false;
		if (name === 0) return true;
		const sent = this.#native.kill(name);
		if (sent) this.killed = true;
		return sent;
	}
	ref() {}
	unref() {}
	disconnect() {}
	[Symbol.dispose]() { if (!this.killed) this.kill(); }
}

const spawn = (file, args, options) => new ChildProcess()._spawn(prepare(file, args, options));

// execFile and its kin collect what was written.
function collect(child, { encoding = "utf8", maxBuffer = 1024 * 1024, killSignal }, command, done) {
	const text = encoding && encoding !== "buffer", out = { stdout: [], stderr: [] }, sizes = { stdout: 0, stderr: 0 };
	let failure, over = false;
	for (const name of ["stdout", "stderr"]) child[name]?.on("data", (chunk) => {
		const room = maxBuffer - sizes[name];
		sizes[name] += chunk.length;
		if (chunk.length <= room) { out[name].push(chunk); return; }
		if (room > 0) out[name].push(chunk.subarray(0, room));
		if (!failure) {
			failure = coded(RangeError, "ERR_CHILD_PROCESS_STDIO_MAXBUFFER", `${name} maxBuffer length exceeded`);
			child.kill(killSignal);
			child.stdout?.destroy();
			child.stderr?.destroy();
		}
	});
	const result = (name) => { const all = Buffer.concat(out[name]); return text ? all.toString(encoding) : all; };
	const finish = (code, signal) => {
		if (over) return;
		over = true;
		const stdout = result("stdout"), stderr = result("stderr");
		if (!failure && (code !== 0 || signal !== null)) {
			failure = new Error(`Command failed: ${command}\n${stderr}`);
			failure.code = code ?? null;
			failure.killed = child.killed;
			failure.signal = signal;
		}
		if (failure && failure.cmd === undefined) failure.cmd = command;
		done(failure ?? null, stdout, stderr);
	};
	child.on("error", (e) => { failure ??= e; if (child.pid === undefined || e.name === "AbortError") queueMicrotask(() => finish(null, null)); });
	child.on("close", finish);
	return child;
}

function execFile(file, ...rest) {
	const done = typeof rest.at(-1) === "function" ? rest.pop() : () => {};
	const args = Array.isArray(rest[0]) ? rest.shift() : [], options = rest[0] ?? {};
	const p = prepare(file, args, { ...options, stdio: "pipe" });
	return collect(new ChildProcess()._spawn(p), options, options.shell ? p.argv.at(-1) : [file, ...args].join(" "), done);
}
function exec(command, options, done) {
	if (typeof options === "function") { done = options; options = {}; }
	return execFile(command, [], { ...options, shell: options?.shell ?? true }, done ?? (() => {}));
}
const custom = Symbol.for("nodejs.util.promisify.custom");
for (const fn of [exec, execFile]) Object.defineProperty(fn, custom, { value: (...args) => {
	const at = new Error().stack.replace(/^[^\n]*/, "");
	let child;
	const promise = new Promise((resolve, reject) => {
		child = fn(...args, (e, stdout, stderr) => {
			if (!e) { resolve({ stdout, stderr }); return; }
			e.stack = `${e.name}: ${e.message}${at}`;
			reject(Object.assign(e, { stdout, stderr }));
		});
	});
	return Object.assign(promise, { child });
} });

// The sync forms block the run, and end with it.
function spawnSync(file, args, options) {
	const p = prepare(file, args, options), o = p.options;
	const stdio = stdioOf(o.stdio);
	if (o.input !== undefined) stdio[0] = "pipe";
	const r = host.spawnSync({ file: p.program, args: p.argv, cwd: o.cwd, env: o.env, stdio,
		input: typeof o.input === "string" ? Buffer.from(o.input, o.encoding && o.encoding !== "buffer" ? o.encoding : "utf8") : o.input, timeout: o.timeout ?? 0, killSignal: signalName(o.killSignal), maxBuffer: o.maxBuffer ?? 1024 * 1024 });
	const text = (b) => b === null ? null : o.encoding && o.encoding !== "buffer" ? b.toString(o.encoding) : b;
	const stdout = text(r.stdout), stderr = text(r.stderr);
	const result = { status: r.code, signal: r.signal, output: [null, stdout, stderr], pid: r.pid, stdout, stderr };
	if (r.error) result.error = r.error;
	else if (r.timedOut) result.error = Object.assign(new Error(`spawnSync ${p.program} ETIMEDOUT`), { errno: -110, code: "ETIMEDOUT", syscall: `spawnSync ${p.program}`, path: p.program, spawnargs: p.argv.slice(1) });
	else if (r.full) result.error = Object.assign(new Error(`spawnSync ${p.program} ENOBUFS`), { errno: -105, code: "ENOBUFS", syscall: `spawnSync ${p.program}`, path: p.program, spawnargs: p.argv.slice(1) });
	return result;
}
function checked(r, command, options) {
	if (!options?.stdio && r.stderr?.length) host.stderr(r.stderr);
	if (r.error) { Object.assign(r.error, r); delete r.error.error; throw r.error; }
	if (r.status !== 0) throw Object.assign(new Error(`Command failed: ${command}${r.stderr?.length ? `\n${r.stderr}` : ""}`), r);
	return r.stdout;
}
const execFileSync = (file, args, options) => {
	if (!Array.isArray(args)) { options = args; args = []; }
	return checked(spawnSync(file, args, options), [file, ...args].join(" "), options);
};
const execSync = (command, options) => checked(spawnSync(command, [], { ...options, shell: options?.shell ?? true }), command, options);
const fork = () => { throw coded(Error, "ERR_METHOD_NOT_IMPLEMENTED", "child_process.fork is not available: start a program with spawn"); };
return { ChildProcess, spawn, exec, execFile, spawnSync, execSync, execFileSync, fork };
}
