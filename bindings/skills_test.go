package bindings_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

const skillText = "---\nname: bread\ndescription: Bakes bread\n---\n\nKnead.\n"

// TestSkills: of the extension, and as resources with a manifest.
func TestSkills(t *testing.T) {
	dir := t.TempDir()
	out := t.TempDir()
	if err := os.Symlink(out, filepath.Join(dir, "linked")); err != nil {
		t.Fatal(err)
	}
	js(t, `
		import { readFile, readdir, mkdir, symlink } from "node:fs/promises";
		const { size, digest } = { size: text.length, digest: sum };
		const front = { name: "bread", description: "Bakes bread" };
		let skill, contents;
		const fresh = () => {
			contents = { "skill://bread/SKILL.md": text, "skill://bread/data/flour%20types.bin": { blob: "AQI=" } };
			skill = { uri: "skill://bread/SKILL.md", frontmatter: front, resources: [
				{ uri: "skill://bread/SKILL.md", digest, size }, { uri: "skill://bread/data/flour%20types.bin", size: 2 }] };
		};
		fresh();
		const entries = () => [skill, { uri: "skill://tea/SKILL.md", frontmatter: { name: "tea", description: "Tea" }, resources: "dynamic" }];
		const extended = mcp.server({ name: "extended", capabilities: { extensions: { "io.modelcontextprotocol/skills": {} } } });
		let reads = 0;
		extended.resource("skill://bread/{+path}", (uri) => { reads++; const c = contents[uri]; return typeof c === "string" ? { text: c } : c; });
		extended.resource("skill://tea/SKILL.md", () => "---\nname: tea\ndescription: Tea\n---\n");
		extended.resource("skill://tea/leaves.txt", () => "green");
		extended.setRequestHandler("skills/list", ({ cursor }) => cursor ? { skills: entries().slice(1) } : { skills: entries().slice(0, 1), nextCursor: "2" });
		extended.setRequestHandler("skills/get", ({ uri }) => ({ skill: entries().find((s) => s.uri === uri) }));

		const plain = mcp.server({ name: "plain" });
		plain.resource("skill://bread/SKILL.md", { description: "Bakes bread" }, () => text);
		plain.resource("skill://bread/_manifest", () => JSON.stringify({ skill: "bread", files: [{ path: "SKILL.md", size, hash: digest }, { path: "data/flour types.bin", size: 2, hash: "sha256:" + binary }] }));
		plain.resource("skill://bread/data/flour types.bin", () => ({ blob: "AQI=" }));

		for (const [name, server] of Object.entries({ extended, plain })) {
			const c = await mcp.connect(server);
			const all = await c.skills.list();
			equal([all[0].name, all[0].description, all[0].uri, reads], ["bread", "Bakes bread", "skill://bread/SKILL.md", 0], name);
			equal((await c.skills.get("bread")).files.map((f) => f.path), ["SKILL.md", "data/flour types.bin"], name);
			equal((await c.skills.get("skill://bread/SKILL.md")).files[0].size, size, name);
			const to = await c.skills.download("bread", dir + "/" + name);
			equal([to, await readFile(to + "/SKILL.md", "utf8"), [...await readFile(to + "/data/flour types.bin")]], [dir + "/" + name + "/bread", text, [1, 2]]);
			await fails(() => c.skills.download("bread", dir + "/" + name), "already; overwrite: true");
			equal(await c.skills.download("bread", dir + "/" + name, { overwrite: true }), to);
			await fails(() => c.skills.get("braed"), 'has no skill "braed"; did you mean "bread"?');
			equal((await c.skills.sync(dir + "/" + name)).map((p) => p.slice(dir.length)), name === "extended" ? ["/extended/tea"] : []);
			reads = 0;
		}
		equal((await readdir(dir + "/extended/tea")).sort(), ["SKILL.md", "leaves.txt"]);

		// What is not what the server said is not written.
		const c = await mcp.connect(extended);
		const refused = async (change, want) => {
			fresh();
			change();
			await fails(() => c.skills.download("bread", dir + "/bad"), want);
			equal(await readdir(dir + "/bad").catch(() => []), []);
		};
		const file = (uri) => () => skill.resources.push({ uri });
		await refused(() => contents["skill://bread/SKILL.md"] = text.replace("Knead", "Steal"), "does not have the digest");
		await refused(() => contents["skill://bread/SKILL.md"] += "x", "bytes where the skill says");
		await refused(() => skill.frontmatter = { ...front, "allowed-tools": "all" }, 'lacks "allowed-tools"');
		await refused(() => skill.frontmatter = { ...front, description: "x" }, "differ");
		await refused(file("skill://bread/../../etc/passwd"), "outside of it");
		await refused(file("skill://bread/%2e%2e/x"), "outside of it");
		await refused(file("skill://bread/..%5cx"), "outside of it");
		await refused(file("skill://bread//etc/passwd"), "outside of it");
		await refused(file("skill://cake/x"), "is not within it");
		await refused(() => skill.frontmatter = { name: "../bread", description: "x" }, "no skill");
		skill.uri = 5;
		await fails(() => c.skills.list(), "none");
		fresh();
		await mkdir(dir + "/trap/bread", { recursive: true });
		await symlink(out, dir + "/trap/bread/data");
		await fails(() => c.skills.download("bread", dir + "/trap", { overwrite: true }), "write the skill");
		equal(await readdir(out), []);
		await fails(() => c.skills.download("bread"), "TypeError: skills.download: the directory");
		await fails(() => c.skills.sync(dir, { overwrit: true }), 'did you mean "overwrite"');
		equal(await (await mcp.connect("demo")).skills.list(), []);
	`, "dir", dir, "out", out, "text", skillText, "sum", fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(skillText))),
		"binary", fmt.Sprintf("%x", sha256.Sum256([]byte{1, 2})))
}
