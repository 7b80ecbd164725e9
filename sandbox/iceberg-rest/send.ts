import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Reply } from "./reply.ts";

export function send(response: ServerResponse, reply: Reply): void {
  writeHead(response, reply);
  response.end(reply.body);
}

/** Announces the whole body, sends half of it, and closes the connection. */
export function sendTruncated(response: ServerResponse, reply: Reply): void {
  if (reply.body === undefined) return send(response, reply);
  writeHead(response, reply);
  const bytes = Buffer.from(reply.body);
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
}

/** Sends the body byte by byte, until it ends or the connection does. */
export async function sendDripping(
  response: ServerResponse,
  reply: Reply,
  bytesPerSecond: number,
  signal: AbortSignal,
): Promise<void> {
  if (reply.body === undefined) return send(response, reply);
  writeHead(response, reply);
  response.flushHeaders();
  for (const byte of Buffer.from(reply.body)) {
    await delay(1000 / bytesPerSecond, undefined, { signal });
    response.write(Buffer.of(byte));
  }
  response.end();
}

function writeHead(response: ServerResponse, { status, body, headers }: Reply): void {
  if (body === undefined) {
    response.writeHead(status, headers);
    return;
  }
  const length = typeof body === "string" ? Buffer.byteLength(body) : body.length;
  response.writeHead(status, { "content-type": "application/json", "content-length": length, ...headers });
}
