import { type HistoryOptions, playHistory } from "./history.ts";
import type { CrashPoint, Overrides } from "./overrides.ts";

/** After these nothing of the ledger or of a system is as it was before: to die before any other step is to die after the last of them. */
const CHANGES_SOMETHING =
  /^(commit.*|markDirty|claimWork|postponeWork|takeOver\w*|touchBindings|abandonLeases|renew\w*|release\w*) answers$| write/;

export interface CrashRun {
  /** Histories played, each with its own crash. */
  readonly played: number;
  readonly failures: readonly { readonly crashAt: readonly CrashPoint[]; readonly violations: readonly string[] }[];
}

/**
 * Plays one history again and again: each of its processes, those of the beginning and those of the restart, dies once at
 * every point at which its death could make a difference (or, with `everyStep`, at every step). Where a first death left a
 * write in doubt, its successor dies at each of its own points too.
 *
 * @param successors first deaths, of those that left a write in doubt, whose successors are gone through.
 */
export async function playCrashes(
  seed: number,
  overrides: Overrides,
  { everyStep = false, successors = 2 } = {},
): Promise<CrashRun> {
  const failures: CrashRun["failures"][number][] = [];
  let played = 0;
  const play = async (crashAt: readonly CrashPoint[], stepped?: HistoryOptions["stepped"]) => {
    played += 1;
    const result = await playHistory(seed, { crashAt, overrides, ...(stepped ? { stepped } : {}) });
    if (result.violations.length > 0) failures.push({ crashAt, violations: result.violations });
    return result;
  };
  const pointsAfter = async (earlier: readonly CrashPoint[]): Promise<readonly CrashPoint[]> => {
    const points: CrashPoint[] = [];
    const taken = new Set(earlier.map((it) => it.start));
    await play(earlier, (start, step, label) => {
      if (!taken.has(start) && (everyStep || step === 1 || CHANGES_SOMETHING.test(label))) points.push({ start, step });
    });
    return points;
  };
  const inDoubt: CrashPoint[] = [];
  for (const point of await pointsAfter([])) {
    const { coverage } = await play([point]);
    if (coverage.counts.has("crash while a write is under way")) inDoubt.push(point);
  }
  const chosen = inDoubt.filter((_, index) => index % Math.ceil(inDoubt.length / Math.max(1, successors)) === 0);
  for (const first of chosen.slice(0, successors))
    for (const second of await pointsAfter([first])) if (second.start > first.start) await play([first, second]);
  return { played, failures };
}
