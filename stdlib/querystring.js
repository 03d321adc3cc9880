// node's module querystring.
() => {
"use strict";
const escape = (s) => encodeURIComponent(typeof s === "string" ? s : String(s));
const unescape = (s) => { try { return decodeURIComponent(s); } catch { return Buffer.from(s.replace(/%([0-9a-f]{2})/gi, (_, h) => String.fromCharCode(parseInt(h, 16))), "latin1").toString(); } };
const plain = (v) => typeof v === "string" ? v : typeof v === "number" && Number.isFinite(v) || typeof v === "bigint" || typeof v === "boolean" ? String(v) : "";
return {
	escape, unescape,
	stringify(o, sep = "&", eq = "=", options) {
		if (o === null || typeof o !== "object") return "";
		const enc = options?.encodeURIComponent ?? escape;
		return Object.keys(o).flatMap((k) => (Array.isArray(o[k]) ? o[k] : [o[k]]).map((v) => enc(plain(k)) + (eq || "=") + enc(plain(v)))).join(sep || "&");
	},
	parse(text, sep = "&", eq = "=", options) {
		const out = Object.create(null), dec = options?.decodeURIComponent ?? unescape, max = options?.maxKeys ?? 1000;
		if (typeof text !== "string" || text === "") return out;
		let parts = text.split(sep || "&");
		if (max > 0) parts = parts.slice(0, max);
		for (const part of parts) {
			if (part === "") continue;
			const i = part.indexOf(eq || "="), k = dec((i < 0 ? part : part.slice(0, i)).replaceAll("+", " ")), v = i < 0 ? "" : dec(part.slice(i + (eq || "=").length).replaceAll("+", " "));
			if (!(k in out)) out[k] = v;
			else if (Array.isArray(out[k])) out[k].push(v);
			else out[k] = [out[k], v];
		}
		return out;
	},
	get decode() { return this.parse; },
	get encode() { return this.stringify; },
};
}
