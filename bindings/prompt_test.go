package bindings_test

import (
	"strings"
	"testing"

	"mcpjs/bindings"
	"mcpjs/bindings/servertest"
)

// TestPrompt: questions of servers asked on the terminal, in both eras; wrong
// answers are asked again.
func TestPrompt(t *testing.T) {
	for _, version := range []string{"2025-11-25", "2026-07-28"} {
		t.Run(version, func(t *testing.T) {
			var opened []string
			_, errs, err := spec{
				code: `
					const c = await mcp.connect([sdk], { protocolVersion, onElicitation: "prompt", onSampling: "prompt" });
					const person = async () => JSON.parse((await c.tools.elicit({ message: "who \x1b[31mare you?" })).text).person;
					equal(await person(), { action: "accept", content: { name: "Ada", age: 36, colour: "blue", member: true } });
					equal(await person(), { action: "accept", content: { name: "Bob", colour: "green", member: false } });
					equal((await person()).action, "decline");
					const visit = async () => JSON.parse((await c.callTool("elicit url", { message: "please" })).text).visit.action;
					equal(await visit(), "accept");
					equal(await visit(), "decline");
					equal(JSON.parse((await c.tools.sample({ message: "what?" })).text).sample.content.text, "forty-two");
					await fails(() => c.tools.sample({ message: "what?" }), "rejected");
					equal((await person()).action, "cancel");
				`,
				globals: map[string]any{"sdk": servertest.Build(t, "sdkserver"), "protocolVersion": version},
				stdin: "old\n36.5\n200\n36\n7\n3\nmaybe\ny\n\nAda\n" + // the first form, with slips
					"\n\n\nBob\n" + "/decline\n" + "y\n" + "\n" + "forty-two\n" + "\n",
				options: bindings.Options{Terminal: true, OpenURL: func(url string) error { opened = append(opened, url); return nil }},
			}.run(t)
			if err != nil {
				t.Fatalf("%v\nstderr: %s", err, errs)
			}
			if strings.Join(opened, " ") != "https://example.com/consent" {
				t.Errorf("opened %s", opened)
			}
			for _, want := range []string{"are you?", "it is needed", "must be a number", "whole number", "at most 150", "choose by number or name", "answer y or n",
				"at the host example.com", "system: be brief", "user: what?"} {
				if !strings.Contains(errs, want) {
					t.Errorf("stderr lacks %q:\n%s", want, errs)
				}
			}
			if strings.Contains(errs, "\x1b[31m") {
				t.Error("a server's escape sequence reached the terminal")
			}
		})
	}
}

// TestPromptWithoutTerminal: nobody is there to ask.
func TestPromptWithoutTerminal(t *testing.T) {
	everySDK(t, `
		const c = await mcp.connect(target, { ...options, onElicitation: "prompt" });
		await fails(() => c.tools.elicit({ message: "who" }), "needs a terminal");
		await fails(() => mcp.connect(target, { onElicitation: "promt" }), '"prompt"');
	`)
}

// TestElicitationAnswers: an object is the answers; the schema's defaults fill
// what they leave out.
func TestElicitationAnswers(t *testing.T) {
	everySDK(t, `
		const ask = async (onElicitation) => {
			await using c = await mcp.connect(target, { ...options, onElicitation });
			return JSON.parse((await c.tools.elicit({ message: "who" })).text).person;
		};
		const full = { action: "accept", content: { name: "Ada", colour: "green", member: false } };
		equal(await ask({ name: "Ada" }), full);
		equal(await ask(() => ({ action: "accept", content: { name: "Ada" } })), full);
		equal((await ask(() => null)).action, "decline");
		equal((await ask(() => ({ action: "cancel" }))).action, "cancel");
		await fails(() => ask(() => { throw new Error("no idea") }), "no idea");
		await fails(() => ask(async () => 42), "must return");

		const c = await mcp.connect(target, options);
		if (c.protocolVersion < "2026") {
			await fails(() => c.tools.elicit({ message: "who" }), "");
			match((await fails(async () => c.setElicitationHandler(() => ({ name: "Eve" })))).message, /fixed when connecting.*onElicitation/);
		} else {
			c.setElicitationHandler(() => ({ name: "Eve" }));
			equal(JSON.parse((await c.tools.elicit({ message: "who" })).text).person.content.name, "Eve");
		}
	`)
}

// TestProgressBar: without a handler, on a terminal, progress is shown there.
func TestProgressBar(t *testing.T) {
	code := `
		const c = await mcp.connect("demo");
		await c.tools.countdown({ steps: 4, delayMs: 100 });
		await c.tools.countdown({ steps: 4, delayMs: 1 }, { onProgress() {} });
	`
	_, errs, err := spec{code: code, options: bindings.Options{Terminal: true}}.run(t)
	if err != nil || !strings.Contains(errs, "countdown") || !strings.Contains(errs, "█") || !strings.HasSuffix(errs, "\r\x1b[K") {
		t.Errorf("%v: %q", err, errs)
	}
	if _, errs, err = (spec{code: code}).run(t); err != nil || errs != "" {
		t.Errorf("without a terminal: %v: %q", err, errs)
	}
}
