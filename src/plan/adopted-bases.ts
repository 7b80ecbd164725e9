import type { FieldKey } from "../domain/field.ts";
import { ABSENT, type Reading } from "../domain/reading.ts";
import type { AgreedValue, AssetState } from "../domain/state.ts";
import type { Treaty } from "../treaty/decision.ts";
import type { FieldCase } from "./field-case.ts";
import { baseOfAdopted } from "./plan-field.ts";
import { type PlannedWrite, toAgreed } from "./plan-mirror.ts";
import { columnsOf, type SourceTable } from "./source-facts.ts";
import { toFieldCase, toGround } from "./to-field-case.ts";

/**
 * The bases once an authority has taken over what a mirror held: that both had then. Where the authority gives it up before the two
 * are compared again, that is the authority's change: without this, what the mirror still has would be somebody's new edit (P5).
 */
export function adoptedBases(
  treaty: Treaty,
  state: AssetState,
  sources: SourceTable,
  { adopted, fields, source }: PlannedWrite,
): ReadonlyMap<FieldKey, AgreedValue> {
  const ground = adopted && toGround(treaty, state, sources, adopted.mirror);
  // Of a mirror that has no record of the asset nothing has been compared, also where its having nothing was taken over.
  if (!ground || !state.agreed.some((it) => it.mirror === adopted.mirror)) return new Map();
  const columns = columnsOf(state);
  const bases = [...fields].flatMap(([key, written]): readonly (readonly [FieldKey, AgreedValue])[] => {
    const held = adopted.held.get(key) ?? null;
    const it = toFieldCase(ground, key);
    const mirrorSeen: Reading = held === null ? ABSENT : { state: "value", value: held };
    const base =
      it && baseOfAdopted({ ...it, mirrorSeen, parts: it.parts.map((part) => seenIn(part, source, written)) });
    return base ? [[key, toAgreed(ground, key, columns, base)]] : [];
  });
  return new Map(bases);
}

/** What other authorities hold of the field was not part of it. */
function seenIn(it: FieldCase["parts"][number], source: PlannedWrite["source"], written: Reading): typeof it {
  const authoritySeen: Reading =
    it.part.rule.authority === source ? written : { state: "unknown", reason: "nobody asked" };
  return { ...it, authoritySeen };
}
