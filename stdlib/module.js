// Node's module of the name module.
(native) => {
"use strict";
const isBuiltin = (name) => native.isBuiltin(String(name));
const createRequire = (from) => {
	let file = from instanceof URL ? from.href : from;
	if (typeof file !== "string" || !(file.startsWith("file:") || native.isAbsolute(file)))
		throw Object.assign(new TypeError(`The argument 'filename' must be a file URL object, file URL string, or absolute path string. Received ${native.inspect(from)}`), { code: "ERR_INVALID_ARG_VALUE" });
	const directory = /[/\\]$/.test(file);
	if (file.startsWith("file:")) file = native.fileOf(file);
	const dir = directory ? file : native.dirname(file);
	const require = (name) => native.requireFrom(dir, text(name));
	require.resolve = (name) => native.resolveFrom(dir, text(name));
	require.cache = Object.create(null);
	require.main = undefined;
	return require;
};
const text = (name) => {
	if (typeof name !== "string") throw Object.assign(new TypeError(`The "id" argument must be of type string. Received ${native.received(name)}`), { code: "ERR_INVALID_ARG_TYPE" });
	return name;
};
class Module {
	constructor(id = "") { this.id = this.path = id; this.exports = {}; this.loaded = false; this.children = []; }
	require(name) { return createRequire(this.filename)(name); }
	_compile(code, filename) {
		this.filename = filename;
		const require = createRequire(filename);
		new Function("exports", "require", "module", "__filename", "__dirname", code).call(this.exports, this.exports, require, this, filename, native.dirname(filename));
	}
}
return Object.assign(Module, { Module, createRequire, isBuiltin, builtinModules: native.builtins(), syncBuiltinESMExports() {}, enableCompileCache() {}, findSourceMap() {}, register() { throw new Error("module.register is not available in mcpjs"); } });
}
