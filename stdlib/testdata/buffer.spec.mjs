import { Buffer as B, isUtf8, kMaxLength } from "node:buffer";
console.log(B === Buffer, typeof kMaxLength);
const attempt = (f) => { try { return f(); } catch (e) { return `${e.name} ${e.code} ${e.message}`; } };
const show = (...a) => console.log(...a.map((v) => typeof v === "function" ? attempt(v) : v));
show(Buffer.from("hi"), Buffer.from("héllo €😀"), Buffer.from([1, 2, 300, -1, "5"]), Buffer.alloc(3), Buffer.alloc(5, "ab"), Buffer.alloc(2, 255));
for (const enc of ["utf8", "hex", "base64", "base64url", "latin1", "ascii", "utf16le", "ucs2", "binary", "UTF-8"]) {
	const b = Buffer.from("häß€😀~ÿ", enc === "hex" ? "latin1" : enc);
	show(enc, b.length, Buffer.from("żółw-fffe_/+==").toString(enc), Buffer.from([0xff, 0xfe, 0xe2, 0x82, 0x41, 0xf0, 0x9f, 0x98, 0xc0, 0x80, 0xed, 0xa0, 0x80]).toString(enc));
	show(Buffer.byteLength("häß€😀", enc), Buffer.isEncoding(enc));
}
show(Buffer.from("abxx12", "hex"), Buffer.from("abc", "hex"), Buffer.from("aGk", "base64"), Buffer.from("a-_/+Gk=\nzz", "base64"), Buffer.from("aGk=aGk=", "base64"));
show(Buffer.concat([Buffer.from("a"), new Uint8Array([66])]).toString(), Buffer.concat([Buffer.from("abc")], 2), Buffer.concat([Buffer.from("a")], 3), Buffer.concat([]));
show(Buffer.compare(Buffer.from("a"), Buffer.from("b")), Buffer.from("b").compare(Buffer.from("a")), Buffer.from("abc").compare(Buffer.from("xabc"), 1), Buffer.from("a").equals(new Uint8Array([97])));
show(Buffer.isBuffer(Buffer.alloc(1)), Buffer.isBuffer(new Uint8Array(1)), Buffer.alloc(1) instanceof Uint8Array, Buffer.isEncoding("nope"));
const b = Buffer.from("hello world");
show(b.slice(-5).toString(), b.subarray(0, 5), b.toString("utf8", 6), b.toString("latin1", -3, 2), b.slice(3, 1));
b.subarray(0, 1)[0] = 72; show(b.toString(), b.length, b.parent === b.buffer);
show(b.indexOf("o"), b.indexOf("o", 5), b.indexOf("o", -4), b.lastIndexOf("o"), b.lastIndexOf("o", 5), b.indexOf("zz"), b.indexOf(""), b.indexOf(111), b.includes("wor"), b.indexOf(Buffer.from("ld")), b.lastIndexOf("H", -20), b.indexOf("6c6c", "hex"), b.indexOf("", 100), b.lastIndexOf("l", NaN));
const c = Buffer.alloc(8); show(b.copy(c, 2, 0, 4), c, b.copy(c, 6), c, b.copy(c, 100));
show(Buffer.alloc(6).fill("abc", 1, 5), Buffer.alloc(4).fill(7), Buffer.alloc(4).fill("ff00", "hex"), Buffer.alloc(3).fill(Buffer.from("xy")), Buffer.alloc(2).fill(true));
show(c.write("é€", 0), c, c.write("€€€", 4), c, c.write("ff", "hex"), c, c.write("abcdef", 1, 3), c, c.write("hi", 2, "latin1"));
show(JSON.stringify(Buffer.from("hi")), Buffer.from(JSON.parse(JSON.stringify(Buffer.from("hi")))), Buffer.from({ length: 2, 0: 5, 1: 6 }), Buffer.from(new String("st")), Buffer.from(new Uint16Array([1, 258])), Buffer.from(new Uint16Array([1, 258]).buffer), Buffer.from(new ArrayBuffer(8), 2, 3));
const n = Buffer.alloc(8);
for (const [k, v] of [["UInt8", 200], ["Int8", -3], ["UInt16LE", 0x1234], ["UInt16BE", 0x1234], ["Int16LE", -2], ["Int16BE", -2], ["UInt32LE", 0xdeadbeef], ["UInt32BE", 0xdeadbeef], ["Int32LE", -5], ["Int32BE", -5], ["FloatLE", 1.5], ["FloatBE", 0.1], ["DoubleLE", Math.PI], ["DoubleBE", -0], ["BigInt64LE", -7n], ["BigInt64BE", 2n ** 62n], ["BigUInt64LE", 2n ** 63n], ["BigUInt64BE", 1n]]) {
	n.fill(0);
	show(k, n["write" + k](v), n, n["read" + k]());
}
show(n.writeUIntBE(0x123456789a, 0, 5), n, n.readUIntBE(0, 5), n.readUIntLE(1, 3), n.writeIntLE(-123456, 2, 6), n.readIntLE(2, 6), n.readIntBE(0, 3), n.readUint8(1), n.readUint16BE(2), n.readUint32LE(0));
show(() => n.readUInt8(8), () => n.readUInt32LE(5), () => n.readInt8(-1), () => n.readUInt8("1"), () => n.readUInt8(1.5), () => n.writeUInt8(256), () => n.writeInt8(-129), () => n.writeUInt32LE(2 ** 33), () => n.writeInt16BE(70000), () => n.writeBigInt64LE(1), () => Buffer.alloc(1).readUInt16LE(0), () => n.readUIntLE(0, 7));
show(() => Buffer.from(5), () => Buffer.from(null), () => Buffer.from(undefined), () => Buffer.from({}), () => Buffer.from(true), () => Buffer.alloc("5"), () => Buffer.alloc(-1), () => Buffer.from("a", "nope"), () => b.toString("nope"), () => Buffer.concat("x"), () => Buffer.concat([1]), () => Buffer.byteLength(5), () => b.equals("x"), () => b.copy("x"), () => b.write(5), () => b.indexOf({}), () => Buffer.compare("a", b), () => b.write("a", 50), () => Buffer.from(Symbol("s")), () => Buffer.from(() => 1), () => Buffer.from(12n), () => Buffer.from(new ArrayBuffer(2), 3));
show(Buffer.from([1, 2, 3, 4]).swap16(), Buffer.from([1, 2, 3, 4]).swap32(), () => Buffer.alloc(3).swap16(), Buffer.alloc(60), Buffer.alloc(51));
show([...Buffer.from("ab").entries()], [...Buffer.from("ab")], Buffer.from("abc").map((x) => x + 1), Buffer.from("abc").filter((x) => x > 97), Buffer.from("cab").sort().toString(), Buffer.of(1, 2), Buffer.from("abc").at(-1));
show(isUtf8(Buffer.from([0xff])), isUtf8(Buffer.from("é")), { b: Buffer.from("x"), list: [Buffer.from("y")] }, Object.prototype.toString.call(b), b.constructor.name, Buffer.name, String(Buffer.from("str")), `${Buffer.from("€")}`, Buffer.from("a") + "b");
show(Buffer.from("\ud800x"), Buffer.from("\ud800x", "utf16le").toString("utf16le") === "\ud800x", Buffer.from("abc").readUIntBE(0, 3).toString(16), Buffer.from("ÿ", "latin1"), Buffer.from("test").toString("utf-16le"), Buffer.copyBytesFrom(new Uint16Array([1, 2]), 1));
