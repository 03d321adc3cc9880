const attempt = (f) => { try { return f(); } catch (e) { return `${e.name} ${e.code} ${e.message}`; } };
const td = new TextDecoder(), te = new TextEncoder();
console.log(te.encode("aé€😀\ud800"), te.encode(), te.encoding, te.encodeInto("a€😀", new Uint8Array(5)));
console.log(td.encoding, td.fatal, td.ignoreBOM, td.decode(), td.decode(new Uint8Array([0xef, 0xbb, 0xbf, 97])), new TextDecoder("utf8", { ignoreBOM: true }).decode(new Uint8Array([0xef, 0xbb, 0xbf, 97])).length);
for (const bytes of [[0xff], [0xe2, 0x82], [0xe2, 0x82, 0x41], [0xf0, 0x9f, 0x98, 0x41], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe0, 0x80, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80], [0x80, 0x80]])
	console.log(JSON.stringify(td.decode(new Uint8Array(bytes))), attempt(() => new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(bytes))));
const s = new TextDecoder(); let out = "";
for (const b of te.encode("\ufeffaé€😀z")) out += s.decode(new Uint8Array([b]), { stream: true }) + "|";
console.log(out + s.decode());
console.log(JSON.stringify(s.decode(new Uint8Array([0xe2]), { stream: true }) + s.decode()), s.decode(te.encode("\ufeffx")));
const le = new TextDecoder("utf-16le");
console.log(le.encoding, le.decode(new Uint8Array([0x61, 0, 0x3d, 0xd8, 0, 0xde])), JSON.stringify(le.decode(new Uint8Array([0x3d, 0xd8, 0x61]))), le.decode(new Uint8Array([0xff, 0xfe, 0x62, 0])));
console.log(le.decode(new Uint8Array([0x3d, 0xd8]), { stream: true }).length, le.decode(new Uint8Array([0, 0xde])));
console.log(new TextDecoder("latin1").encoding, new TextDecoder("latin1").decode(new Uint8Array([0xe9, 0x41])), new TextDecoder("ascii").encoding, new TextDecoder(" UTF-8 ").encoding, new TextDecoder("utf-16").encoding);
console.log(attempt(() => new TextDecoder("klingon")), attempt(() => td.decode("text")).split(" ").slice(0, 2).join(" "), td.decode(new Uint16Array([0x6161]).buffer), td.decode(new DataView(new ArrayBuffer(1))).length);
console.log(btoa("hi ÿ"), atob("aGk="), atob(" aG k"), attempt(() => btoa("€")), attempt(() => atob("a")), attempt(() => atob("a-b=")), attempt(() => atob("ab=c")), btoa(""), btoa(null), atob(btoa("\x00\xff")).charCodeAt(1), attempt(() => atob("aGk==")));
console.log(typeof performance.now(), performance.now() > 0, Math.abs(performance.timeOrigin + performance.now() - Date.now()) < 5000, performance.mark("a").name, performance.measure("m", "a").entryType, performance.getEntriesByType("mark").length, attempt(() => performance.measure("x", "nope")));
