// node's module string_decoder.
(host) => {
"use strict";
class StringDecoder {
	#rest = Buffer.alloc(0);
	constructor(encoding = "utf8") {
		if (!Buffer.isEncoding(encoding)) throw Object.assign(new TypeError(`Unknown encoding: ${encoding}`), { code: "ERR_UNKNOWN_ENCODING" });
		const name = String(encoding).toLowerCase();
		this.encoding = { "utf-8": "utf8", "ucs2": "utf16le", "ucs-2": "utf16le", "utf-16le": "utf16le", "binary": "latin1" }[name] ?? name;
	}
	write(chunk) {
		if (typeof chunk === "string") return chunk;
		if (!ArrayBuffer.isView(chunk)) throw Object.assign(new TypeError(`The "buf" argument must be an instance of Buffer, TypedArray, or DataView. Received ${host.received(chunk)}`), { code: "ERR_INVALID_ARG_TYPE" });
		const all = Buffer.concat([this.#rest, Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)]);
		const cut = all.length - this.#incomplete(all);
		this.#rest = Buffer.from(all.subarray(cut));
		return all.toString(this.encoding, 0, cut);
	}
	end(chunk) {
		let out = chunk === undefined ? "" : this.write(chunk);
		if (this.#rest.length) out += this.#rest.toString(this.encoding);
		this.#rest = Buffer.alloc(0);
		return out;
	}
	#incomplete(all) {
		switch (this.encoding) {
		case "utf8": return host.incomplete(all);
		case "base64": case "base64url": return all.length % 3;
		case "utf16le": {
			const odd = all.length % 2, last = all.length - odd;
			return last >= 2 && (all[last - 1] & 0xfc) === 0xd8 ? odd + 2 : odd;
		}
		}
		return 0;
	}
}
return { StringDecoder };
}
