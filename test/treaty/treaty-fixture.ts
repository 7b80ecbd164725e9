import { splitField } from "../../src/domain/field.ts";
import { parseSourceId, type SourceId } from "../../src/domain/ids.ts";
import { type CompiledTreaty, compileTreaty } from "../../src/treaty/compile.ts";
import type { AssetFacts, FieldFacts, Part } from "../../src/treaty/decision.ts";
import { toFieldFacts } from "../../src/treaty/field-pattern.ts";
import type { TreatyProblem } from "../../src/treaty/treaty-problem.ts";
import type { RuleText, TreatySource, TreatyText } from "../../src/treaty/treaty-text.ts";

export const CATALOG = parseSourceId("catalog");
export const LAKEHOUSE = parseSourceId("lakehouse");
export const SOURCES: readonly TreatySource[] = [
  { id: CATALOG, role: "catalog" },
  { id: LAKEHOUSE, role: "lakehouse" },
];

/** The catalog decides on everything but the schema. */
export const EVERYTHING: RuleText = { name: "everything", fields: ["*"], authority: "catalog", mirrors: ["lakehouse"] };

export function compile(
  rules: readonly RuleText[],
  rest: Omit<TreatyText, "rules"> = {},
  sources = SOURCES,
): CompiledTreaty {
  const result = compileTreaty({ ...rest, rules }, sources);
  if (!result.ok) throw new Error(result.error.map((it) => it.message).join("\n"));
  return result.value;
}

export function problemsOf(
  rules: readonly RuleText[],
  rest: Omit<TreatyText, "rules"> = {},
  sources = SOURCES,
): readonly TreatyProblem[] {
  const result = compileTreaty({ ...rest, rules }, sources);
  return result.ok ? [] : result.error;
}

export function asset(name: string, rest: Partial<AssetFacts> = {}): AssetFacts {
  return { name, kind: "TABLE", labels: {}, sources: [CATALOG, LAKEHOUSE] as readonly SourceId[], ...rest };
}

/** By public path; a column's key is made from its name. */
export function field(path: string): FieldFacts {
  const split = splitField(path);
  if (!split) throw new Error(`Not a field: ${path}`);
  return toFieldFacts(split.kind, "name" in split ? split.name : "column" in split ? split.column : "");
}

/** The rule that decides on an element, as everybody who reads parts finds it. */
export function ruleFor(parts: readonly Part[], element = ""): string | undefined {
  return parts.find((it) => it.claims === undefined || it.claims(element))?.rule.name;
}
