import { v4, v7, v5, v3, validate, version, parse, stringify, NIL } from "uuid";
console.log(v5("mcp", v5.DNS), v3("mcp", v3.URL), validate(v4()), version(v7()), v4() !== v4(), stringify(parse("f47ac10b-58cc-4372-a567-0e02b2c3d479")), NIL, validate("x"));
const ids = Array.from({ length: 50 }, () => v7()); console.log(ids.join() === ids.toSorted().join(), new Set(ids).size);
