import Mustache from "mustache";
console.log(Mustache.render("{{#l}}<{{n}}>{{/l}}{{^none}}empty{{/none}} {{{raw}}} {{raw}} {{> p}} {{#f}}x{{n}}{{/f}}", { l: [{ n: 1 }, { n: 2 }], none: [], raw: "<&>", n: 3, f: () => (t, r) => "[" + r(t) + "]" }, { p: "part {{n}}" })); try { Mustache.parse("{{#a}}") } catch (e) { console.log(e.message) }
