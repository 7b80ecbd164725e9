import type { Bus } from "../ports/bus.ts";
import { Signal } from "./signal.ts";

/** How often the head of the log is looked at: milliseconds. One read of one row. */
const EVERY_MS = 500;

export interface PollingOptions {
  /** The position of the newest log entry. */
  readonly readHead: () => Promise<number>;
  /** Milliseconds between two looks. */
  readonly everyMs?: number;
}

/** A bus of several processes on one ledger that needs nothing but the ledger. */
export interface PollingBus extends Bus {
  /** Somebody says that the log reaches `position`. Only believed as far as to look: it may be of another log. */
  hear(position: number): void;
  /** Signals may have been missed: everybody looks. */
  lookAgain(): void;
}

/**
 * What other processes committed is found by looking at the head of the log in regular intervals. A look that fails is made again at the
 * next turn: that the ledger does not answer is told by those who ask it for something.
 */
export function createPollingBus({ readHead, everyMs = EVERY_MS }: PollingOptions): PollingBus {
  const wake = new Signal();
  let reached = 0;
  let ended = false;
  let timer: NodeJS.Timeout;
  const look = async (): Promise<void> => {
    const before = reached;
    const head = await readHead();
    // Below what was reached before the look: the ledger was restored from a backup.
    if (head <= reached && head >= before) return;
    reached = head;
    wake.raise();
  };
  const lookLater = (): void => {
    timer = setTimeout(() => {
      void look()
        .catch(() => undefined)
        .then(() => ended || lookLater());
    }, everyMs);
    timer.unref();
  };
  lookLater();
  return {
    wake,
    announce(position) {
      if (position < reached) return;
      reached = position;
      wake.raise();
    },
    hear(position) {
      if (position >= reached) wake.raise();
    },
    lookAgain: () => wake.raise(),
    status: () => ({ kind: "polling" }),
    async [Symbol.asyncDispose]() {
      ended = true;
      clearTimeout(timer);
      wake.raise(); // nobody waits for a bus that is gone
    },
  };
}
