import qs from "qs";
console.log(qs.parse("a[b][c]=1&l[]=x&l[]=y&i[1]=b&i[0]=a&e=%C3%A9&d.x=1", { allowDots: true }), qs.stringify({ a: { b: [1, { c: 2 }] }, n: null, u: undefined, d: new Date(0), s: "x y&z" }), qs.stringify({ a: [1, 2] }, { arrayFormat: "brackets", encode: false }), qs.parse("a=1;b=2", { delimiter: ";" }), qs.parse("?x=%E4", { ignoreQueryPrefix: true, charset: "iso-8859-1" }));
