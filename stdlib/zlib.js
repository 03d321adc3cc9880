// Node's module zlib: gzip, deflate and deflate without a header. Its streams
// give all they have at their end.
(native) => {
"use strict";
const error = (C, code, message) => Object.assign(new C(message), { code });
const bytes = (v) => {
	if (typeof v === "string") return Buffer.from(v);
	if (v instanceof ArrayBuffer) return new Uint8Array(v);
	if (ArrayBuffer.isView(v)) return new Uint8Array(v.buffer, v.byteOffset, v.byteLength);
	throw error(TypeError, "ERR_INVALID_ARG_TYPE", `The "buffer" argument must be of type string or an instance of Buffer, TypedArray, DataView, or ArrayBuffer. Received ${native.received(v)}`);
};
const zlib = {
	constants: { Z_NO_COMPRESSION: 0, Z_BEST_SPEED: 1, Z_BEST_COMPRESSION: 9, Z_DEFAULT_COMPRESSION: -1, Z_NO_FLUSH: 0, Z_PARTIAL_FLUSH: 1, Z_SYNC_FLUSH: 2, Z_FULL_FLUSH: 3, Z_FINISH: 4, Z_BLOCK: 5, Z_OK: 0 },
	crc32: (data, value = 0) => native.crc32(bytes(data), value),
};
const work = (name, data, options) => {
	const level = options?.level ?? -1, limit = options?.maxOutputLength ?? 2 ** 31;
	return Buffer.from(native.run(name, data, level, limit).buffer);
};
for (const name of ["gzip", "gunzip", "deflate", "inflate", "deflateRaw", "inflateRaw", "unzip"]) {
	zlib[name + "Sync"] = (data, options) => work(name, bytes(data), options);
	zlib[name] = (data, options, done = options) => {
		if (typeof done !== "function") throw error(TypeError, "ERR_INVALID_ARG_TYPE", `The "callback" argument must be of type function. Received ${native.received(done)}`);
		const input = bytes(data);
		setImmediate(() => {
			let out;
			try { out = work(name, input, typeof options === "function" ? undefined : options); } catch (e) { done(e); return; }
			done(null, out);
		});
	};
	zlib["create" + name[0].toUpperCase() + name.slice(1)] = (options) => {
		const { Transform } = native.require("stream"), chunks = [];
		return new Transform({
			transform(chunk, encoding, done) { chunks.push(Buffer.from(chunk)); done(); },
			flush(done) {
				let out;
				try { out = work(name, Buffer.concat(chunks), options); } catch (e) { done(e); return; }
				if (out.length) this.push(out);
				done();
			},
		});
	};
}
for (const name of ["brotliCompress", "brotliDecompress", "brotliCompressSync", "brotliDecompressSync", "createBrotliCompress", "createBrotliDecompress"])
	zlib[name] = { [name]() { throw error(Error, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", `zlib.${name} is not available in mcpjs: gzip and deflate are`); } }[name];
return zlib;
}
