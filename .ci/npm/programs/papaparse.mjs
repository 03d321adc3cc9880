import Papa from "papaparse";
console.log(Papa.parse("a,b\n1,true\n\"x,y\",3.5", { header: true, dynamicTyping: true }), Papa.unparse([{ a: 1, b: 'q"' }, { a: null, b: "x,y" }]), Papa.parse("a\tb\n1\t2").meta.delimiter);
