import type { Bus } from "../ports/bus.ts";
import type { RedisLink } from "../redis/link.ts";
import type { PollingBus } from "./polling.ts";

export interface RedisBusOptions {
  readonly link: RedisLink;
  /** The net below: it is woken by what Redis tells, and goes on by itself when Redis is down. Disposed of with this bus. */
  readonly polling: PollingBus;
  /** Names this process: it need not hear of itself. */
  readonly self: string;
}

/**
 * Tells the other replicas at once, by publish and subscribe. A message only says "look again", so that a lost, doubled or late one does
 * no harm. At most one message is on its way at a time, with the newest position; while Redis is down there is none, and nothing is kept
 * for later but the newest position.
 */
export function createRedisBus({ link, polling, self }: RedisBusOptions): Bus {
  let next: number | undefined;
  let isSending = false;
  const send = async (): Promise<void> => {
    if (isSending) return;
    isSending = true;
    while (next !== undefined && link.status().state === "up") {
      const position = next;
      next = undefined;
      await link.publish("wake", `${position} ${self}`).catch(() => undefined); // the others look by themselves
    }
    isSending = false;
  };
  link.subscribe("wake", {
    message(text) {
      const { position, from } = /^(?<position>\d{1,15}) (?<from>.+)$/.exec(text)?.groups ?? {};
      if (position !== undefined && from !== self) polling.hear(Number(position));
    },
    // What was announced while nobody could be told.
    connected() {
      polling.lookAgain();
      void send();
    },
  });
  return {
    wake: polling.wake,
    announce(position) {
      polling.announce(position);
      next = Math.max(next ?? 0, position);
      void send();
    },
    status: () => ({ kind: "redis", ...link.status() }),
    [Symbol.asyncDispose]: () => polling[Symbol.asyncDispose]() as Promise<void>,
  };
}
