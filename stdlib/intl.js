// Intl, for the locales that native.data knows: what it can't answer throws a RangeError.
(native) => {
"use strict";
const missing = (what) => new RangeError(`${what} is not available in mcpjs`);
const define = (C) => Object.defineProperty(C.prototype, Symbol.toStringTag, { value: "Intl." + C.name, configurable: true });
const option = (o, name, values, missingValue) => {
	let v = o?.[name];
	if (v === undefined) return missingValue;
	if (typeof v !== "boolean") v = String(v);
	if (values && !values.includes(v)) throw new RangeError(`Value ${v} out of range for Intl options property ${name}`);
	return v;
};

const memo = (fn) => {
	const known = new Map();
	return (key) => { let v = known.get(key); if (v === undefined) known.set(key, v = fn(key)); return v; };
};
const numberTokens = memo((pattern) => pattern.match(/[^0¤-]+|0|¤|-/g));
const dateTokens = memo((pattern) => [...pattern.matchAll(/[^{]+|\{(\w+)(?::(\w))?\}/g)]);
const beginsAsWord = memo((s) => /^[A-Za-z\u00c0-\u1fff\u3040-\uffdc]/.test(s)), endsAsWord = memo((s) => /[A-Za-z\u00c0-\u1fff\u3040-\uffdc]$/.test(s));

// Locales: base has the data of "de" for "de-DE" too.
const same = { en: "en-US", zh: "zh-CN", "zh-Hans": "zh-CN", "zh-Hans-CN": "zh-CN", "zh-Hant": "zh-TW", "zh-Hant-TW": "zh-TW", pt: "pt-BR", no: "nb", "no-NO": "nb", "nb-NO": "nb", "de-DE": "de", "fr-FR": "fr", "es-ES": "es", "it-IT": "it", "nl-NL": "nl",
	"ja-JP": "ja", "ko-KR": "ko", "ru-RU": "ru", "pl-PL": "pl", "sv-SE": "sv", "da-DK": "da", "fi-FI": "fi", "cs-CZ": "cs", "tr-TR": "tr", "uk-UA": "uk" };
const known = native.known;
const canonical = (tag) => {
	if (typeof tag !== "string" && (tag === null || typeof tag !== "object")) throw new TypeError("Language ID should be string or object.");
	tag = String(tag);
	if (!/^[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|\d{3}))?(-([a-z\d]{5,8}|\d[a-z\d]{3}))*(-[a-wy-z\d](-[a-z\d]{2,8})+)*(-x(-[a-z\d]{1,8})+)?$/i.test(tag)) throw new RangeError(`Incorrect locale information provided`);
	let extension = false;
	return tag.split("-").map((s, i) => {
		if (s.length === 1) extension = true;
		if (i === 0 || extension) return s.toLowerCase();
		if (s.length === 4 && /[a-z]/i.test(s[0])) return s[0].toUpperCase() + s.slice(1).toLowerCase();
		return s.length === 2 ? s.toUpperCase() : s.toLowerCase();
	}).join("-");
};
const list = (locales) => {
	if (locales === undefined) return [];
	const all = typeof locales === "string" || !(Symbol.iterator in Object(locales)) ? [locales] : [...locales];
	return [...new Set(all.map(canonical))];
};
const bare = (tag) => tag.replace(/-[a-z\d](-.*)?$/, (m) => (/^-[a-z\d](-|$)/.test(m) ? "" : m));
const available = (tag) => { const t = bare(tag); return known.includes(t) ? t : same[t]; };
const resolve = (locales) => {
	const wanted = list(locales);
	if (!wanted.length) wanted.push(available(native.locale) ? native.locale : "en-US");
	for (const tag of wanted) {
		const key = available(tag);
		if (key) {
			const nu = /-u-.*\bnu-([a-z]+)/.exec(tag)?.[1], ca = /-u-.*\bca-([a-z]+)/.exec(tag)?.[1];
			if (nu && nu !== "latn" || ca && ca !== "gregory") throw missing(`Intl: the locale ${tag}`);
			return { locale: bare(tag), key, data: native.data(key), tag };
		}
	}
	throw missing(`Intl: the locale ${wanted[0]}`);
};
const supported = (C) => Object.defineProperty(C, "supportedLocalesOf", { configurable: true, writable: true, value: (locales) => list(locales).filter(available) });

// A decimal is {neg, int, frac}, digits as text: the shortest that mean the number.
const decimal = (v) => {
	if (typeof v === "bigint") return { neg: v < 0n, int: String(v < 0n ? -v : v), frac: "" };
	if (typeof v === "string" && /^\s*[+-]?\d+(\.\d*)?\s*$/.test(v)) {
		const [, sign, int, frac = ""] = /^\s*([+-]?)0*(\d+?)(?:\.(\d*))?\s*$/.exec(v);
		return { neg: sign === "-", int, frac };
	}
	const n = Number(v);
	if (!Number.isFinite(n)) return { neg: n < 0, special: n };
	let [digits, exp = "0"] = String(Math.abs(n)).split("e");
	let [int, frac = ""] = digits.split(".");
	exp = Number(exp);
	if (exp > 0) { frac = frac.padEnd(exp, "0"); int += frac.slice(0, exp); frac = frac.slice(exp); }
	if (exp < 0) { int = int.padStart(-exp + 1, "0"); frac = int.slice(exp) + frac; int = int.slice(0, exp); }
	return { neg: n < 0 || Object.is(n, -0), int: int.replace(/^0+(?=\d)/, ""), frac };
};
// round keeps `keep` digits after the point (before it, where negative), half away from zero.
const round = (d, keep) => {
	const all = d.int + d.frac, at = d.int.length + keep;
	if (at >= all.length) return { ...d };
	if (at < 0) return { ...d, int: "0", frac: "" };
	let digits = BigInt(all.slice(0, at) || "0");
	if (all[at] >= "5") digits++;
	let text = String(digits).padStart(at, "0");
	if (keep <= 0) return { ...d, int: text + (digits ? "0".repeat(-keep) : ""), frac: "" };
	text = text.padStart(keep + 1, "0");
	return { ...d, int: text.slice(0, -keep).replace(/^0+(?=\d)/, ""), frac: text.slice(-keep) };
};
const zero = (d) => /^0*$/.test(d.int + d.frac);
const magnitude = (d) => (d.int !== "0" ? d.int.length : zero(d) ? 1 : -/^0*/.exec(d.frac)[0].length);
const shift = (d, by) => {
	if (by > 0) { const f = d.frac.padEnd(by, "0"); return { ...d, int: (d.int + f.slice(0, by)).replace(/^0+(?=\d)/, ""), frac: f.slice(by) }; }
	const i = d.int.padStart(-by + 1, "0");
	return by === 0 ? d : { ...d, int: i.slice(0, by), frac: i.slice(by) + d.frac };
};
const fit = (d, o) => {
	if (o.maximumSignificantDigits !== undefined) {
		d = round(d, o.maximumSignificantDigits - magnitude(d));
		d.frac = d.frac.replace(/0+$/, "");
		const lack = o.minimumSignificantDigits - (zero(d) ? 1 + d.frac.length : magnitude(d) + d.frac.length);
		if (lack > 0) d.frac += "0".repeat(lack);
	} else {
		d = round(d, o.maximumFractionDigits);
		d.frac = d.frac.replace(/0+$/, "").padEnd(o.minimumFractionDigits, "0");
	}
	d.int = d.int.padStart(o.minimumIntegerDigits ?? 1, "0");
	return d;
};
const category = (key, d, type) => (d.special !== undefined ? "other" : native.plural(key, type, d.int, d.frac));

const zeroDigits = new Set("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(" "));
const threeDigits = new Set("BHD IQD JOD KWD LYD OMR TND".split(" "));
const digitsOption = (o, name, min, max, fallback) => {
	let v = o?.[name];
	if (v === undefined) return fallback;
	v = Number(v);
	if (!(v >= min && v <= max)) throw new RangeError(`${name} value is out of range.`);
	return Math.floor(v);
};
const fractionOptions = (o, s, lowest, highest) => {
	const minSig = o?.minimumSignificantDigits, maxSig = o?.maximumSignificantDigits;
	s.minimumIntegerDigits = digitsOption(o, "minimumIntegerDigits", 1, 21, 1);
	if (minSig !== undefined || maxSig !== undefined) {
		s.minimumSignificantDigits = digitsOption(o, "minimumSignificantDigits", 1, 21, 1);
		s.maximumSignificantDigits = digitsOption(o, "maximumSignificantDigits", s.minimumSignificantDigits, 21, 21);
		return true;
	}
	let min = digitsOption(o, "minimumFractionDigits", 0, 100), max = digitsOption(o, "maximumFractionDigits", 0, 100);
	const given = min !== undefined || max !== undefined;
	if (min === undefined) min = Math.min(lowest, max ?? lowest);
	if (max === undefined) max = Math.max(highest, min);
	if (min > max) throw new RangeError("maximumFractionDigits value is out of range.");
	s.minimumFractionDigits = min;
	s.maximumFractionDigits = max;
	return given;
};

class NumberFormat {
	#r; #s; #rounded; #format;
	constructor(locales, o) {
		if (o === null) throw new TypeError("Cannot convert undefined or null to object");
		this.#r = resolve(locales);
		const s = this.#s = { style: option(o, "style", ["decimal", "percent", "currency", "unit"], "decimal") };
		if (s.style === "unit") throw missing("Intl.NumberFormat: style \"unit\"");
		if (option(o, "numberingSystem", null, "latn") !== "latn") throw missing(`Intl.NumberFormat: numberingSystem "${o.numberingSystem}"`);
		if (option(o, "roundingMode", null, "halfExpand") !== "halfExpand" || (o?.roundingIncrement ?? 1) !== 1 || (o?.roundingPriority ?? "auto") !== "auto" || (o?.trailingZeroDisplay ?? "auto") !== "auto")
			throw missing("Intl.NumberFormat: rounding other than half away from zero");
		if (o?.currency !== undefined && !/^[a-z]{3}$/i.test(o.currency)) throw new RangeError(`Invalid currency code : ${o.currency}`);
		let low = 0, high = s.style === "percent" ? 0 : 3;
		if (s.style === "currency") {
			if (o.currency === undefined) throw new TypeError("Currency code is required with currency style.");
			s.currency = String(o.currency).toUpperCase();
			s.currencyDisplay = option(o, "currencyDisplay", ["code", "symbol", "narrowSymbol", "name"], "symbol");
			s.currencySign = option(o, "currencySign", ["standard", "accounting"], "standard");
			low = high = zeroDigits.has(s.currency) ? 0 : threeDigits.has(s.currency) ? 3 : 2;
			if (s.currencyDisplay === "name" && !this.#r.data.names[s.currency]) throw missing(`Intl.NumberFormat: the name of ${s.currency}`);
		}
		s.notation = option(o, "notation", ["standard", "scientific", "engineering", "compact"], "standard");
		if (s.notation === "engineering" || s.notation === "scientific" && s.style !== "decimal") throw missing(`Intl.NumberFormat: notation "${s.notation}"`);
		if (s.notation === "compact") {
			s.compactDisplay = option(o, "compactDisplay", ["short", "long"], "short");
			if (s.style !== "decimal") throw missing("Intl.NumberFormat: compact notation of anything but plain numbers");
			low = high = 0;
		}
		this.#rounded = fractionOptions(o, s, low, high);
		let g = o?.useGrouping;
		if (g === undefined) g = s.notation === "compact" ? "min2" : "auto";
		else if (g === true || g === "true" || g === "always") g = "always";
		else if (g === false || g === "false") g = g === false ? false : "auto";
		s.useGrouping = g;
		s.signDisplay = option(o, "signDisplay", ["auto", "never", "always", "exceptZero", "negative"], "auto");
	}
	get format() { return this.#format ??= (v) => this.formatToParts(v).map((p) => p.value).join(""); }
	formatToParts(v) {
		const s = this.#s, { data, key } = this.#r;
		if (typeof v === "symbol") throw new TypeError("Cannot convert a Symbol value to a number");
		let d = decimal(typeof v === "object" || typeof v === "function" ? Number(v) : v), exp = 0, template = "0";
		if (d.special === undefined) {
			if (s.style === "percent") d = shift(d, 2);
			if (s.notation === "compact") {
				const compact = (e) => {
					const entry = e >= 3 ? data.compact[s.compactDisplay][Math.min(e, 14)] : 0;
					return entry ? { by: -(Math.min(e, 14) + 1 - entry.d), entry } : { by: 0 };
				};
				const rounding = (x) => (this.#rounded ? fit(x, s) : fit(x, x.int !== "0" && x.int.length > 1 ? { minimumFractionDigits: 0, maximumFractionDigits: 0 } : { minimumSignificantDigits: 1, maximumSignificantDigits: 2 }));
				let c = compact(d.int.length - 1), r = rounding(shift(d, c.by));
				const again = compact(r.int.length - c.by - 1);
				if (again.by !== c.by) { c = again; r = rounding(shift(d, c.by)); }
				d = r;
				if (c.entry) template = (d.int === "1" && !d.frac ? c.entry["=1"] : undefined) ?? c.entry[category(key, d, "cardinal")] ?? c.entry.other ?? Object.values(c.entry)[1];
				if (template === "0" && c.entry) d = decimal(shift(d, -c.by).int);
			} else if (s.notation === "scientific") {
				exp = zero(d) ? 0 : magnitude(d) - (d.int === "0" ? 0 : 1);
				if (d.int === "0" && !zero(d)) exp = magnitude(d) - 1;
				d = fit(shift(d, -exp), s);
				if (d.int.length > 1) { exp++; d = fit(shift(d, -1), s); }
			} else d = fit(d, s);
		}
		const nothing = d.special === undefined ? zero(d) : Number.isNaN(d.special);
		const neg = d.neg && !Number.isNaN(d.special);
		const sign = s.signDisplay === "never" ? "" : s.signDisplay === "always" ? (neg ? "-" : "+") : s.signDisplay === "exceptZero" ? (nothing ? "" : neg ? "-" : "+") : s.signDisplay === "negative" ? (neg && !nothing ? "-" : "") : neg ? "-" : "";
		const number = this.#number(d, exp);
		const out = [];
		const push = (type, value) => { if (value) out.push({ type, value }); };
		const minus = () => push(sign === "-" ? "minusSign" : "plusSign", sign === "-" ? data.minus : data.plus);
		let pattern = template;
		if (s.style === "percent") pattern = data.pct;
		if (s.style === "currency") {
			if (s.currencyDisplay === "name") pattern = data.curName;
			else pattern = sign === "" ? (s.currencySign === "accounting" ? data.accPos : data.cur[0]) : sign === "-" && s.currencySign === "accounting" ? data.acc : data.cur[1];
		}
		const signed = pattern.includes("-") && s.style === "currency" || pattern.startsWith("(");
		if (sign && !signed) minus();
		const symbol = s.style === "currency" ? s.currencyDisplay === "name" ? data.names[s.currency][category(key, d, "cardinal")] ?? data.names[s.currency].other
			: s.currencyDisplay === "code" ? s.currency : (s.currencyDisplay === "narrowSymbol" ? data.nar[s.currency] : undefined) ?? data.sym[s.currency] ?? s.currency : "";
		for (const token of numberTokens(pattern)) {
			if (token === "0") {
				if (out.at(-1)?.type === "currency" && s.currencyDisplay !== "name" && endsAsWord(symbol)) push("literal", "\u00a0");
				out.push(...number);
			} else if (token === "¤") {
				if (["integer", "fraction"].includes(out.at(-1)?.type) && s.currencyDisplay !== "name" && beginsAsWord(symbol)) push("literal", "\u00a0");
				push("currency", symbol);
			} else if (token === "-" && signed) minus();
			else if (s.style === "percent" && token.includes("%")) for (const t of token.match(/[^%]+|%/g)) push(t === "%" ? "percentSign" : "literal", t);
			else if (s.notation === "compact") for (const t of token.match(/^\s+|\S+(\s+\S+)*|\s+/g)) push(/^\s+$/.test(t) ? "literal" : "compact", t);
			else push("literal", token);
		}
		return out;
	}
	#number(d, exp) {
		const s = this.#s, { data } = this.#r;
		if (d.special !== undefined) return [Number.isNaN(d.special) ? { type: "nan", value: data.nan } : { type: "infinity", value: data.inf }];
		const out = [], cur = s.style === "currency";
		const least = s.useGrouping === "min2" ? 2 : s.useGrouping === "always" ? 1 : data.min;
		if (s.useGrouping !== false && d.int.length >= 3 + least) {
			const first = d.int.length % 3 || 3;
			out.push({ type: "integer", value: d.int.slice(0, first) });
			for (let i = first; i < d.int.length; i += 3) out.push({ type: "group", value: (cur && data.curGrp) ?? false ? data.curGrp : data.grp }, { type: "integer", value: d.int.slice(i, i + 3) });
		} else out.push({ type: "integer", value: d.int });
		if (d.frac) out.push({ type: "decimal", value: cur && data.curDec ? data.curDec : data.dec }, { type: "fraction", value: d.frac });
		if (s.notation === "scientific") {
			out.push({ type: "exponentSeparator", value: data.exp });
			if (exp < 0) out.push({ type: "exponentMinusSign", value: data.minus });
			out.push({ type: "exponentInteger", value: String(Math.abs(exp)) });
		}
		return out;
	}
	formatRange() { throw missing("Intl.NumberFormat.formatRange"); }
	formatRangeToParts() { throw missing("Intl.NumberFormat.formatRangeToParts"); }
	resolvedOptions() { return { locale: this.#r.locale, numberingSystem: "latn", ...this.#s, roundingIncrement: 1, roundingMode: "halfExpand", roundingPriority: "auto", trailingZeroDisplay: "auto" }; }
}

const codes = { numeric: "n", "2-digit": "2", short: "s", long: "l", narrow: "s" };
const fieldValues = { weekday: ["narrow", "short", "long"], year: ["numeric", "2-digit"], month: ["numeric", "2-digit", "narrow", "short", "long"], day: ["numeric", "2-digit"],
	hour: ["numeric", "2-digit"], minute: ["numeric", "2-digit"], second: ["numeric", "2-digit"], timeZoneName: ["short", "long", "shortOffset", "longOffset", "shortGeneric", "longGeneric"] };
const dateFields = ["weekday", "year", "month", "day"], timeFields = ["hour", "minute", "second", "fractionalSecondDigits"];
const styles = ["full", "long", "medium", "short"];
const partTypes = { y: "year", yy: "year", M: "month", MM: "month", d: "day", dd: "day", H: "hour", HH: "hour", h: "hour", hh: "hour", m: "minute", mm: "minute", s: "second", ss: "second", a: "dayPeriod", z: "timeZoneName", f: "fractionalSecond", G: "era" };
class DateTimeFormat {
	#r; #s = {}; #zone; #pattern; #format; #narrow = {};
	constructor(locales, o, need = "any", defaults = "date") {
		if (o === null) throw new TypeError("Cannot convert undefined or null to object");
		this.#r = resolve(locales);
		const s = this.#s, { data } = this.#r;
		this.#zone = o?.timeZone === undefined ? native.timeZone() : native.zone(String(o.timeZone));
		if (this.#zone === undefined) throw new RangeError(`Invalid time zone specified: ${o.timeZone}`);
		for (const [name, only] of [["calendar", "gregory"], ["numberingSystem", "latn"]])
			if (o?.[name] !== undefined && o[name] !== only) throw missing(`Intl.DateTimeFormat: ${name} "${o[name]}"`);
		if (o?.dayPeriod !== undefined) throw missing("Intl.DateTimeFormat: dayPeriod");
		const era = option(o, "era", ["long", "short", "narrow"]);
		if (era) s.era = era;
		if (era && !this.#r.locale.startsWith("en")) throw missing(`Intl.DateTimeFormat: era in ${this.#r.locale}`);
		for (const name in fieldValues) { const v = option(o, name, fieldValues[name]); if (v !== undefined) s[name] = v; }
		const digits = digitsOption(o, "fractionalSecondDigits", 1, 3);
		if (digits) s.fractionalSecondDigits = digits;
		if (s.timeZoneName?.endsWith("Generic")) throw missing(`Intl.DateTimeFormat: timeZoneName "${s.timeZoneName}"`);
		const cycle = option(o, "hourCycle", ["h11", "h12", "h23", "h24"]);
		if (o?.hour12 === undefined && (cycle === "h11" || cycle === "h24")) throw missing(`Intl.DateTimeFormat: hourCycle "${cycle}"`);
		const h12 = o?.hour12 !== undefined ? !!o.hour12 : cycle ? cycle === "h12" : data.h12;
		const dateStyle = option(o, "dateStyle", styles), timeStyle = option(o, "timeStyle", styles);
		if (dateStyle || timeStyle) {
			const given = Object.keys(s)[0];
			if (given) throw new TypeError(`Can't set option ${given} when ${dateStyle ? "dateStyle" : "timeStyle"} is used`);
			if (need === "date" && timeStyle || need === "time" && dateStyle) throw new TypeError(`Invalid option : ${need === "date" ? "timeStyle" : "dateStyle"}`);
			if (dateStyle) s.dateStyle = dateStyle;
			if (timeStyle) s.timeStyle = timeStyle;
			let time = timeStyle && data.timeStyle[timeStyle];
			if (time && h12 !== data.h12) time = data.time[(h12 ? "h" : "H") + (h12 ? "n" : "2") + (timeStyle === "short" ? "m" : "ms")] + (/\{z\}/.test(time) ? data.zone.replace("{0}", "") : "");
			if (timeStyle === "full") this.#narrow.zone = "long";
			this.#pattern = dateStyle && time ? data.joinStyle[dateStyle].replace("{1}", () => data.dateStyle[dateStyle]).replace("{0}", () => time) : time ?? data.dateStyle[dateStyle];
		} else {
			const has = (list) => list.some((f) => s[f] !== undefined);
			if (!(need !== "time" && has(dateFields)) && !(need !== "date" && has(timeFields))) {
				if (defaults !== "time") s.year = s.month = s.day = "numeric";
				if (defaults !== "date") s.hour = s.minute = s.second = "numeric";
			}
			this.#pattern = this.#compose(data, h12);
		}
		if (/\{[Hh]/.test(this.#pattern)) { s.hourCycle = h12 ? "h12" : "h23"; s.hour12 = h12; }
	}
	#compose(data, h12) {
		const s = this.#s;
		let date, time;
		if (dateFields.some((f) => s[f])) {
			date = data.date[dateFields.map((f) => codes[s[f]] ?? "").join(".")];
			if (s.month === "narrow") date = date.replace(/\{L:.\}/, "{L:n}");
			if (s.weekday === "narrow") date = date.replace(/\{W:.\}/, "{W:v}");
		}
		if (s.era) date = `${date ?? data.date[dateFields.map((f) => (f === "weekday" ? "" : codes.numeric)).join(".")]} {G}`;
		const { hour, minute, second, fractionalSecondDigits: f } = s;
		if (hour) {
			if (second && !minute) throw missing("Intl.DateTimeFormat: hour and second without minute");
			time = data.time[(h12 ? "h" : "H") + codes[hour] + (minute ? (minute === "numeric" ? "N" : "m") : "") + (second ? "s" : "")];
		} else if (minute && second) time = data.time.ms;
		else if (minute) time = "{m}";
		else if (second) time = "{s}";
		if (f) time = time && second ? time.replace(/\{ss?\}/, (m) => `${m}${data.dec}{f}`) : time ? missing("") : "{f}";
		if (s.timeZoneName) {
			if (time) time = data.zone.replace("{0}", () => time);
			else date = `${date}${/^(ja|zh|ko)/.test(this.#r.key) ? " " : ", "}{z}`;
		}
		if (!date || !time) return date ?? time;
		const width = s.month === "long" ? (s.weekday === "long" ? 3 : 2) : s.month === "short" ? 1 : 0;
		return data.join[width].replace("{1}", () => date).replace("{0}", () => time);
	}
	// As V8 does, a narrow no-break space becomes a plain one in the text, not in the parts.
	get format() { return this.#format ??= (v) => this.formatToParts(v).map((p) => p.value).join("").replaceAll("\u202f", " "); }
	formatToParts(v) {
		const ms = v === undefined ? Date.now() : Number(v);
		if (!(Math.abs(ms) <= 8.64e15)) throw new RangeError("Invalid time value");
		const { data, key } = this.#r, t = native.fields(ms, this.#zone);
		const two = (n) => String(n).padStart(2, "0"), half = t.hour % 12 || 12;
		const values = { y: () => String(t.year > 0 ? t.year : 1 - t.year), yy: () => two(t.year % 100), M: () => String(t.month), MM: () => two(t.month), d: () => String(t.day), dd: () => two(t.day),
			H: () => String(t.hour), HH: () => two(t.hour), h: () => String(half), hh: () => two(half), m: () => String(t.minute), mm: () => two(t.minute), s: () => String(t.second), ss: () => two(t.second),
			a: () => data.ampm[t.hour < 12 ? 0 : 1], f: () => String(t.ms).padStart(3, "0").slice(0, this.#s.fractionalSecondDigits), z: () => this.#zoneName(t, key, data),
			G: () => ({ long: ["Before Christ", "Anno Domini"], short: ["BC", "AD"], narrow: ["B", "A"] })[this.#s.era][t.year > 0 ? 1 : 0] };
		const out = [];
		for (const m of dateTokens(this.#pattern)) {
			if (!m[1]) out.push({ type: "literal", value: m[0] });
			else if (m[1] === "L") out.push({ type: "month", value: data.lists[m[2]][t.month - 1] });
			else if (m[1] === "W") out.push({ type: "weekday", value: data.lists[m[2]][t.weekday] });
			else out.push({ type: partTypes[m[1]], value: values[m[1]]() });
		}
		return out;
	}
	#zoneName(t, key, data) {
		const style = this.#narrow.zone ?? this.#s.timeZoneName ?? "short", utc = ["UTC", "Etc/UTC", "GMT", "Etc/GMT"].includes(this.#zone);
		if (style === "long" && utc) return data.utc;
		if (style === "short" && utc) return "UTC";
		if (style === "short" && key === "en-US" && /^[ECMP][SD]T$|^AK[SD]T$|^HST$/.test(t.name) && /^(America|US|Pacific)\//.test(this.#zone)) return t.name;
		if (t.offset === 0) return "GMT";
		const a = Math.abs(t.offset), h = Math.floor(a / 3600), m = Math.floor(a % 3600 / 60), sign = t.offset < 0 ? data.minus === "\u2212" ? "\u2212" : "-" : "+";
		const long = style === "longOffset" || style === "long";
		return `${/^fr/.test(key) ? "UTC" : "GMT"}${sign}${long ? String(h).padStart(2, "0") : h}${long || m ? ":" + String(m).padStart(2, "0") : ""}`;
	}
	formatRange() { throw missing("Intl.DateTimeFormat.formatRange"); }
	formatRangeToParts() { throw missing("Intl.DateTimeFormat.formatRangeToParts"); }
	resolvedOptions() {
		const { weekday, year, month, day, hour, minute, second, ...rest } = this.#s, out = { locale: this.#r.locale, calendar: "gregory", numberingSystem: "latn", timeZone: this.#zone };
		for (const [k, v] of Object.entries({ ...rest, weekday, year, month, day, hour, minute, second })) if (v !== undefined) out[k] = v;
		return out;
	}
}

class PluralRules {
	#r; #s;
	constructor(locales, o) {
		this.#r = resolve(locales);
		this.#s = { type: option(o, "type", ["cardinal", "ordinal"], "cardinal") };
		fractionOptions(o, this.#s, 0, 3);
	}
	select(n) {
		const d = decimal(Number(n));
		return d.special !== undefined ? "other" : category(this.#r.key, fit(d, this.#s), this.#s.type);
	}
	resolvedOptions() { return { locale: this.#r.locale, ...this.#s }; }
}

class ListFormat {
	#r; #s;
	constructor(locales, o) {
		this.#r = resolve(locales);
		this.#s = { type: option(o, "type", ["conjunction", "disjunction", "unit"], "conjunction"), style: option(o, "style", ["long", "short", "narrow"], "long") };
	}
	formatToParts(items) {
		const all = [...items ?? []], [two, start, middle, end] = this.#r.data.list[this.#s.type[0] + this.#s.style[0]], out = [];
		for (const [i, value] of all.entries()) {
			if (typeof value !== "string") throw new TypeError("Iterable yielded a non-String value");
			if (i) {
				let join = all.length === 2 ? two : i === 1 ? start : i === all.length - 1 ? end : middle;
				if (/^es/.test(this.#r.key) && i === all.length - 1) {
					if (join.includes(" y ") && /^(i|hi(?!e|a))/i.test(value)) join = join.replace(" y ", " e ");
					if (join.includes(" o ") && /^(o|ho|8)/i.test(value)) join = join.replace(" o ", " u ");
				}
				out.push({ type: "literal", value: join });
			}
			out.push({ type: "element", value });
		}
		return out;
	}
	format(items) { return this.formatToParts(items).map((p) => p.value).join(""); }
	resolvedOptions() { return { locale: this.#r.locale, ...this.#s }; }
}

const units = ["second", "minute", "hour", "day", "week", "month", "quarter", "year"];
class RelativeTimeFormat {
	#r; #s; #number;
	constructor(locales, o) {
		this.#r = resolve(locales);
		this.#s = { style: option(o, "style", ["long", "short", "narrow"], "long"), numeric: option(o, "numeric", ["always", "auto"], "always") };
		this.#number = new NumberFormat(this.#r.locale);
	}
	formatToParts(value, unit) {
		const n = Number(value), name = String(unit).replace(/s$/, "");
		if (!units.includes(name)) throw new RangeError(`Invalid unit argument for format() '${unit}'`);
		if (!Number.isFinite(n)) throw new RangeError("Invalid time value");
		const texts = this.#r.data.rel[this.#s.style[0] + name], auto = this.#s.numeric === "auto" && texts.a[Object.is(n, -0) ? 0 : n];
		if (auto) return [{ type: "literal", value: auto }];
		const past = n < 0 || Object.is(n, -0), parts = this.#number.formatToParts(Math.abs(n));
		const set = past ? texts.p : texts.f, text = set[category(this.#r.key, fit(decimal(Math.abs(n)), { minimumFractionDigits: 0, maximumFractionDigits: 3 }), "cardinal")] ?? set.other;
		const [before, after] = text.split("{0}");
		if (after === undefined) return [{ type: "literal", value: text }];
		return [...(before ? [{ type: "literal", value: before }] : []), ...parts.map((p) => ({ ...p, unit: name })), ...(after ? [{ type: "literal", value: after }] : [])];
	}
	format(value, unit) { return this.formatToParts(value, unit).map((p) => p.value).join(""); }
	resolvedOptions() { return { locale: this.#r.locale, ...this.#s, numberingSystem: "latn" }; }
}

class Collator {
	#r; #s; #compare;
	constructor(locales, o) {
		this.#r = resolve(locales);
		const numeric = o?.numeric ?? /-u-.*\bkn\b(?!-false)/.test(this.#r.tag);
		this.#s = { usage: option(o, "usage", ["sort", "search"], "sort"), sensitivity: option(o, "sensitivity", ["base", "accent", "case", "variant"], "variant"), ignorePunctuation: !!o?.ignorePunctuation, collation: "default", numeric: !!numeric, caseFirst: option(o, "caseFirst", ["upper", "lower", "false"], "false") };
		if (this.#s.caseFirst === "upper") throw missing('Intl.Collator: caseFirst "upper"');
		if (this.#s.sensitivity === "case") throw missing('Intl.Collator: sensitivity "case"');
		if (this.#s.ignorePunctuation) throw missing("Intl.Collator: ignorePunctuation");
	}
	get compare() {
		if (!this.#compare) {
			const compare = native.collator(this.#r.key, this.#s.numeric, this.#s.sensitivity);
			this.#compare = (a, b) => compare(String(a), String(b));
		}
		return this.#compare;
	}
	resolvedOptions() { return { locale: this.#r.locale, ...this.#s }; }
}

class Locale {
	#tag;
	constructor(tag) { this.#tag = canonical(tag); }
	get baseName() { return bare(this.#tag); }
	get language() { return this.#tag.split("-")[0]; }
	get script() { return /-([A-Z][a-z]{3})\b/.exec(this.#tag)?.[1]; }
	get region() { return /-([A-Z]{2}|\d{3})(-|$)/.exec(this.#tag)?.[1]; }
	toString() { return this.#tag; }
}

const Intl = {};
const put = (o, name, value) => Object.defineProperty(o, name, { value, writable: true, configurable: true });
// As in the language, NumberFormat, DateTimeFormat and Collator can be called without new.
for (const C of [NumberFormat, DateTimeFormat, Collator]) {
	const f = { [C.name]: function (locales, options) { return new C(locales, options); } }[C.name];
	f.prototype = C.prototype;
	put(C.prototype, "constructor", f);
	supported(f);
	define(C);
	put(Intl, C.name, f);
}
for (const C of [PluralRules, ListFormat, RelativeTimeFormat, Locale]) { supported(C); define(C); put(Intl, C.name, C); }

class Segmenter {
	#r; #granularity;
	constructor(locales, o) {
		this.#r = resolve(locales);
		this.#granularity = option(o, "granularity", ["grapheme", "word", "sentence"], "grapheme");
		if (this.#granularity !== "grapheme") throw missing(`Intl.Segmenter: granularity "${this.#granularity}"`);
	}
	segment(input) {
		input = String(input);
		const at = (index) => { const end = native.grapheme(input, index); return { segment: input.slice(index, end), index, input }; };
		return {
			*[Symbol.iterator]() {
				for (let i = 0; i < input.length;) { const s = at(i); yield s; i += s.segment.length; }
			},
			containing(index = 0) {
				index = Math.trunc(Number(index)) || 0;
				if (index < 0 || index >= input.length) return undefined;
				for (const s of this) if (index < s.index + s.segment.length) return s;
			},
		};
	}
	resolvedOptions() { return { locale: this.#r.locale, granularity: this.#granularity }; }
}
supported(Segmenter);
define(Segmenter);
put(Intl, "Segmenter", Segmenter);
for (const name of ["DisplayNames", "DurationFormat"]) put(Intl, name, { [name]: function () { throw missing("Intl." + name); } }[name]);
put(Intl, "getCanonicalLocales", list);
put(Intl, "supportedValuesOf", () => { throw missing("Intl.supportedValuesOf"); });
Object.defineProperty(Intl, Symbol.toStringTag, { value: "Intl", configurable: true });

const cache = new Map();
const cached = (C, locales, options, ...more) => {
	if (options !== undefined || typeof locales !== "string" && locales !== undefined) return new C(locales, options, ...more);
	const key = [C.name, locales, ...more].join();
	if (!cache.has(key)) cache.set(key, new C(locales, options, ...more));
	return cache.get(key);
};
const date = (need, defaults) => (v, locales, options) => {
	if (Number.isNaN(v)) return "Invalid Date";
	return cached(DateTimeFormat, locales, options, need, defaults).format(v);
};
return {
	Intl,
	number: (v, locales, options) => cached(NumberFormat, locales, options).format(v),
	dateTime: date("any", "all"), date: date("date", "date"), time: date("time", "time"),
	compare: (a, b, locales, options) => cached(Collator, locales, options).compare(a, b),
	casing: (locales) => { const [tag] = list(locales); return (tag ?? "en").split("-")[0]; },
};
}
