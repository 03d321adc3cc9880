import minimist from "minimist";
console.log(minimist(["-abc", "--x=1", "--no-y", "file", "--list", "a", "--list", "b", "--deep.k", "v", "--", "rest"], { string: ["x"], alias: { x: "ex" }, "--": true, default: { q: 9 } }));
