// Writes the data of intl.js: what Intl of a node with full ICU says of each
// locale, as patterns. Run: node stdlib/testdata/intldata.mjs > stdlib/intl.json
const locales = ["en-US", "en-GB", "en-AU", "en-CA", "de", "de-AT", "de-CH", "fr", "fr-CA", "es", "es-MX", "it", "pt-BR", "pt-PT", "nl", "ja", "zh-CN", "zh-TW", "ko", "ru", "pl", "sv", "da", "nb", "fi", "cs", "tr", "uk", "en-NZ", "en-IE", "fr-BE", "fr-CH", "nl-BE", "it-CH", "es-AR"];
const currencies = ["USD", "EUR", "GBP", "JPY", "CNY", "INR", "KRW", "BRL", "CHF", "CAD", "AUD", "NZD", "MXN", "RUB", "PLN", "SEK", "NOK", "DKK", "CZK", "HUF", "TRY", "UAH", "ILS", "HKD", "TWD", "SGD", "THB", "ZAR"];
const sample = new Date(Date.UTC(2003, 1, 1, 15, 4, 5)); // a Saturday
const out = {};
for (const locale of locales) {
	const d = out[locale] = {};
	const nf = (o) => new Intl.NumberFormat(locale, o);
	const part = (n, type, o) => nf(o).formatToParts(n).find((p) => p.type === type)?.value ?? "";
	d.dec = part(1.5, "decimal"); d.grp = part(1234567, "group"); d.minus = part(-1, "minusSign"); d.plus = part(1, "plusSign", { signDisplay: "always" });
	d.min = nf().format(1234).length === 4 ? 2 : 1; d.nan = nf().format(NaN); d.inf = part(Infinity, "infinity"); d.exp = part(1e5, "exponentSeparator", { notation: "scientific" });
	const shape = (parts) => parts.map((p) => ["integer", "decimal", "fraction", "group"].includes(p.type) ? "0" : p.type === "currency" ? "¤" : p.type === "minusSign" ? "-" : p.value).join("").replace(/0+/, "0");
	d.pct = shape(nf({ style: "percent" }).formatToParts(0.5));
	d.accPos = shape(nf({ style: "currency", currency: "EUR", currencySign: "accounting" }).formatToParts(1));
	d.cur = [1, -1].map((n) => shape(nf({ style: "currency", currency: "EUR" }).formatToParts(n)));
	d.acc = shape(nf({ style: "currency", currency: "EUR", currencySign: "accounting" }).formatToParts(-1));
	const gap = nf({ style: "currency", currency: "EUR", currencyDisplay: "name" }).formatToParts(5); d.curName = shape(gap);
	const curGrp = part(1234567, "group", { style: "currency", currency: "EUR" }), curDec = part(1.5, "decimal", { style: "currency", currency: "EUR" });
	if (curGrp !== d.grp) d.curGrp = curGrp; if (curDec !== d.dec) d.curDec = curDec;
	d.sym = {}; d.nar = {}; d.names = {};
	const plural = new Intl.PluralRules(locale);
	const byPlural = (fn) => { const o = {}; for (const n of [1, 2, 5, 0, 1e6, 1.5]) o[plural.select(n)] ??= fn(n); return o; };
	for (const c of currencies) {
		const s = part(1, "currency", { style: "currency", currency: c }); if (s !== c) d.sym[c] = s;
		const n = part(1, "currency", { style: "currency", currency: c, currencyDisplay: "narrowSymbol" }); if (n !== (d.sym[c] ?? c)) d.nar[c] = n;
		d.names[c] = byPlural((n) => part(n, "currency", { style: "currency", currency: c, currencyDisplay: "name", minimumFractionDigits: n === 1.5 ? 1 : 0, maximumFractionDigits: 1 }));
	}
	d.compact = {};
	for (const style of ["short", "long"]) d.compact[style] = Array.from({ length: 15 }, (_, e) => e < 3 ? 0 : (() => {
		const o = {}; let digits = 0;
		for (const k of [1, 1.5, 2, 5]) {
			const ps = nf({ notation: "compact", compactDisplay: style }).formatToParts(k * 10 ** e);
			digits = ps.filter((p) => p.type === "integer").map((p) => p.value).join("").length;
			const shown = Number(ps.filter((p) => ["integer", "fraction"].includes(p.type)).map((p) => (p.type === "fraction" ? "." : "") + p.value).join(""));
			const text = ps.map((p) => (["integer", "group", "decimal", "fraction"].includes(p.type) ? "0" : p.value)).join("").replace(/0+/, "0");
			if (k === 1) o["=1"] = text; // French and Italian have a word for exactly that
			else o[plural.select(shown)] ??= text;
		}
		return { d: digits, ...(new Set(Object.values(o)).size === 1 ? { other: Object.values(o)[0] } : o) };
	})());
	// Dates.
	const df = (o) => new Intl.DateTimeFormat(locale, { timeZone: "UTC", numberingSystem: "latn", calendar: "gregory", ...o });
	const names = (o, type, dates) => dates.map((t) => df(o).formatToParts(t).find((p) => p.type === type)?.value);
	const months = Array.from({ length: 12 }, (_, i) => Date.UTC(2003, i, 10)), days = Array.from({ length: 7 }, (_, i) => Date.UTC(2003, 1, 2 + i));
	const lists = { L: names({ month: "long", day: "numeric" }, "month", months), l: names({ month: "long" }, "month", months), S: names({ month: "short", day: "numeric" }, "month", months), s: names({ month: "short" }, "month", months), n: names({ month: "narrow" }, "month", months),
		t: names({ month: "short", day: "numeric", year: "numeric" }, "month", months), m: names({ dateStyle: "medium" }, "month", months) };
	const wlists = { W: names({ weekday: "long" }, "weekday", days), w: names({ weekday: "short" }, "weekday", days), v: names({ weekday: "narrow" }, "weekday", days), X: names({ weekday: "long", month: "long", day: "numeric" }, "weekday", days), x: names({ weekday: "short", month: "short", day: "numeric" }, "weekday", days) };
	d.lists = { ...lists, ...wlists };
	d.ampm = [0, 12].map((h) => df({ hour: "numeric", hour12: true }).formatToParts(Date.UTC(2003, 1, 1, h)).find((p) => p.type === "dayPeriod")?.value);
	// A pattern is text with {tokens}: y yy M MM d dd H HH h hh k mm ss a z, {L:list} a month's name, {W:list} a weekday's.
	const listed = (all, type, dates, o) => {
		const mine = names(o, type, dates), same = Object.keys(all).find((k) => JSON.stringify(all[k]) === JSON.stringify(mine));
		if (same) return same;
		const fresh = [..."ABCDEFGHIJKMNOPQ"].find((k) => !(k in d.lists));
		all[fresh] = d.lists[fresh] = mine;
		return fresh;
	};
	const token = (p, o) => {
		const v = p.value, two = v.length === 2 && v[0] === "0";
		switch (p.type) {
		case "literal": return v;
		case "year": return v === "03" ? "{yy}" : "{y}";
		case "relatedYear": return "{y}";
		case "month": {
			if (/^0?2$/.test(v)) return two ? "{MM}" : "{M}";
			return `{L:${listed(lists, "month", months, o)}}`;
		}
		case "weekday": return `{W:${listed(wlists, "weekday", days, o)}}`;
		case "day": return two ? "{dd}" : "{d}";
		case "hour": return v === "15" ? "{H}" : two ? "{hh}" : "{h}";
		case "minute": return two ? "{mm}" : "{m}";
		case "second": return two ? "{ss}" : "{s}";
		case "dayPeriod": return "{a}";
		case "timeZoneName": return "{z}";
		}
		return v;
	};
	const pattern = (o, at = sample) => df(o).formatToParts(at).map((p) => token(p, o)).join("");
	const early = new Date(Date.UTC(2003, 1, 1, 3, 4, 5));
	// hours shows with a leading zero or not: 3 o'clock tells.
	const timePattern = (o) => {
		const s = pattern(o);
		if (!s.includes("{H}")) return s;
		return s.replace("{H}", df(o).formatToParts(early).find((p) => p.type === "hour").value.length === 2 ? "{HH}" : "{H}");
	};
	d.date = {};
	const code = { undefined: "", numeric: "n", "2-digit": "2", short: "s", long: "l", narrow: "r" };
	for (const weekday of [undefined, "short", "long"]) for (const year of [undefined, "numeric", "2-digit"]) for (const month of [undefined, "numeric", "2-digit", "short", "long"]) for (const day of [undefined, "numeric", "2-digit"]) {
		if (!weekday && !year && !month && !day) continue;
		d.date[[weekday, year, month, day].map((v) => code[v]).join(".")] = pattern({ weekday, year, month, day });
	}
	d.time = {};
	for (const hour12 of [false, true]) for (const hour of ["numeric", "2-digit"]) for (const minute of [undefined, "2-digit", "numeric"]) for (const second of minute ? [undefined, minute] : [undefined]) {
		d.time[[hour12 ? "h" : "H", code[hour], minute ? (minute === "numeric" ? "N" : "m") : "", second ? "s" : ""].join("")] = timePattern({ hour12, hour, minute, second });
	}
	d.time.ms = pattern({ minute: "2-digit", second: "2-digit" });
	d.zone = timePattern({ hour: "numeric", minute: "2-digit", timeZoneName: "short" }).replace(timePattern({ hour: "numeric", minute: "2-digit" }), "{0}");
	d.h12 = df({ hour: "numeric" }).resolvedOptions().hour12;
	const join = (o, date, time) => pattern({ ...date, ...time, ...o }).replace(pattern(date), "{1}").replace(pattern(time), "{0}");
	const hm = { hour: "numeric", minute: "2-digit" };
	d.join = [{ month: "numeric", day: "numeric", year: "numeric" }, { month: "short", day: "numeric", year: "numeric" }, { month: "long", day: "numeric", year: "numeric" }, { month: "long", day: "numeric", year: "numeric", weekday: "long" }].map((date) => join({}, date, hm));
	d.dateStyle = {}; d.timeStyle = {}; d.joinStyle = {};
	for (const s of ["full", "long", "medium", "short"]) {
		d.dateStyle[s] = pattern({ dateStyle: s }); d.timeStyle[s] = timePattern({ timeStyle: s });
		d.joinStyle[s] = pattern({ dateStyle: s, timeStyle: "short" }).replace(d.dateStyle[s], "{1}").replace(pattern({ timeStyle: "short" }), "{0}");
	}
	d.utc = df({ hour: "numeric", timeZoneName: "long" }).formatToParts(sample).find((p) => p.type === "timeZoneName").value;
	// Lists: two, start, middle, end.
	d.list = {};
	for (const type of ["conjunction", "disjunction", "unit"]) for (const style of ["long", "short", "narrow"]) {
		const f = new Intl.ListFormat(locale, { type, style }), four = f.format(["{0}", "{1}", "{2}", "{3}"]);
		const m = /^\{0\}(.*)\{1\}(.*)\{2\}(.*)\{3\}$/.exec(four);
		d.list[type[0] + style[0]] = [/^\{0\}(.*)\{1\}$/.exec(f.format(["{0}", "{1}"]))[1], m[1], m[2], m[3]];
	}
	d.rel = {};
	for (const style of ["long", "short", "narrow"]) for (const unit of ["second", "minute", "hour", "day", "week", "month", "quarter", "year"]) {
		const f = new Intl.RelativeTimeFormat(locale, { style }), a = new Intl.RelativeTimeFormat(locale, { style, numeric: "auto" });
		const text = (sign) => byPlural((n) => f.formatToParts(sign * n, unit).map((p) => (p.type === "literal" ? p.value : "\0")).join("").replace(/\0+/, "{0}"));
		const auto = {};
		for (const n of [-2, -1, 0, 1, 2]) if (a.format(n, unit) !== f.format(n, unit)) auto[n] = a.format(n, unit);
		d.rel[style[0] + unit] = { f: text(1), p: text(-1), a: auto };
	}
}
console.log(JSON.stringify(out));
