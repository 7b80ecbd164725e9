import { setTimeout as delay } from "node:timers/promises";
import type { Random } from "../../src/ports/random.ts";
import { openSubscription } from "../support/graph-client.ts";
import { cursorAt, positionOf } from "./client.ts";
import type { Delivered } from "./history.ts";
import type { Replica } from "./replica.ts";

const DOCUMENT = `subscription ($filter: ChangeFilter, $after: Cursor) {
  changes(filter: $filter, after: $after) { cursor kind } }`;
const RETRY_MS = 60;

interface Event {
  readonly changes: { readonly cursor: string; readonly kind: string };
}

/**
 * Follows the log from `delivered.after`: from one gateway until its connection ends or it leaves by itself, then from any other
 * one with the cursor of the last event that it took.
 */
export async function runSubscriber(
  delivered: Delivered,
  replicas: readonly Replica[],
  random: Random,
  broken: string[],
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    const alive = replicas.filter((it) => it.url !== undefined);
    const url = alive[Math.floor(random.next() * alive.length)]?.url;
    if (url === undefined) {
      await delay(RETRY_MS);
      continue;
    }
    delivered.connections += 1;
    try {
      await followOnce(delivered, url, 200 + random.next() * 2_000, stop);
    } catch (error) {
      broken.push(`${delivered.name}: ${String(error)}`);
    }
    await delay(RETRY_MS * random.next());
  }
}

/** One connection; it is cut after so many events, with what has arrived and was not taken. */
async function followOnce(delivered: Delivered, url: string, most: number, stop: AbortSignal): Promise<void> {
  const after = cursorAt(delivered.events.at(-1)?.position ?? delivered.after);
  const filter = delivered.kinds ? { kinds: delivered.kinds } : {};
  await using stream = openSubscription<Event>(url, DOCUMENT, { filter, after });
  const cut = (): void => stream.cut();
  stop.addEventListener("abort", cut);
  try {
    let taken = 0;
    for await (const { changes } of stream) {
      delivered.events.push({ position: positionOf(changes.cursor), kind: changes.kind });
      taken += 1;
      if (taken >= most || stop.aborted) return stream.cut();
    }
  } finally {
    stop.removeEventListener("abort", cut);
  }
}
