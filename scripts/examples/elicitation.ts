// Answer a server that asks its user (elicitation). A function gets the question
// and its form and may ask someone; "prompt" asks whoever sits at the terminal.
const bakery = await mcp.connect("demo", { onElicitation: { name: "Ada", guests: 4, seat: "corner" } });
console.log((await bakery.tools.bookTable()).text);
