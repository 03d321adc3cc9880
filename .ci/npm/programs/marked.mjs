import { marked, lexer } from "marked";
console.log(marked.parse("# Hi *there*\n\n- a\n- [x] b **bold** `code` <b>\n  1. n\n\n> quote\n\n```js\nlet x = 1 < 2;\n```\n\n| a | b |\n|---|:-:|\n| 1 | [l](http://x 'T') |\n\nauto https://a.b/c?d=1 ~~gone~~ ![i](u.png)\n\n---\nline  \nbreak &amp; 'q'", { gfm: true }));
console.log(lexer("*a*\n\nb").map((t) => t.type), marked.parseInline("**x** _y_"));
