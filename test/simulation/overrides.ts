import type { FaultKind } from "./faults.ts";
import type { Scenario } from "./scenario.ts";

/** Where a process dies: it is the so-manyth to be started in its history, and comes to its so-manyth step. */
export interface CrashPoint {
  readonly start: number;
  readonly step: number;
}

/** What of a seed's history is played otherwise than its seed says: how a failure is made small. */
export interface Overrides {
  /** Numbers and switches of the scenario. */
  readonly scenario: Readonly<Record<string, number | boolean>>;
  /** Only these of the faults that the seed switches on. */
  readonly faults?: readonly FaultKind[];
  /** Actions left out, by their place. */
  readonly skip: readonly number[];
}

export const AS_DRAWN: Overrides = { scenario: {}, skip: [] };

/** Whatever of a scenario is a number or a switch can be overridden by its name. */
export function scalarsOf(scenario: Scenario): Readonly<Record<string, number | boolean>> {
  return Object.fromEntries(
    Object.entries(scenario).filter((it): it is [string, number | boolean] =>
      ["number", "boolean"].includes(typeof it[1]),
    ),
  );
}

export function override(scenario: Scenario, { scenario: wanted }: Overrides): Scenario {
  const known = scalarsOf(scenario);
  const unknown = Object.keys(wanted).find((it) => !(it in known));
  if (unknown !== undefined)
    throw new TypeError(`A scenario has no "${unknown}", but ${Object.keys(known).join(", ")}.`);
  return { ...scenario, ...wanted };
}

/** `actions=5,restores=false,faults=late+crash,skip=0+3`; an empty list of faults is `faults=`. */
export function formatOverrides({ faults, scenario, skip }: Overrides): string {
  const parts = Object.entries(scenario).map(([name, value]) => `${name}=${value}`);
  if (faults) parts.push(`faults=${faults.join("+")}`);
  if (skip.length > 0) parts.push(`skip=${skip.join("+")}`);
  return parts.join(",");
}

/** @throws TypeError for what `formatOverrides` does not write. */
export function parseOverrides(text: string): Overrides {
  const scenario: Record<string, number | boolean> = {};
  let faults: readonly FaultKind[] | undefined;
  let skip: readonly number[] = [];
  for (const part of text === "" ? [] : text.split(",")) {
    const [name = "", value = ""] = part.split("=");
    if (name === "faults") faults = value.split("+").filter((it) => it !== "") as FaultKind[];
    else if (name === "skip") skip = value.split("+").map(Number);
    else if (value === "true" || value === "false") scenario[name] = value === "true";
    else if (value !== "" && Number.isFinite(Number(value))) scenario[name] = Number(value);
    else throw new TypeError(`"${part}" is no override; write name=number, name=true, faults=a+b or skip=1+2.`);
  }
  return { scenario, skip, ...(faults ? { faults } : {}) };
}

/** `2:140` is the 140th step of the process started second; several are joined by commas. */
export function parseCrashPoints(text: string): readonly CrashPoint[] {
  return text.split(",").map((it) => {
    const [start, step] = it.split(":").map(Number);
    if (!start || !step) throw new TypeError(`"${it}" is no crash point; write START:STEP.`);
    return { start, step };
  });
}

export function formatCrashPoints(points: readonly CrashPoint[]): string {
  return points.map((it) => `${it.start}:${it.step}`).join(",");
}
