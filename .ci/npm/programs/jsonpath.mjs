import jp from "jsonpath";
const d = { store: { book: [{ t: "a", p: 8 }, { t: "b", p: 12 }], bike: { p: 20 } } };
console.log(jp.query(d, "$..p"), jp.query(d, "$.store.book[?(@.p<10)].t"), jp.paths(d, "$..t"), jp.value(d, "$.store.bike.p"), jp.stringify(["$", "a", 0]));
