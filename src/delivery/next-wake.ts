import type { Engine } from "../ports/engine.ts";

/** Waits until the bus tells of something, and no longer than `ms`: what it does not tell of is found by looking. */
export async function nextWake(
  { bus, clock }: Pick<Engine, "bus" | "clock">,
  seen: number,
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  // Not AbortSignal.any: a signal that lives as long as the process would keep something of every one that was made of it.
  const over = new AbortController();
  const end = (): void => over.abort(signal.reason ?? "over");
  if (signal.aborted) return;
  signal.addEventListener("abort", end, { once: true });
  await Promise.race([clock.sleep(ms, over.signal), bus.wake.changedSince(seen, over.signal)]);
  signal.removeEventListener("abort", end);
  end();
}
