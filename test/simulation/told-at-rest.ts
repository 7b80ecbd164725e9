import type { Change } from "../../src/domain/change.ts";
import type { FieldKey } from "../../src/domain/field.ts";
import type { AssetId, SourceId } from "../../src/domain/ids.ts";
import type { Json } from "../../src/domain/json.ts";
import type { AssetState } from "../../src/domain/state.ts";
import { piecesOf, sameJson } from "./elements.ts";
import { FIELDS, ruleOf, rulesOf, type SimulatedTreaty } from "./scenario.ts";
import type { System } from "./system.ts";

type Say = (invariant: string, what: string) => void;

/** P5: who knows the log alone knows what every field is at its authority. */
export function checkTold(
  states: readonly AssetState[],
  log: readonly Change[],
  systems: ReadonlyMap<SourceId, System>,
  treaty: SimulatedTreaty,
  say: Say,
): void {
  const told = replay(log);
  for (const { asset, bindings } of states) {
    for (const key of FIELDS) {
      if (rulesOf(treaty, key).length > 1) continue;
      const source = ruleOf(treaty, key, `${key}/`).authority;
      const id = bindings.find((it) => it.source === source && it.state === "present")?.ref.stableId;
      const thing = id === null || id === undefined ? undefined : systems.get(source)?.things.get(id);
      if (!thing || asset.state === "RETIRED") continue;
      const is = thing.fields.get(key as string as FieldKey) ?? null;
      const was = told.get(placeOf(asset.id, source))?.get(key) ?? null;
      if (!sameJson(Object.fromEntries(piecesOf(key, is)), Object.fromEntries(piecesOf(key, was))))
        say(
          "P5",
          `${key} of ${asset.id} is ${JSON.stringify(is)} at ${source}, but the log tells ${JSON.stringify(was)}`,
        );
    }
  }
}

function placeOf(asset: AssetId | undefined, source: SourceId | undefined): string {
  return `${asset} ${source}`;
}

function replay(log: readonly Change[]): ReadonlyMap<string, ReadonlyMap<string, Json>> {
  const told = new Map<string, Map<string, Json>>();
  for (const { after = null, asset, detail = null, key, kind, source } of log) {
    const place = placeOf(asset, source);
    if (kind === "ASSET_FOUND" || kind === "ASSET_BOUND") told.set(place, fieldsIn(after));
    if (kind === "ASSET_RESTORED") told.set(place, fieldsIn(detail));
    if (kind === "FIELD_CHANGED" && key !== undefined) {
      const fields = told.get(place) ?? new Map<string, Json>();
      told.set(place, fields.set(key, after));
    }
  }
  return told;
}

function fieldsIn(held: Json): Map<string, Json> {
  const { fields = {} } = (held ?? {}) as { readonly fields?: Readonly<Record<string, Json>> };
  return new Map(Object.entries(fields));
}
