import MarkdownIt from "markdown-it";
const md = new MarkdownIt({ html: false, linkify: true, typographer: true });
console.log(md.render("# T\n\n1. one\n2. two\n\n\"quotes\" -- (c) www.example.com <i>\n\n|a|b|\n|-|-|\n|1|2|\n\n```sh\nls\n```\n[r][x]\n\n[x]: http://y 'z'\n"), md.parse("a *b*", {}).length);
