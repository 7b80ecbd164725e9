import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import pg from "pg";
import { type WebSocket, WebSocketServer } from "ws";
import { tell } from "./child.ts";
import { isFollowed, type SubscriptionFilter } from "./replicas-plan.ts";

/**
 * What the replicas are measured against: a server that does nothing but what cannot be left out. For each mutation one
 * durable transaction in PostgreSQL that adds to a log as many entries as the gateway's does, with a NOTIFY; for each
 * notification the same messages to the same subscribers, from memory. It has no sources. Argument: the database's address.
 */
const [connectionString = ""] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString, max: 10 });
await pool.query(`
  create table bare_head (position bigint);
  insert into bare_head values (0);
  create table bare_log (position bigint primary key, kind text, source text, asset text, bytes bytea);
  create index on bare_log (asset, position);`);
const ADD = `
  with head as (update bare_head set position = position + cardinality($1::text[]) returning position),
  added as (
    insert into bare_log (position, kind, asset, bytes)
    select head.position - cardinality($1::text[]) + row, kind, $2, convert_to($4, 'UTF8')
    from head, unnest($1::text[]) with ordinality as kinds (kind, row)
    returning position
  )
  select position::int, pg_notify('bare', position || ' ' || $2 || ' ' || $3) from head, (select count(*) from added) as done`;
/** What one mutation that reaches one mirror leaves in the gateway's log. */
const KINDS = ["WRITE_INTENDED", "WRITE_APPLIED", "FIELD_CHANGED", "WRITE_INTENDED", "WRITE_APPLIED"];
const ACTOR = { kind: "PERSON", id: "somebody" };
const CHANGED = KINDS.indexOf("FIELD_CHANGED");

interface Subscriber {
  readonly socket: WebSocket;
  readonly filter: SubscriptionFilter;
}
const subscribers: Subscriber[] = [];

const listener = new pg.Client({ connectionString });
await listener.connect();
await listener.query("listen bare");
listener.on("notification", ({ payload = "" }) => {
  const [head = "", asset = "", value = ""] = payload.split(" ", 3);
  KINDS.forEach((kind, index) => {
    const position = Number(head) - KINDS.length + 1 + index;
    const message = event(position, kind, asset, value);
    // A table is known to the bare server by its name alone.
    for (const { filter, socket } of subscribers) {
      if (isFollowed(filter, { kind, asset, name: asset })) socket.send(message);
    }
  });
});

/** An event as the gateway writes it, in as many bytes. */
function event(position: number, kind: string, asset: string, value: string): string {
  const cursor = Buffer.from(`log:${position}`).toString("base64url");
  const changes = {
    cursor,
    kind,
    at: new Date().toISOString(),
    assetName: asset,
    field: "description",
    before: value,
    after: value,
    actor: ACTOR,
  };
  return JSON.stringify({ id: "1", type: "next", payload: { data: { changes } } });
}

async function mutate(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { asset, value } = (
    JSON.parse(Buffer.concat(chunks).toString()) as { variables: { asset: string; value: string } }
  ).variables;
  const bytes = JSON.stringify({ name: asset, after: value, actor: ACTOR, at: new Date().toISOString(), rule: "bare" });
  const { rows } = await pool.query<{ position: number }>(ADD, [KINDS, asset, value, bytes]);
  const position = (rows[0] as { position: number }).position - KINDS.length + 1 + CHANGED;
  const change = { cursor: Buffer.from(`log:${position}`).toString("base64url") };
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ data: { result: { change, deliveries: [], userErrors: [] } } }));
}

const server = createServer((request, response) => {
  mutate(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
});
new WebSocketServer({ server, perMessageDeflate: false }).on("connection", (socket) => {
  socket.on("message", (data: Buffer) => {
    const message = JSON.parse(data.toString()) as {
      type: string;
      payload?: { variables: { filter: SubscriptionFilter } };
    };
    if (message.type === "connection_init") socket.send('{"type":"connection_ack"}');
    else if (message.payload) subscribers.push({ socket, filter: message.payload.variables.filter });
  });
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
tell({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, pid: process.pid });
await once(process, "SIGTERM");
await Promise.all([pool.end(), listener.end()]);
server.closeAllConnections();
server.close();
