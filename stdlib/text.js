// TextEncoder, TextDecoder, atob, btoa.
(native) => {
"use strict";
const error = (C, code, message) => Object.assign(new C(message), { code });
const tag = (C, name) => Object.defineProperty(C.prototype, Symbol.toStringTag, { value: name, configurable: true });
class TextEncoder {
	get encoding() { return "utf-8"; }
	encode(text = "") { return native.encode(String(text)); }
	encodeInto(text, target) {
		if (!(target instanceof Uint8Array)) throw error(TypeError, "ERR_INVALID_ARG_TYPE", "encodeInto: the second argument must be a Uint8Array");
		const [bytes, read] = native.encodeInto(String(text), target.length);
		target.set(bytes);
		return { read, written: bytes.length };
	}
}
tag(TextEncoder, "TextEncoder");
class TextDecoder {
	#encoding; #fatal; #ignoreBOM; #state;
	constructor(label = "utf-8", options) {
		this.#encoding = native.label(String(label));
		if (this.#encoding === undefined) throw error(RangeError, "ERR_ENCODING_NOT_SUPPORTED", `The "${label}" encoding is not supported`);
		this.#fatal = !!options?.fatal;
		this.#ignoreBOM = !!options?.ignoreBOM;
	}
	get encoding() { return this.#encoding; }
	get fatal() { return this.#fatal; }
	get ignoreBOM() { return this.#ignoreBOM; }
	decode(input, options) {
		this.#state ??= native.decoder(this.#encoding, this.#fatal, this.#ignoreBOM);
		if (input === undefined) input = new Uint8Array(0);
		return this.#state(input, !!options?.stream);
	}
}
tag(TextDecoder, "TextDecoder");
const invalid = (message) => new native.DOMException(message, "InvalidCharacterError");
function btoa(text) {
	if (arguments.length === 0) throw error(TypeError, "ERR_MISSING_ARGS", "The \"data\" argument must be specified");
	const out = native.btoa(String(text));
	if (out === undefined) throw invalid("Invalid character");
	return out;
}
function atob(text) {
	if (arguments.length === 0) throw error(TypeError, "ERR_MISSING_ARGS", "The \"data\" argument must be specified");
	text = String(text).replace(/[\t\n\f\r ]/g, "");
	if (text.length % 4 === 0) text = text.replace(/==?$/, "");
	if (/[^A-Za-z0-9+/]/.test(text)) throw invalid("Invalid character");
	if (text.length % 4 === 1) throw invalid("The string to be decoded is not correctly encoded.");
	return native.atob(text);
}
return { TextEncoder, TextDecoder, atob, btoa };
}
