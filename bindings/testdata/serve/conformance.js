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
 .tool("json_schema_2020_12_tool", { description: "Tool with JSON Schema 2020-12 features", inputSchema: { $schema: "https://json-schema.org/draft/2020-12/schema", type: "object", $defs: { address: { type: "object", properties: { street: { type: "string" }, city: { type: "string" } } } }, properties: { name: { type: "string" }, address: { $ref: "#/$defs/address" } }, additionalProperties: false } }, () => "ok")
 .tool("test_reconnection", "d", () => "reconnected");
s.resource("test://static-text", { name: "Static Text", mimeType: "text/plain" }, "This is the content of the static text resource.")
 .resource("test://static-binary", { name: "Static Binary", mimeType: "image/png" }, () => ({ blob: png, mimeType: "image/png" }))
 .resource("test://template/{id}/data", { name: "Template", mimeType: "application/json" }, (uri, { id }) => ({ id, templateTest: true, data: `Data for ID: ${id}` }))
 .resource("test://watched-resource", { name: "Watched", mimeType: "text/plain" }, "Watched resource content");
s.prompt("test_simple_prompt", "d", () => "This is a simple prompt for testing.")
 .prompt("test_prompt_with_arguments", { description: "With arguments", arguments: { arg1: { description: "a", complete: ["paris", "park"] }, arg2: "b" } }, ({ arg1, arg2 }) => `Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)
 .prompt("test_prompt_with_embedded_resource", { description: "With a resource", arguments: { resourceUri: "u" } }, ({ resourceUri }) => [res(resourceUri), "Please process the embedded resource above."])
 .prompt("test_prompt_with_image", "d", () => [image, "Please analyze the image above."]);
export default s;
