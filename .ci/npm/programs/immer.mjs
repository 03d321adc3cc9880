import { produce, enablePatches, produceWithPatches, applyPatches, enableMapSet, current, isDraft, freeze } from "immer";
enablePatches(); enableMapSet();
const base = { a: { b: [1, 2] }, m: new Map([["k", { v: 1 }]]), other: {} };
const next = produce(base, (d) => { d.a.b.push(3); d.m.get("k").v = 2; });
console.log(base.a.b, next, next.other === base.other, Object.isFrozen(next.a));
const [n2, patches, inverse] = produceWithPatches({ x: 1, l: [1, 2] }, (d) => { d.x = 5; d.l.shift(); delete d.y; console.log(isDraft(d), current(d)); });
console.log(n2, patches, applyPatches(n2, inverse)); try { next.a.b.push(1); } catch (e) { console.log(e.constructor.name); }
