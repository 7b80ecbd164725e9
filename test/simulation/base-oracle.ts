import { hash } from "node:crypto";
import type { Drift } from "../../src/domain/drift.ts";
import type { FieldKey } from "../../src/domain/field.ts";
import type { AssetId, SourceId } from "../../src/domain/ids.ts";
import type { Agreed } from "../../src/domain/state.ts";
import type { AssetUpdate } from "../../src/ports/ledger.ts";
import { marksOf } from "./elements.ts";
import type { MemoryTables } from "./memory-tables.ts";
import { rulesOf, type SimulatedRule, type SimulatedTreaty } from "./scenario.ts";
import type { System } from "./system.ts";

interface Watcher {
  say(invariant: string, what: string): void;
}

/** P6: a base is a value that both sides did hold. */
export function checkBases(
  { agreed: bases = [], bindings: bound = [], id: asset }: AssetUpdate,
  tables: MemoryTables,
  treaty: SimulatedTreaty,
  systems: ReadonlyMap<SourceId, System>,
  watcher: Watcher,
): void {
  const bindings = tables.assets.get(asset)?.state.bindings ?? [];
  for (const { fields, mirror } of bases) {
    for (const [key, agreed] of Object.entries(fields)) {
      // Nothing can be compared with what does not know the asset; of what only has no record yet it is known that there is none.
      const compared = agreed.compared?.map((it) => it.split("/")[0] as SourceId);
      const stranger = compared?.find(
        (id) =>
          ![...bindings, ...bound].some((it) => it.source === id) &&
          !systems.get(id)?.manners.capabilities.createsAssets,
      );
      if (stranger !== undefined)
        watcher.say(
          "P6",
          `the base of ${key} of ${asset} at ${mirror} is with ${stranger}, which does not know the asset`,
        );
      for (const id of [mirror, agreed.with]) {
        const thing = bindings.find((it) => it.source === id)?.ref.stableId;
        // A base may hold pieces that the other part's authority has; those need not stand on this side.
        const isHeld = (mark: string): boolean =>
          thing === null ||
          thing === undefined ||
          systems.get(id)?.everHeld(thing, key, mark) === true ||
          rulesOf(treaty, key).length > 1;
        const lacks = marksOf(key, agreed.value).find((it) => !isHeld(it));
        if (lacks !== undefined) sayLacks(watcher, { asset, key, mirror, id, lacks });
      }
    }
  }
}

function sayLacks(
  watcher: Watcher,
  it: {
    readonly asset: AssetId;
    readonly key: string;
    readonly mirror: SourceId;
    readonly id: SourceId;
    readonly lacks: string;
  },
): void {
  watcher.say("P6", `the base of ${it.key} of ${it.asset} at ${it.mirror} is ${it.lacks}, which ${it.id} never held`);
}

/** Whether a mirror has been compared in the part of a field that a rule gives to its authority. */
export function hasBase(
  agreed: readonly Agreed[],
  mirror: SourceId,
  field: string,
  { authority, elements }: SimulatedRule,
  treaty: SimulatedTreaty,
): boolean {
  const key = field as FieldKey;
  const bases = agreed.find((it) => it.mirror === mirror);
  if (!bases || bases.none.includes(key)) return false;
  const base = bases.fields[key];
  const compared = base?.compared ?? (base && [base.with]);
  // The patterns that it takes; or those that it leaves to others.
  const leaves = elements ? [] : rulesOf(treaty, field).flatMap((it) => it.elements ?? []);
  const scope = hash("sha256", JSON.stringify([elements ?? null, leaves]), "base64url").slice(0, 12);
  return compared?.some((it) => it === authority || it === `${authority}/${scope}`) ?? true;
}

/** Whether somebody has answered what differs at a mirror; with an authority: what was asked about that one. */
export function isDecided(drifts: readonly Drift[], mirror: SourceId, key: string, authority?: SourceId): boolean {
  const of = drifts.filter((it) => it.source === mirror && it.key === key && it.decision !== undefined);
  return of.some((it) => authority === undefined || it.authority === authority);
}
