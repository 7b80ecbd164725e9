import type { Ledger } from "../../src/ports/ledger.ts";
import type { Source } from "../../src/ports/source.ts";
import type { Wire } from "./engine-harness.ts";

/** The process is gone: whatever it still tries comes to nothing. */
class Crash extends Error {
  override readonly name = "Crash";
}

export interface CrashWire extends Wire {
  /** Calls to the ledger and the sources so far. */
  readonly calls: number;
  readonly hasCrashed: boolean;
  /** The process dies now. */
  die(): void;
}

/**
 * Lets a process die at its `at`-th call to the ledger or a source, before the call does anything or after it has done all of it
 * and before anybody hears of it. Every later call fails too.
 */
export function crashWire(at: number, when: "before" | "after"): CrashWire {
  let calls = 0;
  let hasCrashed = false;
  const enter = (): boolean => {
    if (hasCrashed) throw new Crash();
    calls += 1;
    if (calls !== at) return false;
    if (when === "before") {
      hasCrashed = true;
      throw new Crash();
    }
    return true;
  };
  const through = async <T>(call: () => Promise<T>): Promise<T> => {
    const isLast = enter();
    const result = await call();
    if (isLast) hasCrashed = true;
    if (hasCrashed) throw new Crash();
    return result;
  };
  async function* each<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
    if (enter()) {
      hasCrashed = true;
      throw new Crash();
    }
    for await (const item of items) {
      const isLast = enter();
      if (isLast) hasCrashed = true;
      if (hasCrashed) throw new Crash();
      yield item;
    }
  }
  return {
    get calls() {
      return calls;
    },
    get hasCrashed() {
      return hasCrashed;
    },
    die() {
      hasCrashed = true;
    },
    ledger: (ledger) => wrap(ledger),
    source: (source) => wrap(source),
  };

  function wrap<T extends Ledger | Source>(target: T): T {
    return new Proxy(target, {
      get(it, name) {
        const value: unknown = Reflect.get(it, name);
        if (typeof value !== "function") return value;
        const method = (...args: readonly unknown[]): unknown => Reflect.apply(value, it, args);
        if (name === "scan") return (...args: readonly unknown[]) => each(method(...args) as AsyncIterable<unknown>);
        return (...args: readonly unknown[]) => through(() => Promise.resolve(method(...args)));
      },
    });
  }
}
