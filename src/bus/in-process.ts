import type { Bus } from "../ports/bus.ts";
import { Signal } from "./signal.ts";

/** The bus of an installation with one process: what is announced here wakes the readers here. */
export function createInProcessBus(): Bus {
  const wake = new Signal();
  let announced = 0;
  return {
    wake,
    announce(position) {
      if (position < announced) return;
      announced = position;
      wake.raise();
    },
    status: () => ({ kind: "in-process" }),
    async [Symbol.asyncDispose]() {
      wake.raise(); // nobody waits for a bus that is gone
    },
  };
}
