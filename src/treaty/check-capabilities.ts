import type { AssetKind } from "../domain/asset.ts";
import type { FieldKind } from "../domain/field.ts";
import type { SourceId } from "../domain/ids.ts";
import type { CompiledTreaty } from "./compile.ts";
import type { Rule } from "./decision.ts";
import { describeAuthorities } from "./describe-authorities.ts";

/** What a source says that it can do with one kind of field; a kind of field that it does not list it can neither read nor write. */
export interface FieldAbility {
  readonly field: FieldKind;
  readonly kinds: readonly AssetKind[];
  readonly write: boolean;
}

/** The treaty counts on something that a connected system cannot do. Nothing breaks, but what the rule promises does not happen. */
export interface CapabilityWarning {
  readonly rule: string;
  readonly source: SourceId;
  readonly assetKinds: readonly AssetKind[];
  readonly fields: string;
  readonly message: string;
}

/** @param abilitiesOf undefined while the source's capabilities are not known; it is then left out. */
export function checkCapabilities(
  treaty: CompiledTreaty,
  abilitiesOf: (source: SourceId) => readonly FieldAbility[] | undefined,
): readonly CapabilityWarning[] {
  const found = new Map<string, CapabilityWarning>();
  const add = (rule: Rule, source: SourceId, kind: AssetKind, fields: string, lacks: string): void => {
    const id = `${rule.name} ${source} ${fields} ${lacks}`;
    const assetKinds = [...(found.get(id)?.assetKinds ?? []), kind];
    const message = `Rule "${rule.name}": ${source} ${lacks} ${fields} of ${assetKinds.join(", ").toLowerCase()}.`;
    found.set(id, { rule: rule.name, source, assetKinds, fields, message });
  };
  for (const row of describeAuthorities(treaty)) {
    for (const rule of [row.rule, ...row.exceptions.map((it) => it.rule)]) {
      for (const source of [rule.authority, ...rule.mirrors]) {
        const lacks = lackOf(source, row.fieldKind, row.assetKind, source !== rule.authority, abilitiesOf);
        if (lacks !== undefined) add(rule, source, row.assetKind, row.fields, lacks);
      }
    }
  }
  return [...found.values()];
}

function lackOf(
  source: SourceId,
  field: FieldKind,
  kind: AssetKind,
  mirror: boolean,
  abilitiesOf: (source: SourceId) => readonly FieldAbility[] | undefined,
): string | undefined {
  const abilities = abilitiesOf(source);
  if (!abilities) return undefined;
  const ability = abilities.find((it) => it.field === field && it.kinds.includes(kind));
  if (!ability) return mirror ? "is a mirror, but cannot hold" : "is the authority, but cannot hold";
  return mirror && !ability.write ? "is a mirror, but nothing can be written to its" : undefined;
}
