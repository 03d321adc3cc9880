// The cases of the benchmark, as mcpjs and the programs on the TypeScript SDKs do them.
// connect(revision, server) gives a client, call(client, tool, args, onProgress) calls.
async function parallel(width, n, job) {
  let left = n;
  const worker = async () => { while (left-- > 0) await job() };
  await Promise.all(Array.from({ length: width }, worker));
}

function check(ok) { if (!ok) throw new Error("wrong result") }

function work(n) {
  const composite = new Uint8Array(n + 1), primes = [];
  for (let i = 2; i <= n; i++) {
    if (composite[i]) continue;
    primes.push(i);
    for (let j = i * i; j <= n; j += i) composite[j] = 1;
  }
  let seed = 1;
  const numbers = Array.from({ length: n / 4 }, () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) >>> 8);
  numbers.sort((a, b) => a - b);
  const counts = new Map();
  for (const number of numbers) {
    const word = "word" + number % 1000;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return primes.length + counts.size + numbers[0];
}

export async function run(connect, call) {
  const [name, count, revision, server] = process.argv.slice(2);
  const n = Number(count);
  let begin = performance.now();
  const done = (...more) => console.log((performance.now() - begin) / 1000, ...more);
  const bytes = (client, size) => async () => {
    const { content } = await call(client, "bytes", { n: size });
    check(content[0].text.length === size);
  };

  if (name === "cpu") {
    done(work(n));
  } else if (name === "servers") {
    await parallel(n, n, async () => {
      const client = await connect(revision, server);
      await call(client, "echo", { message: "hello" });
      await client.close();
    });
    done();
  } else {
    const client = await connect(revision, server);
    if (name === "cold") await client.listTools();
    await call(client, "echo", { message: "hello" });
    begin = performance.now();
    if (name === "calls") await parallel(1, n, bytes(client, 100));
    if (name === "calls64") await parallel(64, n, bytes(client, 100));
    if (name === "calls1000") await parallel(1000, n, bytes(client, 100));
    if (name === "burst") await parallel(n, n, bytes(client, 100));
    if (name === "10k") await parallel(1, n, bytes(client, 10_000));
    if (name === "1m") await parallel(1, n, async () => {
      const { structuredContent } = await call(client, "records", { n: 10_000 });
      let sum = 0;
      for (const record of structuredContent.records) sum += record.id;
      check(sum === 49_995_000);
    });
    if (name === "sum") await parallel(1, n, () => call(client, "get-sum", { a: 1, b: 2 }));
    if (name === "progress") {
      let seen = 0;
      await parallel(1, n, () => call(client, "progress", { n: 100 }, () => seen++));
      done(seen / n);
    } else {
      done();
    }
    await client.close();
  }
}
