import { type FieldKey, type FieldKind, fieldKindOf, keyToPath } from "../domain/field.ts";
import type { AssetState } from "../domain/state.ts";
import type { Explanation, FieldView } from "../ports/gateway.ts";
import type { CompiledTreaty } from "../treaty/compile.ts";
import { effectiveMode, type Part } from "../treaty/decision.ts";
import { explainRule } from "../treaty/explain-rule.ts";
import type { FieldPlan } from "./plan-field.ts";
import { planMirror } from "./plan-mirror.ts";
import { columnsOf, factsOf, type SourceTable } from "./source-facts.ts";
import { baseOf, toGround } from "./to-field-case.ts";
import { valueInWords } from "./value-words.ts";
import { viewField } from "./view.ts";

/** The rule, the base, every observed value, and what the treaty makes of them. Pure. */
export function explainField(
  treaty: CompiledTreaty,
  sources: SourceTable,
  state: AssetState,
  key: FieldKey,
  now: number,
): Explanation {
  const field = viewField({ treaty, sources }, state, key);
  const path = keyToPath(key, columnsOf(state));
  const { parts, verdicts } = explainRule(treaty, factsOf(state), { key, path, kind: fieldKindOf(key) });
  const { rule } = parts.at(-1) as Part;
  const involved = [field.authority, ...field.mirrors.filter((it) => it !== field.authority)];
  const plans = field.mirrors.map((it) => ({
    mirror: it,
    plan: planMirror(treaty, state, sources, it, now).fields.get(key),
  }));
  return {
    field,
    rules: verdicts
      .filter((it) => it.verdict !== "no-match")
      .map((it) => ({ name: it.rule, decides: it.verdict === "governs", because: it.because, elements: it.elements })),
    mode: involved.map((source) => ({
      source,
      mode: effectiveMode(rule, source, sources.get(source)?.mode ?? "pause"),
    })),
    bases: field.mirrors.map((mirror) => {
      const ground = toGround(treaty, state, sources, mirror);
      return { mirror, value: ground && baseOf(ground, key, rule.authority) };
    }),
    decision: [
      whoDecides(field),
      ...plans.flatMap(({ mirror, plan }) => (plan ? [whatIsDone(field.kind, mirror, plan)] : [])),
    ].join(" "),
  };
}

function whoDecides(field: FieldView): string {
  const value =
    field.value === undefined
      ? "cannot say what it is now"
      : field.value === null
        ? "says that there is none"
        : `says ${valueInWords(field.kind, field.value)}`;
  return `${field.authority} has authority by rule ${field.rule} and ${value}.`;
}

function whatIsDone(kind: FieldKind, mirror: string, plan: FieldPlan): string {
  const finding = plan.finding === "keep" ? null : plan.finding;
  const holds = `${mirror} holds ${valueInWords(kind, finding?.found ?? null)}`;
  const why = finding?.because === undefined ? "" : `: ${finding.because}`;
  switch (plan.action) {
    case null:
      return plan.finding === "keep" ? `Nothing can be concluded of ${mirror} now.` : `${mirror} agrees.`;
    case "MIRROR":
      return `${mirror} is to get it.`;
    case "REVERT":
      return `${holds} by a ${finding?.kind ?? "difference"}; it is put back.`;
    case "ADOPT":
      return `${holds}; it is taken over by the authority.`;
    case "REVIEW":
      return `${holds} (${finding?.kind ?? ""}); a person has to decide${why}.`;
    case "HOLD":
      return `${holds} (${finding?.kind ?? ""}); nothing is written${why}.`;
    default:
      return plan.action satisfies never;
  }
}
