// node's module path: one implementation, two sets of rules.
(host) => {
"use strict";
const check = (p, name = "path") => {
	if (typeof p !== "string") throw Object.assign(new TypeError(`The "${name}" argument must be of type string. Received ${host.received(p)}`), { code: "ERR_INVALID_ARG_TYPE" });
	return p;
};

// tidy resolves "." and ".." in a path without its root.
const tidy = (rest, above, sep, isSep) => {
	const out = [];
	let part = "";
	const add = () => {
		if (part === "" || part === ".") { part = ""; return; }
		if (part === "..") {
			if (out.length && out.at(-1) !== "..") out.pop();
			else if (above) out.push("..");
		} else out.push(part);
		part = "";
	};
	for (const c of rest) if (isSep(c)) add(); else part += c;
	add();
	return out.join(sep);
};

function rules(win) {
	const sep = win ? "\\" : "/";
	const isSep = (c) => c === "/" || win && c === "\\";
	const isLetter = (c) => /^[A-Za-z]$/.test(c ?? "");

	// split gives the device ("C:", "\\\\server\\share"), whether the path is
	// absolute, and the length of both in the text.
	const split = (p) => {
		if (!win) return { device: "", absolute: p.startsWith("/"), length: p.startsWith("/") ? 1 : 0 };
		if (isSep(p[0])) {
			const unc = /^[\\/]{2}([^\\/]+)[\\/]+([^\\/]+)/.exec(p);
			if (unc) {
				const rest = p.length > unc[0].length ? 1 : 0;
				return { device: `\\\\${unc[1]}\\${unc[2]}`, absolute: true, length: unc[0].length + rest, unc: true };
			}
			return { device: "", absolute: true, length: 1 };
		}
		if (isLetter(p[0]) && p[1] === ":") {
			const absolute = isSep(p[2]);
			return { device: p.slice(0, 2), absolute, length: absolute ? 3 : 2 };
		}
		return { device: "", absolute: false, length: 0 };
	};
	const rootLength = (p) => split(p).length;

	const api = {
		sep, delimiter: win ? ";" : ":",
		isAbsolute: (p) => split(check(p)).absolute,
		normalize(p) {
			check(p);
			if (p === "") return ".";
			const { device, absolute, length } = split(p);
			let rest = tidy(p.slice(length), !absolute, sep, isSep);
			if (rest === "" && !absolute) rest = ".";
			if (rest !== "" && p.length > length && isSep(p.at(-1))) rest += sep;
			return device + (absolute ? sep : "") + rest;
		},
		join(...parts) {
			for (const p of parts) check(p);
			const given = parts.filter((p) => p !== "");
			if (given.length === 0) return ".";
			let joined = given.join(sep);
			// Two separators at the start would be a server only if the first part said so.
			if (win && /^[\\/]{2}/.test(joined) && !/^[\\/]{2}[^\\/]/.test(given[0])) joined = joined.replace(/^[\\/]+/, "\\");
			return api.normalize(joined);
		},
		resolve(...parts) {
			let device = "", rest = "", absolute = false;
			for (let i = parts.length - 1; i >= -1 && !(absolute && (!win || device)); i--) {
				const p = i >= 0 ? check(parts[i], `paths[${i}]`) : host.cwd();
				if (p === "") continue;
				const s = split(p);
				if (win && s.device && device && s.device.toLowerCase() !== device.toLowerCase()) continue;
				device ||= s.device;
				if (!absolute) {
					rest = p.slice(s.length) + sep + rest;
					absolute = s.absolute;
				}
			}
			const text = tidy(rest, !absolute, sep, isSep);
			return device + (absolute ? sep : "") + text || ".";
		},
		relative(from, to) {
			check(from, "from");
			check(to, "to");
			if (from === to) return "";
			from = api.resolve(from);
			to = api.resolve(to);
			const same = (a, b) => win ? a.toLowerCase() === b.toLowerCase() : a === b;
			if (same(from, to)) return "";
			if (win && !same(split(from).device, split(to).device)) return to;
			const a = from.slice(rootLength(from)).split(sep).filter(Boolean), b = to.slice(rootLength(to)).split(sep).filter(Boolean);
			let n = 0;
			while (n < a.length && n < b.length && same(a[n], b[n])) n++;
			return [...a.slice(n).fill(".."), ...b.slice(n)].join(sep);
		},
		toNamespacedPath: (p) => p,
		dirname(p) {
			check(p);
			if (p === "") return ".";
			const root = rootLength(p);
			let end = p.length;
			while (end > root && isSep(p[end - 1])) end--;
			while (end > root && !isSep(p[end - 1])) end--;
			while (end > Math.max(root, 1) && isSep(p[end - 1])) end--;
			if (end === root) return root ? p.slice(0, root) : ".";
			return p.slice(0, end);
		},
		basename(p, suffix) {
			check(p);
			if (suffix !== undefined) check(suffix, "suffix");
			let start = win && isLetter(p[0]) && p[1] === ":" ? 2 : 0, end = p.length;
			while (end > start && isSep(p[end - 1])) end--;
			let from = end;
			while (from > start && !isSep(p[from - 1])) from--;
			const base = p.slice(from, end);
			return suffix !== undefined && base !== suffix && base.endsWith(suffix) ? base.slice(0, base.length - suffix.length) : base === suffix && p === suffix ? "" : base;
		},
		extname(p) {
			const base = api.basename(check(p)), i = base.lastIndexOf(".");
			return i <= 0 || base === ".." ? "" : base.slice(i);
		},
		format(o) {
			if (o === null || typeof o !== "object") throw Object.assign(new TypeError(`The "pathObject" argument must be of type object. Received ${host.received(o)}`), { code: "ERR_INVALID_ARG_TYPE" });
			const dir = o.dir || o.root, ext = o.ext ? (o.ext[0] === "." ? "" : ".") + o.ext : "";
			const base = o.base || `${o.name || ""}${ext}`;
			return !dir ? base : dir === o.root ? dir + base : dir + sep + base;
		},
		parse(p) {
			check(p);
			const length = rootLength(p), base = p.length > length ? api.basename(p.slice(length)) : "", ext = api.extname(base);
			let dir = p === "" ? "" : api.dirname(p);
			if (dir === "." && !/^\.[\\/]/.test(p)) dir = "";
			return { root: p.slice(0, length), dir, base, ext, name: ext ? base.slice(0, base.length - ext.length) : base };
		},
		matchesGlob: (p, pattern) => host.match(p, pattern),
	};
	return api;
}
const posix = rules(false), win32 = rules(true);
for (const api of [posix, win32]) Object.assign(api, { win32, posix });
return host.windows() ? win32 : posix;
}
