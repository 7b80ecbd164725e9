import { parseDurationMs } from "../domain/duration.ts";
import { globMatcher, parseNameGlob } from "../domain/glob.ts";
import type { AssetFacts, Deletion, Guards } from "./decision.ts";
import type { TreatyProblem } from "./treaty-problem.ts";
import { TREATY_DEFAULTS, type TreatyText } from "./treaty-text.ts";

export interface Ephemeral {
  /** Patterns of names; `["**"]` where none were stated. */
  readonly names: readonly string[];
  readonly youngerThanMs: number;
}

/** What the treaty says besides its rules, defaults filled in. */
export interface TreatySettings {
  readonly sensitivityLevels: readonly string[];
  readonly ephemeral: Ephemeral | undefined;
  readonly deletion: Deletion;
  readonly guards: Guards;
}

export function readSettings(text: TreatyText, problems: TreatyProblem[]): TreatySettings {
  return {
    sensitivityLevels: readLevels(text, problems),
    ephemeral: readEphemeral(text, problems),
    deletion: {
      misses: readNumber(text.deletion?.misses ?? TREATY_DEFAULTS.deletion.misses, ["deletion", "misses"], problems, 1),
      graceMs: readDuration(
        text.deletion?.gracePeriod ?? TREATY_DEFAULTS.deletion.gracePeriod,
        ["deletion", "gracePeriod"],
        problems,
      ),
    },
    guards: readGuards(text, problems),
  };
}

/** When an ephemeral asset has lived long enough (milliseconds since 1970); undefined where it is not ephemeral. */
export function toEphemeralUntil(
  ephemeral: Ephemeral | undefined,
): (asset: AssetFacts, createdAtMs: number) => number | undefined {
  if (!ephemeral) return () => undefined;
  const matchers = ephemeral.names.map((it) => globMatcher(parseNameGlob(it)));
  return (asset, createdAtMs) =>
    matchers.some((it) => it(asset.name)) ? createdAtMs + ephemeral.youngerThanMs : undefined;
}

function readLevels(text: TreatyText, problems: TreatyProblem[]): readonly string[] {
  const levels = text.sensitivityLevels ?? TREATY_DEFAULTS.sensitivityLevels;
  const bad = (message: string) => problems.push({ code: "bad-value", message, path: ["sensitivityLevels"] });
  if (levels.length === 0) bad("There are no sensitivity levels. List them from the least to the most restrictive.");
  const repeated = levels.find((it, index) => levels.indexOf(it) < index);
  if (repeated !== undefined) bad(`The sensitivity level "${repeated}" stands there twice. Take one out.`);
  return levels;
}

function readEphemeral({ ephemeral }: TreatyText, problems: TreatyProblem[]): Ephemeral | undefined {
  if (!ephemeral) return undefined;
  const names = ephemeral.names ?? ["**"];
  names.forEach((name, index) => {
    try {
      parseNameGlob(name);
    } catch (error) {
      problems.push({
        code: "bad-name-pattern",
        message: (error as Error).message,
        path: ["ephemeral", "names", index],
      });
    }
  });
  return { names, youngerThanMs: readDuration(ephemeral.youngerThan, ["ephemeral", "youngerThan"], problems) };
}

function readGuards({ guards }: TreatyText, problems: TreatyProblem[]): Guards {
  const stated = { ...TREATY_DEFAULTS.guards, ...dropUndefined(guards ?? {}) };
  for (const [name, value] of Object.entries(stated)) {
    readNumber(value, ["guards", name], problems, 0, name.endsWith("Percent") ? 100 : Number.MAX_SAFE_INTEGER);
  }
  return stated;
}

function readNumber(
  value: number,
  path: readonly string[],
  problems: TreatyProblem[],
  min: number,
  max = Number.MAX_SAFE_INTEGER,
): number {
  const whole = max === 100 || Number.isInteger(value);
  const range = max === 100 ? "a number from 0 to 100" : `a whole number of at least ${min}`;
  if (!whole || !(value >= min && value <= max)) {
    problems.push({ code: "bad-value", message: `Expected ${range}, found ${value}.`, path });
  }
  return value;
}

function readDuration(value: string, path: readonly string[], problems: TreatyProblem[]): number {
  const ms = parseDurationMs(value);
  if (ms !== undefined) return ms;
  const message = `Not a duration of fixed length: "${value}". Write ISO 8601 in weeks, days, hours, minutes or seconds, like "PT1H".`;
  problems.push({ code: "bad-value", message, path });
  return 0;
}

function dropUndefined<T extends object>(object: T): { [K in keyof T]: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(object).filter(([, it]) => it !== undefined)) as {
    [K in keyof T]: NonNullable<T[K]>;
  };
}
