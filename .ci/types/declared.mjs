// Reads declarations with the TypeScript compiler and writes as JSON what they
// say there is at run time, for parity.js: node declared.mjs FILE.d.ts
import ts from "typescript";

const file = process.argv[2];
const program = ts.createProgram([file], { target: ts.ScriptTarget.ESNext, lib: ["lib.esnext.d.ts"], types: [], strict: true });
const checker = program.getTypeChecker();
const source = program.getSourceFile(file);
const F = ts.SymbolFlags;

const types = {}; // by id: { name, members: { name: { kind, optional, type } }, open }
const ids = new Map();
const named = {}; // ids of classes and interfaces, by "module.Name" or "Name"
const pending = [];

const ours = (symbol) => symbol?.declarations?.some((d) => d.getSourceFile() === source);

/** What typeof says of a type's values, and an id for the members of ours. */
function describe(type) {
  if (type.isUnion()) {
    const parts = type.types.filter((t) => !(t.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null | ts.TypeFlags.Void)));
    const all = parts.map(describe);
    if (parts.length === 0 || all.some((d) => d.kind !== all[0].kind)) return { kind: "any" };
    return parts.length === 1 ? all[0] : { kind: all[0].kind };
  }
  const is = (flags) => type.flags & flags;
  if (is(ts.TypeFlags.StringLike | ts.TypeFlags.TemplateLiteral)) return { kind: "string" };
  if (is(ts.TypeFlags.NumberLike)) return { kind: "number" };
  if (is(ts.TypeFlags.BooleanLike)) return { kind: "boolean" };
  if (is(ts.TypeFlags.BigIntLike)) return { kind: "bigint" };
  if (is(ts.TypeFlags.ESSymbolLike)) return { kind: "symbol" };
  if (!is(ts.TypeFlags.Object | ts.TypeFlags.Intersection)) return { kind: "any" };
  const constructs = type.getConstructSignatures().length > 0 || !!(type.symbol?.flags & F.Class && type.objectFlags & ts.ObjectFlags.Anonymous);
  const kind = constructs ? "class" : type.getCallSignatures().length > 0 ? "function" : "object";
  return { kind, type: idOf(type) };
}

function idOf(type) {
  type = type.target ?? type; // of a generic type, the declared one
  if (!ours(type.symbol) && !type.isIntersection()) return undefined;
  if (!ids.has(type)) {
    ids.set(type, ids.size);
    pending.push(type);
  }
  return ids.get(type);
}

/** The members that a type declares, as a name of a well-known symbol "@@name". */
function membersOf(type) {
  const members = {};
  for (const member of checker.getPropertiesOfType(type)) {
    if (member.flags & F.Prototype || !isValue(member)) continue;
    if (!ours(member)) continue; // inherited from the language's own
    const name = memberName(member);
    const described = value(member);
    members[name] = { ...described, optional: !!(member.flags & F.Optional) || mayBeMissing(checker.getTypeOfSymbol(member)),
      method: !!(member.flags & F.Method), function: described.kind === "function" };
  }
  return members;
}

function memberName({ name }) {
  const symbol = /^__@(\w+)@\d+$/.exec(name);
  return symbol ? "@@" + symbol[1] : name.startsWith("___") ? name.slice(1) : name;
}

const mayBeMissing = (type) => !!(type.flags & (ts.TypeFlags.TypeParameter | ts.TypeFlags.Undefined)) || type.isUnion() && type.types.some(mayBeMissing);

function drain() {
  while (pending.length > 0) {
    const type = pending.pop();
    const entry = types[ids.get(type)] = { name: nameOf(type), members: {}, open: checker.getIndexInfosOfType(type).length > 0 };
    entry.members = membersOf(type);
    entry.inherited = checker.getPropertiesOfType(type).filter((m) => !ours(m)).map(memberName);
    if (type.symbol?.flags & F.Class && type.objectFlags & ts.ObjectFlags.Anonymous) {
      entry.instance = idOf(checker.getDeclaredTypeOfSymbol(type.symbol));
    } else {
      for (const s of type.getConstructSignatures()) entry.instance ??= idOf(s.getReturnType());
    }
  }
}

const nameOf = (type) => type.symbol ? checker.symbolToString(type.symbol) : checker.typeToString(type);

function value(symbol) {
  return describe(checker.getTypeOfSymbol(symbol.flags & F.Alias ? checker.getAliasedSymbol(symbol) : symbol));
}
const isValue = (symbol) => !!((symbol.flags & F.Alias ? checker.getAliasedSymbol(symbol) : symbol).flags & F.Value);

function note(prefix, symbol) {
  const target = symbol.flags & F.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  if (target.flags & (F.Class | F.Interface)) named[prefix + symbol.name] = idOf(checker.getDeclaredTypeOfSymbol(target));
  if (target.flags & F.TypeAlias) {
    const type = checker.getDeclaredTypeOfSymbol(target);
    const id = type.flags & ts.TypeFlags.Object ? idOf(type) : undefined;
    if (id !== undefined) named[prefix + symbol.name] ??= id;
  }
}

const globals = {}, modules = {};
for (const statement of source.statements) {
  if (ts.isModuleDeclaration(statement) && ts.isStringLiteral(statement.name)) {
    const name = statement.name.text;
    const symbol = checker.getSymbolAtLocation(statement.name);
    const equals = symbol.exports?.get("export=");
    const exported = modules[name] ??= {};
    for (const e of checker.getExportsOfModule(symbol)) {
      note(name + ".", e);
      if (isValue(e)) exported[e.name] = value(e);
    }
    if (equals) { // its default is the whole of it
      const target = equals.flags & F.Alias ? checker.getAliasedSymbol(equals) : equals;
      const whole = checker.getTypeOfSymbol(target);
      for (const [n, d] of Object.entries(membersOf(whole))) exported[n] ??= d;
      exported.default = describe(whole);
    }
  } else if (ts.isVariableStatement(statement)) {
    for (const d of statement.declarationList.declarations) globals[d.name.text] = describe(checker.getTypeAtLocation(d));
  } else if (ts.isClassDeclaration(statement) || ts.isFunctionDeclaration(statement)) {
    const symbol = checker.getSymbolAtLocation(statement.name);
    globals[statement.name.text] = value(symbol);
    note("", symbol);
  } else if (ts.isInterfaceDeclaration(statement)) {
    note("", checker.getSymbolAtLocation(statement.name));
  }
}
drain();
process.stdout.write(JSON.stringify({ globals, modules, types, named }));
