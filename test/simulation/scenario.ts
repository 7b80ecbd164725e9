import { parseSourceId, type SourceId } from "../../src/domain/ids.ts";
import { type CompiledTreaty, compileTreaty } from "../../src/treaty/compile.ts";
import type { RuleText, TreatyText } from "../../src/treaty/treaty-text.ts";
import { drawCatalog, drawLake, type Manners } from "./manners.ts";
import type { RandomStream } from "./random-stream.ts";

export const LAKE = parseSourceId("lake");
const CATALOG = parseSourceId("catalog");
/** A second catalog, in some histories. */
const THIRD = parseSourceId("third");
export const FIELDS = ["description", "domain", "owners", "classifications", "custom.note"] as const;

/** A rule as the oracle reads it: every word of it is stated. */
export interface SimulatedRule extends RuleText {
  readonly authority: SourceId;
  readonly mirrors: readonly SourceId[];
  readonly onForeignWrite: "revert" | "adopt" | "review";
  readonly onConflict: "authority" | "most-restrictive" | "newest-at-authority" | "review";
  readonly onFirstSight: "authority" | "union" | "review";
  readonly mode: "enforce" | "observe";
}

export interface SimulatedTreaty {
  readonly rules: readonly SimulatedRule[];
  readonly compiled: CompiledTreaty;
}

/** What one history is played with. */
export interface Scenario {
  /** The lakehouse first. */
  readonly systems: ReadonlyMap<SourceId, Manners>;
  readonly treaties: readonly SimulatedTreaty[];
  readonly tables: number;
  readonly replicas: number;
  readonly actions: number;
  /** Simulated milliseconds between two actions, at most. */
  readonly paceMs: number;
  readonly scanEveryMs: number;
  readonly restores: boolean;
  readonly losesBases: boolean;
  readonly clockJumps: boolean;
  /** Another treaty is rolled out, process after process. */
  readonly changesTreaty: boolean;
  /** Systems that may show late what they took do so. */
  readonly showsLate: boolean;
  /** People answer reviews, and stop sources and let them go on. */
  readonly operates: boolean;
  /** Removals, rewrites and retirements that guards allow in one run; 0: as many as by default. */
  readonly guardBound: number;
}

export function drawScenario(random: RandomStream): Scenario {
  const systems = new Map([
    [LAKE, drawLake(random.fork("lake"))],
    [CATALOG, drawCatalog(random.fork("catalog"))],
  ]);
  if (random.chance(0.3)) systems.set(THIRD, drawCatalog(random.fork("third")));
  const ids = [...systems.keys()];
  const people = random.fork("operators");
  const operates = people.chance(0.25);
  return {
    systems,
    treaties: [drawTreaty(ids, random.fork("treaty")), drawTreaty(ids, random.fork("next treaty"))],
    tables: random.int(1, 3),
    replicas: random.pick([1, 1, 2, 2, 3]),
    actions: random.int(3, 18),
    paceMs: random.pick([500, 5_000, 30_000]),
    scanEveryMs: random.pick([20_000, 60_000]),
    restores: random.chance(0.15),
    losesBases: random.chance(0.15),
    clockJumps: random.chance(0.2),
    changesTreaty: random.chance(0.2),
    showsLate: true,
    operates,
    guardBound: operates && people.chance(0.6) ? people.int(1, 3) : 0,
  };
}

function drawTreaty(ids: readonly SourceId[], random: RandomStream): SimulatedTreaty {
  const rule = (name: string, fields: readonly string[], elements?: readonly string[]): SimulatedRule => {
    const authority = random.pick(ids);
    return {
      name,
      fields,
      authority,
      mirrors: ids.filter((it) => it !== authority && random.chance(0.92)),
      onForeignWrite: random.pick(["revert", "revert", "adopt", "review"]),
      onConflict: random.pick(
        elements
          ? ["authority", "most-restrictive", "newest-at-authority", "review"]
          : ["authority", "authority", "newest-at-authority", "review"],
      ),
      onFirstSight: random.pick(["authority", "union", "union", "review"]),
      mode: random.chance(0.93) ? "enforce" : "observe",
      ...(elements ? { elements } : {}),
    };
  };
  const rules = [
    rule("rest", ["*"]),
    rule("texts", ["description"]),
    rule("people", ["owners"]),
    ...(random.chance(0.6) ? [rule("ops", ["classifications"], ["ops.*"])] : []),
  ].map((it) => (it.name === "rest" ? it : { ...it, priority: 1 }));
  return { rules, compiled: compile(ids, rules) };
}

/** Its treaties with the guards that it names. */
export function withGuards(scenario: Scenario): Scenario {
  const { guardBound: bound, systems, treaties } = scenario;
  if (bound === 0) return scenario;
  const guards = { maxRemovals: bound, maxRewrites: bound, maxRetirements: bound };
  return {
    ...scenario,
    treaties: treaties.map(({ rules }) => ({ rules, compiled: compile([...systems.keys()], rules, guards) })),
  };
}

function compile(
  ids: readonly SourceId[],
  rules: readonly SimulatedRule[],
  guards?: TreatyText["guards"],
): CompiledTreaty {
  const text: TreatyText = {
    rules: rules.map(({ priority: _priority, ...it }) => it),
    deletion: { misses: 2, gracePeriod: "PT90S" },
    ...(guards ? { guards } : {}),
  };
  const treaty = compileTreaty(
    text,
    ids.map((id) => ({ id, role: id === LAKE ? "lakehouse" : "catalog" })),
  );
  if (!treaty.ok) throw new Error(treaty.error.map((it) => it.message).join("\n"));
  return treaty.value;
}

/** Which rule governs a piece of a field, worked out from the text alone. */
export function ruleOf({ rules }: SimulatedTreaty, key: string, mark: string): SimulatedRule {
  const piece = mark.slice(mark.indexOf("/") + 1);
  const byElement = rules.find(
    (it) => it.fields.includes(key) && it.elements?.some((glob) => piece.startsWith(glob.slice(0, -1))),
  );
  const byField = rules.find((it) => it.fields.includes(key) && !it.elements);
  const rule = byElement ?? byField ?? rules.find((it) => it.fields.includes("*"));
  if (!rule) throw new Error(`No rule for ${key}.`);
  return rule;
}

/** Every rule that has a say in a field. */
export function rulesOf(treaty: SimulatedTreaty, key: string): readonly SimulatedRule[] {
  const parts = treaty.rules.filter((it) => it.fields.includes(key) && it.elements);
  return [...parts, ruleOf(treaty, key, `${key}/`)];
}

/** What a history is played with, for whoever reads its trace. */
export function scenarioInWords(scenario: Scenario, treaty: SimulatedTreaty, faults: ReadonlySet<string>): string {
  const systems = [...scenario.systems].map(([id, it]) => [id, { ...it, capabilities: undefined }]);
  return JSON.stringify({ ...scenario, systems, treaties: treaty.rules, faults: [...faults] }, null, 1);
}
