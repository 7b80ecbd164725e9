import type { FieldKind } from "../domain/field.ts";
import type { SourceId } from "../domain/ids.ts";
import type { Merge, Mode, OnConflict, Rule } from "./decision.ts";
import { hasElements } from "./element-pattern.ts";
import type { FieldPattern } from "./field-pattern.ts";
import type { Report } from "./treaty-problem.ts";
import type { ResolvedDefaults, RuleText, TreatySource } from "./treaty-text.ts";

/** Fields on whose values "most restrictive" is defined. */
const ORDERED: readonly FieldKind[] = ["sensitivity", "retention", "classifications", "columns.classifications"];

/** Whether what the rule says of merging, conflicts and modes is possible for its fields and sources. */
export function checkRuleSettings(
  text: RuleText,
  fields: readonly FieldPattern[],
  sources: readonly TreatySource[],
  report: Report,
): void {
  const kinds = [...new Set(fields.map((it) => it.kind))];
  const { merge } = text;
  if (merge === "set" || merge === "map") {
    const cannot = kinds.filter((it) => !hasElements(it) && !(merge === "map" && it === "custom"));
    const able = merge === "map" ? "owners, classifications and custom fields" : "owners and classifications";
    const then = "Leave merge out, and each field is merged as its kind allows";
    if (cannot.length > 0)
      report("merge-not-possible", ["merge"], `${cannot.join(", ")}: no ${merge}, only ${able} are. ${then}.`);
  }
  if (text.onConflict === "most-restrictive") {
    const cannot = kinds.filter((it) => !ORDERED.includes(it));
    const able = "sensitivity, retention and classifications";
    const then = "Give the other fields a rule with another onConflict";
    if (cannot.length > 0)
      report(
        "no-order",
        ["onConflict"],
        `no value of ${cannot.join(", ")} is the most restrictive; only ${able} have that order. ${then}.`,
      );
  }
  checkSchema(text, fields, sources, report);
  checkModes(text, report);
}

function checkSchema(
  text: RuleText,
  fields: readonly FieldPattern[],
  sources: readonly TreatySource[],
  report: Report,
): void {
  if (!fields.some((it) => it.kind === "schema")) return;
  if (text.mirrors !== undefined && text.mirrors.length > 0) {
    report(
      "schema-mirrored",
      ["mirrors"],
      "schema is read-only and cannot be mirrored. Give it a rule of its own without mirrors.",
    );
  }
  const lakehouses = sources.filter((it) => it.role === "lakehouse").map((it) => it.id as string);
  if (lakehouses.length > 0 && sources.some((it) => it.id === text.authority) && !lakehouses.includes(text.authority)) {
    const which = lakehouses.length === 1 ? `"${lakehouses[0]}"` : `one of ${lakehouses.join(", ")}`;
    report(
      "schema-authority",
      ["authority"],
      `only a lakehouse can have authority over schema: make it ${which}, in a rule of its own.`,
    );
  }
}

function checkModes(text: RuleText, report: Report): void {
  if (text.mode === undefined || typeof text.mode === "string") return;
  const taking = [text.authority, ...(text.mirrors ?? [])];
  for (const [source, mode] of Object.entries(text.mode)) {
    if (!taking.includes(source)) {
      report(
        "mode-not-possible",
        ["mode", source],
        `"${source}" is neither its authority nor a mirror, so it has no mode here. Take it out.`,
      );
    } else if (source === text.authority && mode === "seed-once") {
      report(
        "mode-not-possible",
        ["mode", source],
        "seed-once fills a mirror once; the authority needs pause, observe or enforce.",
      );
    }
  }
}

/** The rule as it stands for each kind of its fields. */
export function toRules(
  text: RuleText,
  fields: readonly FieldPattern[],
  defaults: ResolvedDefaults,
): ReadonlyMap<FieldKind, Rule> {
  const rules = new Map<FieldKind, Rule>();
  const variants = new Map<string, Rule>();
  for (const { kind } of fields) {
    const merge = text.merge ?? (hasElements(kind) ? "map" : "replace");
    const onConflict = text.onConflict ?? defaultOnConflict(kind, defaults);
    const variant = `${merge} ${onConflict}`;
    const rule = variants.get(variant) ?? toRule(text, merge, onConflict, defaults);
    variants.set(variant, rule);
    rules.set(kind, rule);
  }
  return rules;
}

/** A default of most-restrictive is for the fields that have this order; the others go to people. */
function defaultOnConflict(kind: FieldKind, defaults: ResolvedDefaults): OnConflict {
  return defaults.onConflict === "most-restrictive" && !ORDERED.includes(kind) ? "review" : defaults.onConflict;
}

function toRule(text: RuleText, merge: Merge, onConflict: OnConflict, defaults: ResolvedDefaults): Rule {
  const stated = text.mode ?? defaults.mode;
  const defaultMode: Mode = typeof stated === "string" ? stated : defaults.mode;
  // seed-once is for mirrors: at the authority it stands for enforce, so that mutations go on.
  const authorityMode: Record<string, Mode> = defaultMode === "seed-once" ? { [text.authority]: "enforce" } : {};
  return {
    name: text.name,
    authority: text.authority as SourceId,
    mirrors: (text.mirrors ?? []) as readonly SourceId[],
    merge,
    onForeignWrite: text.onForeignWrite ?? defaults.onForeignWrite,
    onConflict,
    onFirstSight: text.onFirstSight ?? defaults.onFirstSight,
    modes: { ...authorityMode, ...(typeof stated === "object" ? stated : {}) },
    defaultMode,
  };
}
