import { createHash } from "node:crypto";
import { Agent } from "undici";
import { tell } from "./child.ts";
import { LIST_QUERY } from "./list-query.ts";

/** Asks for the same list for some time, so many requests at a time. Arguments: the address, requests at a time, seconds. */
const [url = "", concurrency = "", duration = ""] = process.argv.slice(2);
const agent = new Agent({ connections: Number(concurrency) });
const { origin, pathname } = new URL(url);
const body = JSON.stringify({ query: LIST_QUERY });
const headers = { "content-type": "application/json" };
const latencies: number[] = [];
let requests = 0;

async function ask(): Promise<Buffer> {
  const response = await agent.request({ origin, path: pathname, method: "POST", headers, body });
  requests += 1;
  const bytes = Buffer.from(await response.body.arrayBuffer());
  if (response.statusCode !== 200) throw new Error(`${response.statusCode} ${bytes.toString().slice(0, 500)}`);
  return bytes;
}

async function askUntil(until: number): Promise<void> {
  for (let now = performance.now(); now < until; ) {
    await ask();
    const then = performance.now();
    latencies.push(then - now);
    now = then;
  }
}

const answer = await ask();
const atOnce = (until: number): Promise<unknown> =>
  Promise.all(Array.from({ length: Number(concurrency) }, () => askUntil(until)));
await atOnce(performance.now() + 2_000); // warm
latencies.length = 0;
const began = performance.now();
await atOnce(began + Number(duration) * 1_000);
const ms = performance.now() - began;
latencies.sort((left, right) => left - right);
tell({
  perSecond: latencies.length / (ms / 1_000),
  p50: latencies[Math.floor(latencies.length * 0.5)],
  p99: latencies[Math.floor(latencies.length * 0.99)],
  requests,
  bytes: answer.length,
  hash: createHash("sha256").update(answer).digest("hex"),
});
await agent.destroy();
