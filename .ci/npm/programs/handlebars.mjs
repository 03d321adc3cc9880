import Handlebars from "handlebars";
Handlebars.registerHelper("up", (s) => s.toUpperCase()); Handlebars.registerPartial("li", "<li>{{@index}}:{{up this.n}}</li>");
console.log(Handlebars.compile("<ul>{{#each list}}{{> li}}{{else}}none{{/each}}</ul>{{#if ok}}yes{{else}}no{{/if}} {{{raw}}} {{esc}} {{#with o}}{{p.q}}{{../esc}}{{/with}}{{lookup list 0}}")({ list: [{ n: "a" }, { n: "b" }], ok: 0, raw: "<b>", esc: "<i>&", o: { p: { q: 1 } } }));
try { Handlebars.compile("{{#if}}")({}); } catch (e) { console.log(e.message.split("\n")[0]); }
