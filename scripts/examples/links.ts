// Checks the links in Markdown files, or in what comes in on stdin. Those that are
// broken are written as CSV; the exit code is 1 where there are any.
//
//   mcpjs links.ts 'docs/**/*.md' README.md > broken.csv
//   curl -s https://example.com | mcpjs links.ts -
import { args, csv, glob, pool, progressBar, retry, stdin } from "mcpjs";
import { readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";

if (args.length === 0 || args[0] === "--help") {
  console.error("usage: links.ts FILE-or-PATTERN... | -");
  process.exit(2);
}

const files = args[0] === "-" ? ["-"] : await glob(args);
if (files.length === 0) {
  console.error(`there is no file ${args.join(" ")}`);
  process.exit(2);
}

interface Link { file: string; line: number; link: string }
const links: Link[] = [];
for (const file of files) {
  const text = file === "-" ? await stdin.text() : await readFile(file, "utf8");
  text.split("\n").forEach((content, i) => {
    for (const [, inline, bare] of content.matchAll(/\]\(([^)\s]+)[^)]*\)|(https?:\/\/[^\s<>"')]+)/g))
      links.push({ file, line: i + 1, link: inline ?? bare });
  });
}

class Broken extends Error {}

async function check({ file, link }: Link): Promise<string | undefined> {
  if (/^(#|mailto:)/.test(link)) return;
  if (!/^https?:/.test(link)) {
    const path = resolve(dirname(file), decodeURIComponent(link.replace(/[?#].*/, "")));
    return stat(path).then(() => undefined, () => "no such file");
  }
  try {
    await retry(3, async () => {
      const response = await fetch(link, { method: "GET", signal: AbortSignal.timeout(20_000) });
      await response.body?.cancel();
      if (response.status >= 500 || response.status === 429) throw new Error(`HTTP ${response.status}`);
      if (!response.ok) throw new Broken(`HTTP ${response.status}`); // no use in trying again
    }, { backoff: "200ms", retryIf: (error) => !(error instanceof Broken) });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const results = new Map<string, Promise<string | undefined>>(); // each address is asked for once
const bar = progressBar(links.length, { title: "links" });
const broken = (await pool(16, links, async (link) => {
  const key = /^https?:/.test(link.link) ? link.link : resolve(dirname(link.file), link.link);
  if (!results.has(key)) results.set(key, check(link));
  const problem = await results.get(key);
  bar.tick();
  return { ...link, problem };
})).filter((result) => result.problem);
bar.done(`${links.length} links, ${broken.length} broken`);
process.stdout.write(csv.stringify(broken));
if (broken.length > 0) process.exitCode = 1;
