import { type HistoryResult, playHistory } from "./history.ts";
import { AS_DRAWN, type Overrides } from "./overrides.ts";

export interface Shrunk {
  readonly overrides: Overrides;
  readonly result: HistoryResult;
  /** Histories played to find it. */
  readonly tried: number;
}

/**
 * Makes a failing history small: fewer faults, processes, tables and actions, as long as one of the invariants that were
 * violated still is. Undefined if the seed fails no more.
 *
 * @param most histories to play at most.
 */
export async function shrink(seed: number, most = 300): Promise<Shrunk | undefined> {
  const first = await playHistory(seed);
  const wanted = new Set(first.violations.map(invariantOf));
  if (wanted.size === 0) return undefined;
  const best: { overrides: Overrides; result: HistoryResult } = { overrides: AS_DRAWN, result: first };
  let tried = 1;
  const attempt = async (overrides: Overrides): Promise<boolean> => {
    if (tried >= most) return false;
    tried += 1;
    const result = await playHistory(seed, { overrides });
    if (!result.violations.some((it) => wanted.has(invariantOf(it)))) return false;
    Object.assign(best, { overrides, result });
    return true;
  };
  for (let before: Overrides | undefined; before !== best.overrides && tried < most; ) {
    before = best.overrides;
    await withFewerFaults(() => best, attempt);
    await withSmallerScenario(() => best, attempt);
    await withFewerActions(() => best, attempt);
  }
  return { ...best, tried };
}

type Best = () => { readonly overrides: Overrides; readonly result: HistoryResult };
type Attempt = (overrides: Overrides) => Promise<boolean>;

async function withFewerFaults(best: Best, attempt: Attempt): Promise<void> {
  if (best().result.faults.length === 0 || (await attempt({ ...best().overrides, faults: [] }))) return;
  for (const kind of best().result.faults)
    await attempt({ ...best().overrides, faults: best().result.faults.filter((it) => it !== kind) });
}

async function withSmallerScenario(best: Best, attempt: Attempt): Promise<void> {
  for (const [name, value] of Object.entries(best().result.scenario)) {
    const set = (to: number | boolean): Promise<boolean> =>
      attempt({ ...best().overrides, scenario: { ...best().overrides.scenario, [name]: to } });
    if (value === true) await set(false);
    if (typeof value !== "number" || name.endsWith("Ms")) continue;
    for (let now = value; now > 1 && (await set(Math.floor(now / 2))); ) now = Math.floor(now / 2);
    for (let now = Number(best().result.scenario[name]); now > 1 && (await set(now - 1)); ) now -= 1;
  }
}

async function withFewerActions(best: Best, attempt: Attempt): Promise<void> {
  const actions = Number(best().result.scenario["actions"] ?? 0);
  for (let index = actions - 1; index >= 0; index -= 1) {
    const { skip } = best().overrides;
    if (!skip.includes(index)) await attempt({ ...best().overrides, skip: [...skip, index].sort((a, b) => a - b) });
  }
}

/** "P5: …" → "P5". */
function invariantOf(violation: string): string {
  return violation.slice(0, violation.indexOf(":"));
}
