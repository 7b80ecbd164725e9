import { ASSET_KINDS, type AssetKind } from "../domain/asset.ts";
import { FIELD_KINDS, type FieldKind, isFieldOn } from "../domain/field.ts";
import type { SourceId } from "../domain/ids.ts";
import type { CompiledTreaty } from "./compile.ts";
import type { Mode, Rule } from "./decision.ts";
import { isTotalClaim } from "./decision-table.ts";
import { type Claim, compareClaims } from "./parsed-rule.ts";
import { wholeKindPattern } from "./prove.ts";
import { describeSelector } from "./selector.ts";

/** A rule that goes before the base rule for some fields, assets or elements. */
export interface AuthorityException {
  readonly rule: Rule;
  /** What it is for: `custom.costCenter; assets: names finance.**; elements: ops.*`. */
  readonly scope: string;
}

/** Who decides on one kind of field of one kind of asset. */
export interface AuthorityRow {
  readonly assetKind: AssetKind;
  readonly fieldKind: FieldKind;
  /** "owners", "custom.*", "columns.*.description". */
  readonly fields: string;
  readonly rule: Rule;
  /** The mode of the authority and of each mirror, as the rule has it; a source's own mode may lower it. */
  readonly modes: readonly { readonly source: SourceId; readonly mode: Mode }[];
  /** The strongest first. */
  readonly exceptions: readonly AuthorityException[];
}

/** One row for each kind of field that each kind of asset has: the treaty is total, so none is left out. */
export function describeAuthorities(treaty: CompiledTreaty): readonly AuthorityRow[] {
  return ASSET_KINDS.flatMap((assetKind) =>
    FIELD_KINDS.filter((it) => isFieldOn(assetKind, it)).flatMap((fieldKind) => {
      const { elements, whole } = treaty.table[assetKind][fieldKind];
      const base = whole.find(isTotalClaim);
      if (!base) return [];
      const stronger = [...elements, ...whole.slice(0, whole.indexOf(base))].sort(compareClaims);
      return [
        {
          assetKind,
          fieldKind,
          fields: wholeKindPattern(fieldKind),
          rule: base.rule,
          modes: [base.rule.authority, ...base.rule.mirrors].map((source) => ({
            source,
            mode: base.rule.modes[source] ?? base.rule.defaultMode,
          })),
          exceptions: stronger.map((it) => ({ rule: it.rule, scope: describeScope(it) })),
        },
      ];
    }),
  );
}

function describeScope({ parsed, pattern }: Claim): string {
  const parts: string[] = [];
  if (pattern.glob) parts.push(pattern.text);
  if (parsed.scoped) parts.push(`assets: ${describeSelector(parsed.selector)}`);
  if (parsed.elements) parts.push(`elements: ${parsed.elements.texts.join(", ")}`);
  return parts.join("; ");
}
