import type { Change } from "../../src/domain/change.ts";
import { equalJson, type Json } from "../../src/domain/json.ts";
import { AUTHORITY } from "./authority.ts";
import { namesOf } from "./check-mutations.ts";
import type { ChangedField, History } from "./history.ts";

const PROPERTY = {
  description: "comment",
  domain: "concordat.domain",
  classifications: "concordat.classifications",
} as const satisfies Record<ChangedField, string>;
const FIELDS = Object.keys(PROPERTY) as ChangedField[];

/** At the end both sides hold what the log says, people's own edits stand, and no drift is left. */
export function checkSources(history: History): readonly string[] {
  return [
    ...checkAgreement(history),
    ...checkEdits(history),
    ...history.drift.map((it) => `DRIFT: still open at the end: ${it}.`),
  ];
}

function checkAgreement({ catalog, lakehouse, log }: History): readonly string[] {
  const last = lastChanges(log);
  return Object.keys(lakehouse).flatMap((asset) =>
    FIELDS.flatMap((field) => {
      const held = {
        lakehouse: parse(field, lakehouse[asset]?.[PROPERTY[field]]),
        catalog: comparable(field, catalog[asset]?.[field] ?? null),
      };
      const authority = AUTHORITY[field];
      const mirror = authority === "catalog" ? "lakehouse" : "catalog";
      const told = last.get(`${asset} ${field}`);
      const violations: string[] = [];
      if (told !== undefined && !equalJson(comparable(field, told), held[authority]))
        violations.push(
          `LOST: ${authority} holds ${show(held[authority])} as ${field} of ${asset}, the log says ${show(told)}.`,
        );
      if (!equalJson(held.lakehouse, held.catalog))
        violations.push(
          `UNMIRRORED: ${mirror} holds ${show(held[mirror])} as ${field} of ${asset}, ${authority} ${show(held[authority])}.`,
        );
      return violations;
    }),
  );
}

/** P1 and P10: what people wrote where they have the say stands; what they wrote into a mirror is no change of the field. */
function checkEdits({ catalog, edits, lakehouse, log }: History): readonly string[] {
  const violations: string[] = [];
  const last = new Map(edits.map((it) => [`${it.asset} ${it.property}`, it]));
  for (const { asset, property, value } of last.values()) {
    if (property === "concordat.domain") continue;
    const held = lakehouse[asset]?.[property];
    if (held !== value) violations.push(`OVERWRITTEN: ${property} of ${asset} is ${held}, a person wrote ${value}.`);
    if (property === "comment" && catalog[asset]?.["description"] !== value)
      violations.push(`UNMIRRORED: a person wrote ${value} as comment of ${asset}; the catalog does not have it.`);
  }
  const told = Map.groupBy(
    log.filter((it) => it.kind === "FIELD_CHANGED"),
    (it) => String(it.after),
  );
  for (const { asset, property, value } of edits) {
    const count = told.get(value)?.length ?? 0;
    const isLast = last.get(`${asset} ${property}`)?.value === value;
    if (property === "comment" && (count > 1 || (isLast && count === 0)))
      violations.push(`The log tells ${count} times that a person wrote ${value} as comment of ${asset}.`);
    if (property === "concordat.domain" && count > 0)
      violations.push(`ADOPTED: the log tells ${value}, written into a mirror, as the domain of ${asset}.`);
  }
  return violations;
}

function lastChanges(log: readonly Change[]): ReadonlyMap<string, Json> {
  const last = new Map<string, Json>();
  for (const { after = null, field, kind, name } of log)
    if (kind === "FIELD_CHANGED") last.set(`${name} ${field}`, after);
  return last;
}

function parse(field: ChangedField, text: string | undefined): Json {
  if (text === undefined) return null;
  return comparable(field, field === "classifications" ? (JSON.parse(text) as Json) : text);
}

/** Classifications without their order; none is no value. */
function comparable(field: ChangedField, value: Json): Json {
  if (field !== "classifications") return value;
  const names = [...namesOf(value)].sort();
  return names.length === 0 ? null : names;
}

function show(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
