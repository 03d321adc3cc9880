// Answer a server that asks for a model (sampling). In place of the function,
// mcp.sampling.openai({ model }) or mcp.sampling.anthropic({ model }) ask a real one.
const bakery = await mcp.connect("demo", { onSampling: ({ maxTokens }) => `I have ${maxTokens} tokens.` });
console.log((await bakery.tools.askModel({ question: "How long does rye keep?" })).text);
