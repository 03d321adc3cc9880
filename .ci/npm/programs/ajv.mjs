import Ajv from "ajv"; import addFormats from "ajv-formats"; import Ajv2020 from "ajv/dist/2020.js";
const ajv = new Ajv({ allErrors: true, useDefaults: true, coerceTypes: true }); addFormats(ajv);
const schema = { type: "object", required: ["name", "mail"], additionalProperties: false, properties: { name: { type: "string", minLength: 2, pattern: "^[a-z]+$" }, mail: { type: "string", format: "email" }, n: { type: "integer", default: 3 }, when: { type: "string", format: "date-time" }, list: { type: "array", items: { $ref: "#/definitions/p" }, uniqueItems: true } }, definitions: { p: { type: "number", multipleOf: 0.5 } } };
const v = ajv.compile(schema); const data = { name: "ann", mail: "a@b.co", list: [1, 2.5], when: "2024-01-01T00:00:00Z" };
console.log(v(data), data, v({ name: "A", mail: "x", list: [1, 1, 0.3], z: 1, when: "yesterday", n: "12" }), v.errors.map((e) => e.instancePath + " " + e.message));
const two = new Ajv2020().compile({ type: "array", prefixItems: [{ type: "string" }, { type: "integer" }], items: false, $defs: {}, unevaluatedItems: false });
console.log(two(["a", 1]), two(["a", 1, 2]), two.errors[0].message, ajv.errorsText(two.errors));
try { new Ajv().compile({ type: "nope" }); } catch (e) { console.log(e.message); }
