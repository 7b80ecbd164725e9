import { ASSET_KINDS } from "../domain/asset.ts";
import { type FieldKind, isFieldOn } from "../domain/field.ts";
import { checkElementPattern, hasElements, toElementPatterns } from "./element-pattern.ts";
import { type FieldPattern, parseFieldPattern } from "./field-pattern.ts";
import type { ParsedRule } from "./parsed-rule.ts";
import { checkRuleSettings, toRules } from "./rule-settings.ts";
import { EVERY_ASSET, type Selector, toSelector } from "./selector.ts";
import type { Report, TreatyProblem } from "./treaty-problem.ts";
import type { ResolvedDefaults, RuleText, TreatySource } from "./treaty-text.ts";

/** Checks one rule by itself. With problems what is returned is only good for seeing which fields were meant. */
export function parseRule(
  text: RuleText,
  path: readonly (string | number)[],
  defaults: ResolvedDefaults,
  sources: readonly TreatySource[],
  problems: TreatyProblem[],
): ParsedRule {
  const report: Report = (code, at, message) => {
    problems.push({ code, message: `Rule "${text.name}": ${message}`, path: [...path, ...at] });
  };
  checkSources(text, sources, report);
  const fields = parseFields(text, report);
  const selector = parseSelector(text, fields, report);
  checkElements(text, fields, report);
  checkRuleSettings(text, fields, sources, report);
  return {
    name: text.name,
    path,
    priority: text.priority ?? 0,
    scoped: text.assets !== undefined,
    selector,
    fields,
    fieldTexts: text.fields,
    elements: text.elements && toElementPatterns(text.elements),
    ruleByKind: toRules(text, fields, defaults),
  };
}

function checkSources(text: RuleText, sources: readonly TreatySource[], report: Report): void {
  const known = sources.map((it) => it.id as string);
  const check = (source: string, at: readonly (string | number)[]): void => {
    if (known.includes(source)) return;
    report(
      "unknown-source",
      at,
      `there is no source "${source}". Use one of those that are configured: ${known.join(", ") || "none"}.`,
    );
  };
  check(text.authority, ["authority"]);
  text.mirrors?.forEach((mirror, index, all) => {
    check(mirror, ["mirrors", index]);
    if (mirror === text.authority) {
      report(
        "authority-is-mirror",
        ["mirrors", index],
        `"${mirror}" is the authority and cannot mirror itself. Take it out of mirrors.`,
      );
    } else if (all.indexOf(mirror) < index) {
      report("duplicate-mirror", ["mirrors", index], `"${mirror}" stands in mirrors twice. Take one out.`);
    }
  });
  text.assets?.sources?.forEach((source, index) => {
    check(source, ["assets", "sources", index]);
  });
}

function parseFields(text: RuleText, report: Report): readonly FieldPattern[] {
  if (text.fields.length === 0)
    report("empty-list", ["fields"], 'it has no fields. Name them, or write ["*"] for all but schema.');
  const beside = text.fields.find((it) => it !== "*" && it !== "schema");
  if (text.fields.includes("*") && beside !== undefined) {
    const message = `"*" takes in ${beside} already. Write "*" alone, or give ${beside} a rule of its own, which then goes before "*".`;
    report("bad-field-pattern", ["fields", text.fields.indexOf(beside)], message);
  }
  return text.fields.flatMap((pattern, index) => {
    try {
      return parseFieldPattern(pattern);
    } catch (error) {
      report("bad-field-pattern", ["fields", index], (error as Error).message);
      return [];
    }
  });
}

function parseSelector(text: RuleText, fields: readonly FieldPattern[], report: Report): Selector {
  if (!text.assets) return EVERY_ASSET;
  const { names, kinds, sources, labels } = text.assets;
  for (const [part, list] of Object.entries({ names, kinds, sources })) {
    if (list?.length === 0)
      report("empty-list", ["assets", part], `an empty list of ${part} selects nothing. Fill it or take it out.`);
  }
  for (const [label, value] of Object.entries(labels ?? {})) {
    if (value.length === 0)
      report("empty-list", ["assets", "labels", label], `label "${label}" has no value to match. Give one.`);
  }
  const on = kinds ?? ASSET_KINDS;
  text.fields.forEach((pattern, index) => {
    const own = fields.filter((it) => it.text === pattern);
    if (own.length > 0 && on.length > 0 && !own.some((it) => on.some((kind) => isFieldOn(kind, it.kind)))) {
      report(
        "never-matches",
        ["fields", index],
        `"${pattern}" is no field of ${on.join(", ")}. Take it out, or widen assets.kinds.`,
      );
    }
  });
  names?.forEach((name, index) => {
    try {
      toSelector({ names: [name] });
    } catch (error) {
      report("bad-name-pattern", ["assets", "names", index], (error as Error).message);
    }
  });
  try {
    return toSelector(text.assets);
  } catch {
    return EVERY_ASSET; // reported above, so the rule is refused
  }
}

function checkElements(text: RuleText, fields: readonly FieldPattern[], report: Report): void {
  if (!text.elements) return;
  if (text.elements.length === 0)
    report("empty-list", ["elements"], "an empty list of elements governs nothing. Fill it or take it out.");
  const kinds = [...new Set(fields.map((it) => it.kind))];
  const without = kinds.filter((it) => !hasElements(it));
  if (without.length > 0) {
    const what = `${without.join(", ")} cannot be governed element by element. Only owners, classifications and column classifications can`;
    report("elements-not-possible", ["elements"], `${what}: give the other fields a rule without elements.`);
  }
  text.elements.forEach((pattern, index) => {
    for (const kind of kinds.filter(hasElements)) checkElement(pattern, kind, index, report);
  });
}

function checkElement(pattern: string, kind: FieldKind, index: number, report: Report): void {
  try {
    checkElementPattern(pattern, kind);
  } catch (error) {
    report("bad-element-pattern", ["elements", index], (error as Error).message);
  }
}
