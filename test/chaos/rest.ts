import { setTimeout as delay } from "node:timers/promises";
import { countOutOfSync, headOf, openDrift, reconcileAll, scanAll } from "./ask.ts";
import type { Delivered } from "./history.ts";
import type { Replica } from "./replica.ts";
import type { System } from "./system.ts";

/** Waits until every table is known and its first values are agreed. Gives the position of the log after which the load counts. */
export async function waitForStart({ replicas }: System): Promise<number> {
  const first = firstOf(replicas);
  await scanAll(first);
  while (!(await reconcileAll(first))) await delay(100);
  return headOf(first);
}

/** Waits until every change has come to its mirrors by itself: nobody asks for a scan or to look again. Whether it has. */
export async function waitForMirrors({ replicas }: System, patienceMs: number): Promise<boolean> {
  for (const until = performance.now() + patienceMs; ; ) {
    if ((await countOutOfSync(firstOf(replicas))) === 0) return true;
    if (performance.now() > until) return false;
    await delay(200);
  }
}

export interface Rest {
  /** Position of the log at which nothing was left to do. */
  readonly head: number;
  /** Drift that is still open. */
  readonly drift: readonly string[];
  readonly problems: readonly string[];
}

/** Waits until nothing is left to do and no drift is open. */
export async function waitForRest({ replicas }: System, patienceMs: number): Promise<Rest> {
  const until = performance.now() + patienceMs;
  const first = firstOf(replicas);
  let why: unknown;
  for (;;) {
    try {
      await scanAll(first);
      const isDone = await reconcileAll(first);
      const drift = await openDrift(first);
      const isOver = performance.now() > until;
      if (isDone && drift.length === 0) return { head: await headOf(first), drift, problems: [] };
      if (isOver) return { head: await headOf(first), drift, problems: ["It has not come to rest."] };
    } catch (error) {
      why = error;
      if (performance.now() > until) throw new Error("It has not come to rest.", { cause: why });
    }
    await delay(200);
  }
}

/** Kills and starts all of them and looks at everything anew; afterwards what stands in the log after `head` can be judged. */
export async function startAnew({ replicas }: System): Promise<void> {
  await Promise.all(replicas.map((it) => it.kill()));
  await Promise.all(replicas.map((it) => it.start()));
  const first = firstOf(replicas);
  await scanAll(first);
  await reconcileAll(first);
}

/** Waits until those who follow everything have come to the end of the log; whether they have. */
export async function waitForSubscribers(
  { replicas }: System,
  delivered: readonly Delivered[],
  patienceMs: number,
): Promise<boolean> {
  const until = performance.now() + patienceMs;
  const all = delivered.filter((it) => it.kinds === undefined);
  for (;;) {
    const head = await headOf(firstOf(replicas));
    if (all.every((it) => (it.events.at(-1)?.position ?? 0) >= head)) return true;
    if (performance.now() > until) return false;
    await delay(100);
  }
}

function firstOf([first]: readonly Replica[]): Replica {
  if (!first) throw new Error("There is no gateway.");
  return first;
}
