import { setTimeout as delay } from "node:timers/promises";

/** Far beyond what anything takes: it ends a test that waits for what never comes. */
const PATIENCE_MS = 90_000;
const POLL_MS = 50;

/**
 * Asks again and again until there is an answer other than undefined or false.
 *
 * @throws Error that names `what`, with the last failure of `ask`, if nothing came.
 */
export async function waitFor<T>(what: string, ask: () => T | Promise<T>): Promise<Exclude<T, undefined | false>> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    let failure: unknown;
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer as Exclude<T, undefined | false>;
    } catch (error) {
      failure = error;
    }
    if (performance.now() > deadline) throw new Error(`Waited in vain until ${what}.`, { cause: failure });
    await delay(POLL_MS);
  }
}
