// Asks servers what they offer, for `mcpjs types`: the arguments are the time to
// connect within and targets; a line of JSON is written for each, in their order.
const [connectTimeout, ...targets] = process.argv.slice(2);

async function ask(target) {
  const client = mcp.client(target, { connectTimeout, onLog() {}, cache: false });
  try {
    await client.connect();
    const options = { timeout: connectTimeout };
    const [tools, prompts, resources] = await Promise.all(
      [client.listTools(options), client.listPrompts(options), client.listResources(options)]);
    return { tools, prompts, resources };
  } finally {
    await client.close();
  }
}

const answers = await Promise.all(targets.map((target) => ask(target).catch((error) => {
  const { message, hint, stderr } = error ?? {};
  return { error: { message: String(message ?? error), hint, stderr } };
})));
for (const answer of answers) process.stdout.write(JSON.stringify(answer) + "\n");
