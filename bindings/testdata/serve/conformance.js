// The server that the conformance suite's server scenarios are run against.
const s = mcp.server({ name: "conf", version: "1.0.0" });
const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const image = { type: "image", data: png, mimeType: "image/png" };
const res = (uri) => ({ type: "resource", resource: { uri, mimeType: "text/plain", text: "This is an embedded resource content." } });
const sleep = (ms) => new Promise((ok) => setTimeout(ok, ms));
s.tool("test_simple_text", "d", () => "This is a simple text response for testing.")
 .tool("test_image_content", "d", () => image)
 .tool("test_audio_content", "d", () => ({ type: "audio", data: "UklGRg==", mimeType: "audio/wav" }))
 .tool("test_embedded_resource", "d", () => res("test://embedded-resource"))
 .tool("test_multiple_content_types", "d", () => ["Multiple content types test:", image, { type: "resource", resource: { uri: "test://mixed-content-resource", mimeType: "application/json", text: '{"test":"data","value":123}' } }])
 .tool("test_tool_with_logging", "d", async (_, c) => { c.info("Tool execution started"); await sleep(50); c.info("Tool processing data"); await sleep(50); c.info("Tool execution completed"); return "done"; })
 .tool("test_tool_with_progress", "d", async (_, c) => { for (const p of [0, 50, 100]) { c.progress(p, 100, "p" + p); await sleep(50); } return "done"; })
 .tool("test_error_handling", "d", () => { throw new Error("This tool intentionally returns an error for testing"); })
 .tool("test_sampling", { description: "Samples", inputSchema: { prompt: "string" } }, async ({ prompt }, c) => "LLM response: " + (await c.sample(prompt, { maxTokens: 100 })).text)
 .tool("test_elicitation", { description: "Elicits", inputSchema: { message: "string" } }, async ({ message }, c) => { const r = await c.elicit(message, { username: { type: "string", description: "User's response" }, email: { type: "string", description: "User's email address" } }); return `User response: action: ${r.action}, content: ${JSON.stringify(r.content)}`; })
 .tool("test_elicitation_sep1034_defaults", "d", async (_, c) => { const r = await c.elicit("defaults", { type: "object", properties: { name: { type: "string", default: "John Doe" }, age: { type: "integer", default: 30 }, score: { type: "number", default: 95.5 }, status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" }, verified: { type: "boolean", default: true } }, required: [] }); return `Elicitation completed: action=${r.action}, content=${JSON.stringify(r.content)}`; })
 .tool("test_elicitation_sep1330_enums", "d", async (_, c) => { const e = ["option1", "option2", "option3"]; const t = [["value1", "First Option"], ["value2", "Second Option"], ["value3", "Third Option"]].map(([c, title]) => ({ const: c, title })); const r = await c.elicit("enums", { type: "object", properties: { untitledSingle: { type: "string", enum: e }, titledSingle: { type: "string", oneOf: t }, legacyEnum: { type: "string", enum: ["opt1", "opt2", "opt3"], enumNames: ["Option One", "Option Two", "Option Three"] }, untitledMulti: { type: "array", items: { type: "string", enum: e } }, titledMulti: { type: "array", items: { anyOf: t } } }, required: [] }); return `Elicitation completed: action=${r.action}, content=${JSON.stringify(r.content)}`; })
 .tool("json_schema_2020_12_tool", { description: "Tool with JSON Schema 2020-12 features", inputSchema: { $schema: "https://json-schema.org/draft/2020-12/schema", type: "object", $defs: { address: { $anchor: "addressDef", type: "object", properties: { street: { type: "string" }, city: { type: "string" } } } }, properties: { name: { type: "string" }, address: { $ref: "#/$defs/address" }, contactMethod: { type: "string", enum: ["phone", "email"] }, phone: { type: "string" }, email: { type: "string" } }, allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }], if: { properties: { contactMethod: { const: "phone" } }, required: ["contactMethod"] }, then: { required: ["phone"] }, else: { required: ["email"] }, additionalProperties: false } }, () => "ok")
 .tool("test_reconnection", "d", () => "reconnected");
// Of revision 2026-07-28.
const named = (_, c) => c.elicit("What is your name?", { name: "string" }, { key: "user_name" });
const confirmed = async (_, c) => { await c.elicit("Please confirm", { ok: "boolean" }, { key: "confirm" }); return "state-ok"; };
s.tool("test_input_required_result_elicitation", "d", async (_, c) => `Hello, ${(await named(_, c)).content?.name}!`)
 .tool("test_input_required_result_sampling", "d", async (_, c) => (await c.sample("What is the capital of France?", { maxTokens: 100, key: "capital_question" })).text)
 .tool("test_input_required_result_list_roots", "d", async (_, c) => JSON.stringify(await c.roots({ key: "client_roots" })))
 .tool("test_input_required_result_request_state", "d", confirmed)
 .tool("test_input_required_result_tampered_state", "d", confirmed)
 .tool("test_input_required_result_multiple_inputs", "d", async (_, c) => JSON.stringify(await Promise.all([named(_, c), c.sample("Generate a greeting", { maxTokens: 50, key: "greeting" }), c.roots({ key: "client_roots" })])))
 .tool("test_input_required_result_multi_round", "d", async (_, c) => { const { content: { name } } = await c.elicit("Step 1: What is your name?", { name: "string" }, { key: "step1" }); const { content: { color } } = await c.elicit("Step 2: What is your favorite color?", { color: "string" }, { key: "step2" }); return name + " likes " + color; })
 .tool("test_input_required_result_capabilities", "d", async (_, c) => { const can = c.clientCapabilities; const asked = []; if (can.elicitation) asked.push(named(_, c)); if (can.sampling) asked.push(c.sample("hello", { key: "hello" })); if (can.roots) asked.push(c.roots({ key: "roots" })); return JSON.stringify(await Promise.all(asked)); })
 .tool("test_missing_capability", "d", async (_, c) => (await c.sample("hello")).text)
 .tool("test_streaming_elicitation", "d", async (_, c) => { c.progress(1, 2); return `Hello, ${(await named(_, c)).content?.name}!`; })
 .tool("test_logging_tool", "d", (_, c) => { c.info("logged"); return "done"; })
 .tool("test_custom_headers", { description: "d", inputSchema: { type: "object", properties: { region: { type: "string", "x-mcp-header": "Region" } }, required: ["region"] } }, ({ region }) => region)
 .tool("test_trigger_tool_change", "d", () => { s.tool("temporary", () => "x"); s.removeTool("temporary"); return "done"; })
 .tool("test_trigger_prompt_change", "d", () => { s.prompt("temporary", () => "x"); s.removePrompt("temporary"); return "done"; });
s.prompt("test_input_required_result_prompt", "d", async (_, c) => "Context: " + (await c.elicit("What context should the prompt use?", { context: "string" }, { key: "user_context" })).content?.context);
s.resource("test://static-text", { name: "Static Text", mimeType: "text/plain" }, "This is the content of the static text resource.")
 .resource("test://static-binary", { name: "Static Binary", mimeType: "image/png" }, () => ({ blob: png, mimeType: "image/png" }))
 .resource("test://template/{id}/data", { name: "Template", mimeType: "application/json" }, (uri, { id }) => ({ id, templateTest: true, data: `Data for ID: ${id}` }))
 .resource("test://watched-resource", { name: "Watched", mimeType: "text/plain" }, "Watched resource content");
s.prompt("test_simple_prompt", "d", () => "This is a simple prompt for testing.")
 .prompt("test_prompt_with_arguments", { description: "With arguments", arguments: { arg1: { description: "a", complete: ["paris", "park"] }, arg2: "b" } }, ({ arg1, arg2 }) => `Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)
 .prompt("test_prompt_with_embedded_resource", { description: "With a resource", arguments: { resourceUri: "u" } }, ({ resourceUri }) => [res(resourceUri), "Please process the embedded resource above."])
 .prompt("test_prompt_with_image", "d", () => [image, "Please analyze the image above."]);
export default s;
