// Tests code that uses an MCP server against a mock of it. The mock answers what each
// test needs and remembers what it was asked. Run it with: mcpjs test bakery.test.ts
import assert from "node:assert/strict";
import { afterEach, before, describe, it } from "node:test";
import type { Client, Server } from "mcp";
import { retry } from "mcpjs";

// The code under test: it would be imported from a file of its own.
async function orderBreakfast(bakery: Client, guests: number): Promise<string> {
  const { left } = (await bakery.tools.stock({ item: "bun" })).data;
  if (left < guests) return `only ${left} buns for ${guests} guests`;
  const order = await retry(3, () => bakery.tools.order({ item: "bun", quantity: guests }), { backoff: 1 });
  return `order ${order.data.number}: ${guests} buns`;
}

describe("breakfast", () => {
  let mock: Server, client: Client;
  let failures = 0;

  before(async () => {
    mock = mcp.server({ name: "bakery" })
      .tool("stock", { inputSchema: { item: "string" } }, () => ({ left: 10 }))
      .tool("order", { inputSchema: { item: "string", quantity: "integer" } }, () => {
        if (failures-- > 0) throw new Error("the till is stuck");
        return { number: 7 };
      });
    client = await mcp.connect(mock);
  });
  afterEach(() => mock.clearCalls());

  it("orders a bun for each guest", async () => {
    assert.equal(await orderBreakfast(client, 4), "order 7: 4 buns");
    assert.deepEqual(mock.calls.map((call) => call.tool), ["stock", "order"]);
    assert.deepEqual(mock.calls[1].arguments, { item: "bun", quantity: 4 });
  });

  it("orders nothing where there are too few", async () => {
    assert.equal(await orderBreakfast(client, 12), "only 10 buns for 12 guests");
    assert.equal(mock.calls.some((call) => call.tool === "order"), false);
  });

  it("tries again when the till is stuck", async () => {
    failures = 2;
    assert.equal(await orderBreakfast(client, 1), "order 7: 1 buns");
    assert.deepEqual(mock.calls.slice(1).map((call) => call.result.isError ?? false), [true, true, false]);
  });

  it("gives up after three attempts", async () => {
    failures = 3;
    await assert.rejects(orderBreakfast(client, 1), { name: "ToolError", message: /the till is stuck/ });
  });
});
