import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { request } from "undici";
import { WebSocket } from "ws";
import { tell } from "./child.ts";

/**
 * Many subscribers, each with a WebSocket of its own, and one who changes fields while they watch. Arguments: the graph's address, how
 * many subscribers, how many changes, and whether the subscribers' documents are "alike" or "apart" (each operation with another name, so
 * that none can be executed for two).
 */
const [url = "", subscribers = "", changes = "", documents = ""] = process.argv.slice(2);
const COUNT = Number(subscribers);
const CHANGES = Number(changes);

const FIELDS = `changes(after: $after, filter: { kinds: FIELD_CHANGED }) {
  cursor kind at actor { kind id } source { name } field before after
  asset {
    id name
    owners { value { principal { name } role } status }
    classifications { value { name value } status }
    sensitivity { value status }
    domain { value { name } status observations { source { name } state value observedAt } }
  }
}`;

async function ask<T>(query: string, variables: object = {}): Promise<T> {
  const { body, statusCode } = await request(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await body.json()) as { data: T; errors?: unknown };
  if (statusCode !== 200 || errors !== undefined) throw new Error(JSON.stringify(errors).slice(0, 1_000));
  return data;
}

let delivered = 0;
let bytes = 0;

async function subscribe(number: number, after: string): Promise<WebSocket> {
  const socket = new WebSocket(url.replace("http", "ws"), "graphql-transport-ws", { perMessageDeflate: false });
  await once(socket, "open");
  const name = documents === "apart" ? `S${number}` : "S";
  const payload = { query: `subscription ${name}($after: Cursor) { ${FIELDS} }`, variables: { after } };
  socket.on("message", (data: Buffer) => {
    if (data.includes('"type":"connection_ack"'))
      return socket.send(JSON.stringify({ id: "1", type: "subscribe", payload }));
    if (data.includes('"type":"ping"')) return socket.send('{"type":"pong"}');
    if (!data.includes('"type":"next"') || data.includes('"errors"')) throw new Error(data.toString().slice(0, 1_000));
    delivered += 1;
    bytes += data.length;
    return undefined;
  });
  socket.on("close", (code, reason) => {
    if (code !== 1000) throw new Error(`A subscriber was closed: ${code} ${reason.toString()}`);
  });
  socket.send('{"type":"connection_init"}');
  return socket;
}

const { assets } = await ask<{ assets: { nodes: { id: string }[] } }>(
  "{ assets(first: 100, filter: { kind: [TABLE] }) { nodes { id } } }",
);
const { changes: last } = await ask<{ changes: { edges: { node: { cursor: string } }[] } }>(
  "{ changes(last: 1) { edges { node { cursor } } } }",
);
const after = last.edges[0]?.node.cursor ?? "";
const sockets: WebSocket[] = [];
for (let number = 1; number <= COUNT; number += 50) {
  const some = Array.from({ length: Math.min(50, COUNT - number + 1) }, (_, index) => subscribe(number + index, after));
  sockets.push(...(await Promise.all(some)));
}
await delay(2_000); // until all have read that there is nothing yet
tell({ subscribed: sockets.length });

const began = performance.now();
const run = process.pid * 10_000;
const CHANGE =
  "mutation($input: ApplyChangesInput!) { applyChanges(input: $input) { results { userErrors { message } } } }";
const answer = await ask<{ applyChanges: { results: { userErrors: unknown[] }[] } }>(CHANGE, {
  input: {
    changes: Array.from({ length: CHANGES }, (_, index) => ({
      asset: assets.nodes[index % assets.nodes.length]?.id,
      field: "domain",
      value: `domain-${run + index}`,
    })),
  },
});
if (answer.applyChanges.results.some((it) => it.userErrors.length > 0)) throw new Error(JSON.stringify(answer));
const answeredMs = performance.now() - began;
while (delivered < COUNT * CHANGES) {
  if (performance.now() - began > 300_000) throw new Error(`Only ${delivered} events arrived`);
  await delay(5);
}
const ms = performance.now() - began;
tell({ delivered, answeredMs, ms, bytes: Math.round(bytes / delivered) });
for (const it of sockets) it.close(1000);
