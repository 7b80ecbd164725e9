import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { WebSocket } from "ws";
import { tell } from "./child.ts";
import { nowMs } from "./clock.ts";
import type { SubscriptionPlan } from "./replicas-plan.ts";

/**
 * Opens the subscriptions of a plan, one WebSocket each, and notes when which event came to whom. SIGUSR2: tells how many have
 * come. SIGTERM: writes them down, as numbers of 64 bits: subscriber, log position, milliseconds. Arguments: the plan's file,
 * the file to write.
 */
const [planFile = "", file = ""] = process.argv.slice(2);
const plans = JSON.parse(await readFile(planFile, "utf8")) as readonly SubscriptionPlan[];
const CONNECTED_AT_ONCE = 50;
const CURSOR = Buffer.from('"cursor":"');
const NEXT = Buffer.from('"type":"next"');

let came = new Float64Array(3 * 65_536);
let length = 0;
let odd: string | undefined;

function note(subscriber: number, position: number, at: number): void {
  if (length === came.length) {
    const more = new Float64Array(2 * came.length);
    more.set(came);
    came = more;
  }
  came[length] = subscriber;
  came[length + 1] = position;
  came[length + 2] = at;
  length += 3;
}

/** The position in an event, without parsing the rest: a load generator has to be cheap. */
function positionIn(message: Buffer): number | undefined {
  const start = message.indexOf(CURSOR);
  if (start < 0 || message.indexOf(NEXT) < 0) return undefined;
  const from = start + CURSOR.length;
  const text = Buffer.from(message.toString("latin1", from, message.indexOf(0x22, from)), "base64url").toString();
  return Number(text.slice("log:".length));
}

async function open({ query, url, variables }: SubscriptionPlan, subscriber: number): Promise<WebSocket> {
  const socket = new WebSocket(url.replace(/^http/, "ws"), "graphql-transport-ws", { perMessageDeflate: false });
  await once(socket, "open");
  socket.send(JSON.stringify({ type: "connection_init" }));
  await once(socket, "message"); // connection_ack
  socket.on("message", (message: Buffer) => {
    const at = nowMs();
    const position = positionIn(message);
    if (position !== undefined) note(subscriber, position, at);
    else if (message.indexOf('"ping"') >= 0) socket.send('{"type":"pong"}');
    else odd ??= message.toString("utf8").slice(0, 500);
  });
  socket.on("close", (code, reason) => (odd ??= isEnding ? undefined : `closed: ${code} ${reason.toString()}`));
  socket.send(JSON.stringify({ id: "1", type: "subscribe", payload: { query, variables } }));
  return socket;
}

let isEnding = false;
const sockets: WebSocket[] = [];
for (let first = 0; first < plans.length; first += CONNECTED_AT_ONCE) {
  const some = plans.slice(first, first + CONNECTED_AT_ONCE);
  sockets.push(...(await Promise.all(some.map((it, index) => open(it, first + index)))));
}
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
process.on("SIGUSR2", () => tell({ events: length / 3, odd: odd ?? null }));
tell({ subscribers: sockets.length });
await once(process, "SIGTERM");
isEnding = true;
await writeFile(file, new Uint8Array(came.buffer, 0, length * 8));
tell({ loopDelayMs: delay.percentile(99) / 1e6 });
for (const it of sockets) it.terminate();
