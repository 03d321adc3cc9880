// Writes release notes with a model: the commits since a tag come from mcp-server-git,
// a model words them, and the filesystem server puts them on top of CHANGELOG.md.
//
//   OPENAI_API_KEY=… mcpjs release-notes.ts --since v1.2.0 --version 1.3.0
//   mcpjs release-notes.ts --since v1.2.0 --version 1.3.0 --model llama3.2 --base-url http://localhost:11434/v1
import { prompt } from "mcpjs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({
  options: {
    since: { type: "string" },
    version: { type: "string" },
    repo: { type: "string", default: "." },
    model: { type: "string", default: "gpt-5-mini" },
    "base-url": { type: "string" },
    git: { type: "string", default: "uvx mcp-server-git" },
    files: { type: "string", default: "npx -y @modelcontextprotocol/server-filesystem" },
    yes: { type: "boolean", short: "y", default: false },
  },
});
const { since, version, model } = options;
if (!since || !version) {
  console.error("usage: release-notes.ts --since TAG --version VERSION [--repo DIR] [--model NAME] [--base-url URL] [--yes]");
  process.exit(2);
}
const repo = resolve(options.repo), changelog = resolve(repo, "CHANGELOG.md");
await using git = await mcp.connect(options.git);
await using files = await mcp.connect(`${options.files} '${repo}'`);

const id = (text: string) => /[0-9a-f]{40}/.exec(text)?.[0];
const tagged = id((await git.tools.gitShow({ repo_path: repo, revision: since })).text);
const { text: log } = await git.tools.gitLog({ repo_path: repo, max_count: 1000 });
const history = log.split(/^(?=Commit: )/m).filter((part) => part.startsWith("Commit: "));
const end = history.findIndex((commit) => id(commit) === tagged);
if (end < 0) throw new Error(`${since} is not among the last ${history.length} commits of this branch`);
if (end === 0) throw new Error(`nothing has changed since ${since}`);
const messages = history.slice(0, end).map((commit) => commit.replace(/^[^]*?Message: /, "").trim());

const ask = mcp.sampling.openai({ model, baseURL: options["base-url"] });
const { text } = await ask({
  systemPrompt: "You write release notes for the users of a project: Markdown bullets, grouped, no heading, no praise.",
  messages: [{ role: "user", content: { type: "text", text: messages.join("\n\n") } }],
  maxTokens: 2000,
});
const entry = `## ${version}\n\n${text.trim()}\n`;
console.log(entry);

if (!options.yes && await prompt("Put this on top of CHANGELOG.md?", { choices: ["yes", "no"], default: "no" }) === "no") process.exit(1);
const old = await files.callTool("read_text_file", { path: changelog }, { throwOnError: false });
const rest = old.isError ? "" : old.text.replace(/^# Changelog\n+/, "");
await files.tools.writeFile({ path: changelog, content: `# Changelog\n\n${entry}${rest && "\n" + rest}` });
console.error(`${changelog}: ${messages.length} commits since ${since}`);
