import { err, ok, type Result } from "../domain/result.ts";
import type { Treaty } from "./decision.ts";
import { type DecisionTable, toDecider, toDecisionTable } from "./decision-table.ts";
import { parseRule } from "./parse.ts";
import type { ParsedRule } from "./parsed-rule.ts";
import { proveTotal, proveUnambiguous } from "./prove.ts";
import { hashTreaty } from "./treaty-hash.ts";
import type { TreatyProblem } from "./treaty-problem.ts";
import { readSettings, toEphemeralUntil } from "./treaty-settings.ts";
import {
  type ResolvedDefaults,
  type RuleText,
  TREATY_DEFAULTS,
  type TreatySource,
  type TreatyText,
} from "./treaty-text.ts";

/** A treaty with what it was made from, for `explain-rule.ts` and `describe-authorities.ts`. */
export interface CompiledTreaty extends Treaty {
  readonly parsedRules: readonly ParsedRule[];
  readonly table: DecisionTable;
}

/** The rule for `schema` that need not be written where there is one lakehouse. */
const SCHEMA_RULE = "schema-from-lakehouse";

/** Compiles the text once; refused with every problem at once, unless it is total and unambiguous for these sources. */
export function compileTreaty(
  text: TreatyText,
  sources: readonly TreatySource[],
): Result<CompiledTreaty, readonly TreatyProblem[]> {
  const problems: TreatyProblem[] = [];
  const defaults = resolveDefaults(text);
  const parsedRules = parseRules(text.rules, defaults, sources, problems);
  const settings = readSettings(text, problems);
  const broken = new Set(problems.map((it) => it.path[1]));
  problems.push(...proveTotal(parsedRules));
  problems.push(...proveUnambiguous(parsedRules.filter((it) => !broken.has(it.path[1]))));
  if (problems.length > 0) return err(problems);

  const table = toDecisionTable(parsedRules);
  return ok({
    hash: hashTreaty(parsedRules, settings),
    rules: parsedRules.flatMap((it) => it.ruleByKind.values().take(1).toArray()),
    sensitivityLevels: settings.sensitivityLevels,
    deletion: settings.deletion,
    guards: settings.guards,
    decide: toDecider(parsedRules),
    ephemeralUntilMs: toEphemeralUntil(settings.ephemeral),
    parsedRules,
    table,
  });
}

function resolveDefaults({ defaults }: TreatyText): ResolvedDefaults {
  return {
    mode: defaults?.mode ?? TREATY_DEFAULTS.rule.mode,
    onForeignWrite: defaults?.onForeignWrite ?? TREATY_DEFAULTS.rule.onForeignWrite,
    onConflict: defaults?.onConflict ?? TREATY_DEFAULTS.rule.onConflict,
    onFirstSight: defaults?.onFirstSight ?? TREATY_DEFAULTS.rule.onFirstSight,
  };
}

function parseRules(
  texts: readonly RuleText[],
  defaults: ResolvedDefaults,
  sources: readonly TreatySource[],
  problems: TreatyProblem[],
): readonly ParsedRule[] {
  const names = texts.map((it) => it.name);
  const parsed = texts.map((text, index) => {
    const path = ["rules", index];
    if (names.indexOf(text.name) < index) {
      const message = `There are two rules "${text.name}": the log tells rules by name, so give one another name.`;
      problems.push({ code: "duplicate-rule", message, path: [...path, "name"] });
    }
    if (text.name === SCHEMA_RULE) {
      const message = `"${SCHEMA_RULE}" is the name of the rule that the gateway adds itself. Take another name.`;
      problems.push({ code: "reserved-name", message, path: [...path, "name"] });
    }
    return parseRule(text, path, defaults, sources, problems);
  });
  const schema = schemaRule(texts, sources);
  if (schema) parsed.push(parseRule(schema, [], defaults, sources, problems));
  return parsed;
}

/** With one lakehouse there is no question who says what the schema is. */
function schemaRule(texts: readonly RuleText[], sources: readonly TreatySource[]): RuleText | undefined {
  const [lakehouse, ...others] = sources.filter((it) => it.role === "lakehouse");
  const stated = texts.some((it) => !it.assets && it.fields.includes("schema"));
  return lakehouse && others.length === 0 && !stated
    ? { name: SCHEMA_RULE, fields: ["schema"], authority: lakehouse.id }
    : undefined;
}
