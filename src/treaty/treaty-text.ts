import type { AssetKind } from "../domain/asset.ts";
import type { SourceId } from "../domain/ids.ts";
import type { Mode, OnConflict, OnFirstSight, OnForeignWrite } from "./decision.ts";

/**
 * The treaty as people write it, already of the right shape (see `src/config/treaty-schema.ts`), not yet checked for sense.
 * Durations are ISO 8601 of fixed length ("PT10M").
 */
export interface TreatyText {
  /** From the least to the most restrictive. */
  readonly sensitivityLevels?: readonly string[] | undefined;
  readonly defaults?: RuleDefaults | undefined;
  readonly rules: readonly RuleText[];
  readonly ephemeral?: { readonly names?: readonly string[] | undefined; readonly youngerThan: string } | undefined;
  readonly deletion?: { readonly misses?: number | undefined; readonly gracePeriod?: string | undefined } | undefined;
  readonly guards?: GuardsText | undefined;
}

/** What holds for every rule that does not say otherwise. */
export interface RuleDefaults {
  readonly mode?: Mode | undefined;
  readonly onForeignWrite?: OnForeignWrite | undefined;
  readonly onConflict?: OnConflict | undefined;
  readonly onFirstSight?: OnFirstSight | undefined;
}

export interface ResolvedDefaults {
  readonly mode: Mode;
  readonly onForeignWrite: OnForeignWrite;
  readonly onConflict: OnConflict;
  readonly onFirstSight: OnFirstSight;
}

export interface GuardsText {
  readonly maxRemovals?: number | undefined;
  readonly maxRemovalPercent?: number | undefined;
  readonly maxRewrites?: number | undefined;
  readonly maxRewritePercent?: number | undefined;
  readonly maxRetirements?: number | undefined;
  readonly maxRetirementPercent?: number | undefined;
}

/**
 * With neither `assets` nor `elements` it is a base rule, and the base rules together give every field its authority. With `assets`
 * it is an override for those assets. With `elements` it governs only these elements of a set, before every rule for the whole field.
 */
export interface RuleText {
  readonly name: string;
  readonly assets?: SelectorText | undefined;
  /** Ranks rules of the same sort that can meet; the higher wins. */
  readonly priority?: number | undefined;
  /** "owners", "custom.*", "columns.*.description", or "*" for every field but `schema`. */
  readonly fields: readonly string[];
  readonly elements?: readonly string[] | undefined;
  readonly authority: string;
  readonly mirrors?: readonly string[] | undefined;
  readonly merge?: "replace" | "set" | "map" | undefined;
  readonly onForeignWrite?: OnForeignWrite | undefined;
  readonly onConflict?: OnConflict | undefined;
  readonly onFirstSight?: OnFirstSight | undefined;
  /** One mode for all its sources, or one each. */
  readonly mode?: Mode | Readonly<Record<string, Mode>> | undefined;
}

/** Every part that is stated must match; within a list, any of its entries. */
export interface SelectorText {
  readonly names?: readonly string[] | undefined;
  readonly kinds?: readonly AssetKind[] | undefined;
  /** Bound in any of these sources. */
  readonly sources?: readonly string[] | undefined;
  readonly labels?: Readonly<Record<string, string | readonly string[]>> | undefined;
}

/** What the compiler is told of a connected system. */
export interface TreatySource {
  readonly id: SourceId;
  readonly role: "catalog" | "lakehouse";
}

export const TREATY_DEFAULTS = {
  sensitivityLevels: ["PUBLIC", "INTERNAL", "CONFIDENTIAL", "RESTRICTED"],
  rule: { mode: "observe", onForeignWrite: "review", onConflict: "review", onFirstSight: "review" },
  deletion: { misses: 3, gracePeriod: "PT1H" },
  guards: {
    maxRemovals: 1_000,
    maxRemovalPercent: 10,
    maxRewrites: 10_000,
    maxRewritePercent: 50,
    maxRetirements: 1_000,
    maxRetirementPercent: 10,
  },
} as const satisfies Omit<Required<TreatyText>, "rules" | "ephemeral" | "defaults"> & {
  readonly rule: ResolvedDefaults;
};
