// Chain three tools: what one gives goes into the next. data is a result's
// structured content, or its text where that is JSON; text is its text.
const bakery = await mcp.connect("demo");
const { items } = (await bakery.tools.menu({ category: "sweet" })).data;
const order = (await bakery.tools.order({ item: items[0].name, quantity: 3 })).data;
console.log("Ordered for", order.total + ":", (await bakery.tools.recipe({ item: order.item.name })).text);
