import debug from "debug";
debug.enable("app:*,-app:quiet"); const lines = []; debug.log = (...a) => lines.push(a.join(" ").replace(/\d{4}-\S+Z /, "").replace(/ \+\d+ms/, "").replace(/\x1b\[[\d;]*m/g, ""));
const d = debug("app:main"); d.log = debug.log; d("hello %s %d %o", "w", 42, { a: 1 }); debug("app:quiet")("no"); console.log(lines.map((l) => l.trim()), d.enabled, debug("other").enabled, d.extend("sub").namespace, debug.coerce(new Error("e")).includes("Error: e"));
