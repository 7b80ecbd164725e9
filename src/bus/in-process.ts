import type { Bus, Wake } from "../ports/bus.ts";

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
    async [Symbol.asyncDispose]() {
      wake.raise(); // nobody waits for a bus that is gone
    },
  };
}

class Signal implements Wake {
  #count = 0;
  #waiting = new Set<() => void>();

  get count(): number {
    return this.#count;
  }

  raise(): void {
    this.#count++;
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const resume of waiting) resume();
  }

  changedSince(seen: number, signal: AbortSignal): Promise<void> {
    if (this.#count !== seen || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const resume = (): void => {
        signal.removeEventListener("abort", resume);
        this.#waiting.delete(resume);
        resolve();
      };
      signal.addEventListener("abort", resume, { once: true });
      this.#waiting.add(resume);
    });
  }
}
