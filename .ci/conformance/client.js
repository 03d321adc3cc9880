// The client under test of @modelcontextprotocol/conformance. The suite gives
// the server's URL as the last argument, the scenario's name and what it needs
// to know in the environment. A browser is played by the command in BROWSER.
import process from "node:process";

const url = process.argv.at(-1);
const scenario = process.env.MCP_CONFORMANCE_SCENARIO;
const given = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? "{}");

// auth gives the auth option that a scenario's preconditions amount to.
function auth() {
  const { client_id: clientId, client_secret: clientSecret, private_key_pem: privateKey, issuer } = given;
  switch (scenario) {
    case "auth/basic-cimd":
      return { clientMetadataUrl: "https://conformance-test.local/client-metadata.json" };
    case "auth/client-credentials-jwt":
    case "auth/client-credentials-basic":
      return { grant: "client_credentials", clientId, clientSecret, privateKey };
    case "auth/wif-jwt-bearer":
      return { grant: "jwt_bearer", clientId, assertion: () => given.valid_jwt };
    case "auth/cross-app-access-complete-flow":
    case "auth/enterprise-managed-authorization":
      return {
        grant: "token_exchange", clientId, clientSecret, subjectToken: given.idp_id_token,
        idp: { issuer: given.idp_issuer, tokenEndpoint: given.idp_token_endpoint, clientId: given.idp_client_id },
      };
  }
  return clientId ? { clientId, clientSecret, issuer } : "oauth";
}

// defaults are what a form offers where the user changes nothing.
function defaults({ requestedSchema }) {
  const filled = Object.entries(requestedSchema.properties).filter(([, field]) => "default" in field);
  return Object.fromEntries(filled.map(([name, field]) => [name, field.default]));
}

const options = { name: "mcpjs-conformance", auth: scenario.startsWith("auth/") ? auth() : undefined };
if (scenario.startsWith("elicitation-")) {
  options.onElicitation = defaults;
  options.capabilities = { elicitation: { form: { applyDefaults: true } } };
}
const client = await mcp.connect(url, options);
const calls = {
  tools_call: ["add_numbers", { a: 5, b: 3 }],
  "auth/scope-step-up": ["test-tool", {}],
};
const tools = await client.listTools();
const [name, args] = calls[scenario] ?? [tools[0]?.name, {}];
if (name) await client.callTool(name, args);
await client.close();
