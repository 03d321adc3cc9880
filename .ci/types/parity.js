// Holds declarations and runtime together, both ways: what is declared is there,
// as what it is declared to be, and what is there is declared.
// mcpjs run parity.js DECLARED.json, which declared.mjs has written.
import assert from "assert";
import { AsyncLocalStorage, AsyncResource } from "async_hooks";
import childProcess from "child_process";
import crypto from "crypto";
import { channel } from "diagnostics_channel";
import EventEmitter from "events";
import fs from "fs";
import os from "os";
import path from "path";
import readline from "readline";
import stream from "stream";
import { StringDecoder } from "string_decoder";
import { $, progressBar } from "mcpjs";

const declared = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const faults = new Set();
let checked = 0;
const sampled = new Set();

// Names that are there and that nobody is to write.
const unlisted = new Set(`
  init usingDomains binding config reallyExit getActiveResourcesInfo hasUncaughtExceptionCaptureCallback stylize
  SlowBuffer Url pseudoRandomBytes byobRequest
  fork setRawMode createObjectURL revokeObjectURL encrypt decrypt deriveKey deriveBits wrapKey unwrapKey
  createPublicKey createPrivateKey createSign createVerify createCipheriv createDecipheriv createDiffieHellman createECDH
  generateKeyPair generateKeyPairSync sign verify publicEncrypt privateDecrypt scrypt scryptSync hkdf hkdfSync
  brotliCompress brotliCompressSync brotliDecompress brotliDecompressSync createBrotliCompress createBrotliDecompress
  GoError kind deepEqual inspectValues`.split(/\s+/));
// In lines: node's own workings, that packages look for; what is old; what is
// there to say that it isn't available; what is ours.
// A call's result has these; on the call itself they throw, and say to await it.
for (const name of ["text", "data", "content", "structuredContent", "isError"]) unlisted.add("mcp.PendingCall." + name);
// Interfaces that are only part of what has them.
const parts = new Set(["Body"]);
const isUnlisted = (name) => unlisted.has(name) || name.startsWith("[["); // what an instance carries

const classes = [Object, Function, Array, Promise, Uint8Array, Object.getPrototypeOf(Uint8Array), Error, TypeError];
const builtin = new Set([...classes, ...classes.map((c) => c.prototype)]);
builtin.add(Object.getPrototypeOf(async function () {})).add(Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())));

const symbolName = (key) => typeof key === "symbol" ? "@@" + key.description?.replace(/^Symbol\./, "") : key;
const keyOf = (name) => name.startsWith("@@") ? Symbol[name.slice(2)] : name;

/** The names of all properties of a value but those that the language gives it. */
function namesOf(value) {
  const names = new Set();
  for (let o = value; o && !builtin.has(o); o = Object.getPrototypeOf(o)) {
    for (const key of Reflect.ownKeys(o)) {
      if (typeof key === "symbol" && !Object.values(Object.getOwnPropertyDescriptors(Symbol)).some((d) => d.value === key)) continue;
      const name = symbolName(key);
      if (typeof value === "function" && ["length", "name", "prototype", "arguments", "caller"].includes(name)) continue;
      if (name === "constructor" || name === "@@toStringTag" || name === "@@species" || name === "@@hasInstance" || name.startsWith("_")) continue;
      names.add(name);
    }
  }
  return names;
}

function kindFits(value, kind) {
  switch (kind) {
    case "any": return true;
    case "class": case "function": return typeof value === "function";
    case "object": return typeof value === "object" || typeof value === "function";
  }
  return typeof value === kind;
}

const visited = new Map(); // values by type id, each once

/** Checks a value against what is declared of it. */
function check(path, value, d) {
  if (value === undefined || value === null) return;
  checked++;
  if (!kindFits(value, d.kind)) {
    faults.add(`${path} is declared to be of the kind ${d.kind}, and is ${typeof value}`);
    return;
  }
  if (d.type === undefined || d.kind !== "object" && d.kind !== "function" && d.kind !== "class") return;
  members(path, value, d.type);
}

function members(path, value, id) {
  const type = declared.types[id];
  if (!type || Array.isArray(value)) return;
  if (!visited.has(id)) visited.set(id, new Set());
  if (visited.get(id).has(value) || visited.get(id).size > 3) return;
  visited.get(id).add(value);
  sampled.add(id);
  for (const [name, member] of Object.entries(type.members)) {
    if (name === "default") continue; // a module, within itself
    const key = keyOf(name);
    if (!(key in Object(value))) {
      if (!member.optional) faults.add(`${path}.${name} is declared, and is not there`);
      continue;
    }
    check(`${path}.${name}`, value[key], member);
  }
  if (!type.open && !parts.has(type.name)) undeclared(path, namesOf(Object(value)), type);
  if (type.instance !== undefined && typeof value === "function") prototype(path, value, type.instance);
}

/** Checks a class by its prototype: that it has the methods, and no other. */
function prototype(path, constructor, id) {
  const type = declared.types[id];
  if (!type || !constructor.prototype) return;
  for (const [name, member] of Object.entries(type.members)) {
    if (!member.method || member.optional) continue;
    const key = keyOf(name);
    if (!(key in constructor.prototype)) faults.add(`${path}.prototype.${name} is declared, and is not there`);
    else checked++;
  }
  if (!type.open) undeclared(path + ".prototype", namesOf(constructor.prototype), type);
}

function undeclared(path, names, { members, inherited }) {
  for (const name of names) {
    checked++;
    if (!(name in members) && !inherited.includes(name) && !isUnlisted(name) && !isUnlisted(`${path}.${name}`)) faults.add(`${path}.${name} is there, and is not declared`);
  }
}

// Modules and globals.
for (const [name, exported] of Object.entries(declared.modules)) {
  let module;
  try {
    module = await import(name);
  } catch (error) {
    faults.add(`module ${name} is declared: ${error.message}`);
    continue;
  }
  for (const [key, d] of Object.entries(exported)) {
    if (!(key in module)) faults.add(`${name}: ${key} is declared, and is not exported`);
    else check(`${name}: ${key}`, module[key], d);
  }
  for (const key of Object.keys(module)) {
    checked++;
    if (!(key in exported) && !isUnlisted(key)) faults.add(`${name}: ${key} is exported, and is not declared`);
  }
}
const language = new Set(`Object Function Array String Number BigInt RegExp Date Boolean Proxy Reflect Error AggregateError TypeError ReferenceError
  SyntaxError RangeError EvalError URIError eval Math JSON ArrayBuffer DataView Uint8Array Uint8ClampedArray Int8Array Uint16Array Int16Array Uint32Array
  Int32Array Float32Array Float64Array BigInt64Array BigUint64Array Symbol WeakSet WeakMap Map Set Promise globalThis NaN undefined Infinity isNaN parseInt
  parseFloat isFinite decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape Iterator SuppressedError DisposableStack
  AsyncDisposableStack WeakRef FinalizationRegistry Intl`.split(/\s+/));
for (const [name, d] of Object.entries(declared.globals)) {
  if (!(name in globalThis)) faults.add(`the global ${name} is declared, and is not there`);
  else check(name, globalThis[name], d);
}
for (const name of Object.getOwnPropertyNames(globalThis)) {
  if (name in declared.globals || language.has(name) || name.startsWith("__") || isUnlisted(name)) continue;
  faults.add(`the global ${name} is there, and is not declared`);
}

// Values of the classes and interfaces that nothing above led to.
const dir = fs.mkdtempSync(path.join(os.tmpdir(), "parity-"));
const file = path.join(dir, "a.txt");
fs.writeFileSync(file, "a\n");
const client = await mcp.connect("demo", { onElicitation: {} });
const server = mcp.server({ name: "s" });
let context, handled, question;
server.tool("t", async (args, ctx) => { context = ctx; question = await ctx.sample("?"); return "x"; });
const inner = await mcp.connect(server, { onSampling: (params, ctx) => { handled = ctx; return "y"; } });
await inner.callTool("t");
const handle = await fs.promises.open(file);
const failure = (promise) => promise.then(() => { throw new Error("it should have failed"); }, (error) => error);
const samples = {
  "mcp.Client": client,
  "mcp.Server": server,
  "mcp.Context": context,
  "mcp.HandlerContext": handled,
  "mcp.PendingCall": client.tools.echo({ message: "a" }),
  "mcp.ToolResult": await client.tools.picture(),
  "mcp.Media": (await client.tools.picture()).images[0],
  "mcp.Task": await client.tools.countdown({ steps: 1, delayMs: 1 }, { task: true }),
  "mcp.ToolFunction": client.tools.echo,
  "mcp.ToolError": await failure(client.tools.burn()),
  "mcp.ConnectionError": await failure(mcp.connect(["sh", "-c", "exit 3"])),
  "mcp.ConfiguredServer": mcp.servers()[0],
  "fs.Stats": fs.statSync(file),
  "fs.Dirent": fs.readdirSync(dir, { withFileTypes: true })[0],
  "fs.Dir": fs.opendirSync(dir),
  "fs.FileHandle": handle,
  "fs.ReadStream": fs.createReadStream(file),
  "fs.WriteStream": fs.createWriteStream(path.join(dir, "b.txt")),
  "child_process.ChildProcess": childProcess.spawn("true"),
  "crypto.Hash": crypto.createHash("sha256"),
  "crypto.Hmac": crypto.createHmac("sha256", "k"),
  "crypto.KeyObject": crypto.createSecretKey("k"),
  "events.EventEmitter": new EventEmitter(),
  "stream.Readable": stream.Readable.from(["a"]),
  "stream.Writable": new stream.Writable(),
  "stream.Duplex": new stream.Duplex(),
  "stream.Transform": new stream.Transform(),
  "stream.PassThrough": new stream.PassThrough(),
  "stream.Stream": new stream.Stream(),
  "string_decoder.StringDecoder": new StringDecoder(),
  "async_hooks.AsyncLocalStorage": new AsyncLocalStorage(),
  "async_hooks.AsyncResource": new AsyncResource("sample"),
  "diagnostics_channel.Channel": channel("sample"),
  "readline.Interface": readline.createInterface({ input: stream.Readable.from([]) }),
  "readline/promises.Interface": readline.promises.createInterface({ input: stream.Readable.from([]) }),
  "assert.AssertionError": new assert.AssertionError({ message: "m", actual: 1, expected: 2, operator: "==" }),
  "mcpjs.Command": $`true`,
  "mcpjs.ProcessOutput": await $`true`,
  "mcpjs.ProcessError": await failure($`false`),
  "mcpjs.ProgressBar": progressBar(1),
  ImportMeta: import.meta,
  Number: 1,
  Timeout: setTimeout(() => {}, 1),
  Event: new Event("e"),
  CustomEvent: new CustomEvent("e", { detail: 1 }),
  EventTarget: new EventTarget(),
  DOMException: new DOMException("m", "AbortError"),
  AbortSignal: AbortSignal.abort(),
  AbortController: new AbortController(),
  Headers: new Headers({ a: "b" }),
  Request: new Request("http://127.0.0.1/"),
  Response: new Response("a"),
  Body: new Response("a"),
  Blob: new Blob(["a"]),
  File: new File(["a"], "f"),
  FormData: new FormData(),
  URL: new URL("http://127.0.0.1/"),
  URLSearchParams: new URLSearchParams("a=b"),
  TextEncoder: new TextEncoder(),
  TextDecoder: new TextDecoder(),
  TextEncoderStream: new TextEncoderStream(),
  TextDecoderStream: new TextDecoderStream(),
  ReadableStream: new ReadableStream(),
  ReadableStreamDefaultReader: new ReadableStream().getReader(),
  WritableStream: new WritableStream(),
  WritableStreamDefaultWriter: new WritableStream().getWriter(),
  TransformStream: new TransformStream(),
  CountQueuingStrategy: new CountQueuingStrategy({ highWaterMark: 1 }),
  ByteLengthQueuingStrategy: new ByteLengthQueuingStrategy({ highWaterMark: 1 }),
  PerformanceMark: performance.mark("m"),
  PerformanceMeasure: performance.measure("m", "m"),
  PerformanceEntry: performance.mark("m"),
  CryptoKey: await globalThis.crypto.subtle.importKey("raw", new Uint8Array(8), { name: "HMAC", hash: "SHA-256" }, true, ["sign"]),
  Buffer: Buffer.from("a"),
};
new ReadableStream({ start(c) { samples.ReadableStreamDefaultController = c; } });
new WritableStream({ start(c) { samples.WritableStreamDefaultController = c; } });
new TransformStream({ start(c) { samples.TransformStreamDefaultController = c; } });
for (const [name, value] of Object.entries(samples)) {
  const id = declared.named[name];
  if (id === undefined) faults.add(`${name} is a sample, and is not declared`);
  else if (value !== undefined) members(name, value, id);
}

// Options: that those which are declared are taken, and where the refusal of an
// unknown one lists what there is, that those are declared. Calls other than those
// of tools take the options of those, to no effect.
const lenient = new Set(["mcp.CallOptions", "mcp.TaskWaitOptions", "mcp.TaskResultOptions"]);
const takers = {
  "mcp.ClientOptions": (o) => mcp.client("demo", o),
  "mcp.ServerOptions": (o) => mcp.server(o),
  "mcp.CallToolOptions": (o) => client.tools.echo({ message: "a" }, o),
  "mcp.CallOptions": (o) => client.ping(o),
  "mcp.ModelOptions": (o) => mcp.sampling.openai({ model: "m", apiKey: "k", ...o }),
  "mcp.TaskWaitOptions": (o) => client.tasks.wait(samples["mcp.Task"], o),
  "mcp.TaskResultOptions": (o) => client.tasks.result(samples["mcp.Task"], o),
};
for (const [name, take] of Object.entries(takers)) {
  const { members } = declared.types[declared.named[name]];
  const taken = async (option) => await take({ [option]: undefined });
  for (const option of Object.keys(members)) {
    checked++;
    await taken(option).catch((error) => {
      if (error.message.includes("no option")) faults.add(`${name}.${option} is declared: ${error.message}`);
    });
  }
  const refusal = (await failure(taken("zzzzzzzzzzzz"))).message;
  if (!refusal.includes("no option")) faults.add(`${name}: an option that there isn't is not refused: ${refusal}`);
  for (const option of /; there are (.*)$/.exec(refusal)?.[1].split(", ") ?? []) {
    checked++;
    if (!(option in members) && !lenient.has(name)) faults.add(`${name}.${option} is taken, and is not declared`);
  }
}

// What scripts give, rather than get.
const given = /(Options|Init|Params|Source|Sink|Strategy|Target|Types|Handler|Store)$/;
for (const [name, id] of Object.entries(declared.named)) {
  const type = declared.types[id];
  if (!type || name.startsWith("node:") || sampled.has(id) || given.test(name)) continue;
  if (Object.values(type.members).some((m) => m.function)) faults.add(`${name} has no sample in parity.js`);
}
await client.close();
await inner.close();
await handle.close();
fs.rmSync(dir, { recursive: true });

for (const fault of [...faults].sort()) console.log(fault);
console.log(`${checked} names checked, ${faults.size} faults`);
if (faults.size > 0) process.exitCode = 1;
