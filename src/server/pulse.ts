import type { Wake } from "../ports/bus.ts";

/** A signal that is raised in regular intervals, for what nobody tells of. It costs nothing while nobody waits. */
export function createPulse(everyMs: number): Wake {
  let count = 0;
  let next: Promise<void> | undefined;
  const beat = (): Promise<void> =>
    new Promise((resolve) => {
      setTimeout(() => {
        count++;
        next = undefined;
        resolve();
      }, everyMs).unref();
    });
  return {
    get count() {
      return count;
    },
    async changedSince(seen, signal) {
      if (count !== seen || signal.aborted) return;
      next ??= beat();
      const stop = Promise.withResolvers<void>();
      const end = (): void => stop.resolve();
      signal.addEventListener("abort", end, { once: true });
      await Promise.race([next, stop.promise]);
      signal.removeEventListener("abort", end);
    },
  };
}
