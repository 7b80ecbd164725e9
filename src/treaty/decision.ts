import type { AssetKind } from "../domain/asset.ts";
import type { FieldKey, FieldKind, FieldPath } from "../domain/field.ts";
import type { SourceId } from "../domain/ids.ts";

export type Merge = "replace" | "set" | "map";
export type OnForeignWrite = "revert" | "adopt" | "review";
export type OnConflict = "authority" | "most-restrictive" | "newest-at-authority" | "review";
export type OnFirstSight = "authority" | "union" | "review";
/** Most restrictive first. pause: neither read nor written. observe: drift is told, nothing is written. */
export const MODES = ["pause", "observe", "seed-once", "enforce"] as const;
export type Mode = (typeof MODES)[number];

/** One rule of the treaty, compiled. */
export interface Rule {
  /** Unique; stands in the log wherever the rule decided. */
  readonly name: string;
  readonly authority: SourceId;
  readonly mirrors: readonly SourceId[];
  readonly merge: Merge;
  readonly onForeignWrite: OnForeignWrite;
  readonly onConflict: OnConflict;
  readonly onFirstSight: OnFirstSight;
  /** Per source; a source that is not listed has the rule's `defaultMode`. */
  readonly modes: Readonly<Record<SourceId, Mode>>;
  readonly defaultMode: Mode;
}

/** What a selector can see of an asset. */
export interface AssetFacts {
  readonly name: string;
  readonly kind: AssetKind;
  readonly labels: Readonly<Record<string, string>>;
  /** Sources it is bound in. */
  readonly sources: readonly SourceId[];
}

export interface FieldFacts {
  readonly key: FieldKey;
  readonly path: FieldPath;
  readonly kind: FieldKind;
}

/**
 * Who decides on one part of a field. The last part takes every element that no other part claims; a field that is no set
 * or map has that part alone.
 */
export interface Part {
  readonly rule: Rule;
  /** Whether the part governs the element with this key; undefined for the last part: it takes the rest. */
  readonly claims?: (elementKey: string) => boolean;
  /** The patterns behind `claims`, for people. */
  readonly elements?: readonly string[];
  /** Stands for the elements that it governs, whatever rule that is by: equal texts, equal elements. Undefined: all that there can be. */
  readonly scope?: string;
}

/** The part that governs the element with this key. */
export function partGoverning(parts: readonly Part[], element: string): Part {
  return parts.find((it) => it.claims?.(element) ?? true) ?? (parts.at(-1) as Part);
}

/** Those that govern at least one of these elements, in the order of `parts`. */
export function partsGoverning(parts: readonly Part[], elements: readonly string[]): readonly Part[] {
  const governing = new Set(elements.map((it) => partGoverning(parts, it)));
  return parts.filter((it) => governing.has(it));
}

export interface Deletion {
  /** Complete scans in a row that must miss an asset before it is retired; the first makes it SUSPECTED. */
  readonly misses: number;
  /** Milliseconds that must have passed since the first miss. */
  readonly graceMs: number;
}

export interface Guards {
  /** Removals (values that become ABSENT or lose elements) that one run may make: so many, and of so many percent of the assets. */
  readonly maxRemovals: number;
  readonly maxRemovalPercent: number;
  /** Rewrites that one run may make. */
  readonly maxRewrites: number;
  readonly maxRewritePercent: number;
  /** Assets that one scan or run may take to be gone. */
  readonly maxRetirements: number;
  readonly maxRetirementPercent: number;
}

/** The treaty, compiled: total and unambiguous for every asset and field. */
export interface Treaty {
  /** SHA-256 of the normalised text, hex. */
  readonly hash: string;
  readonly rules: readonly Rule[];
  readonly sensitivityLevels: readonly string[];
  readonly deletion: Deletion;
  readonly guards: Guards;
  /** At least one part. Never throws. */
  decide(asset: AssetFacts, field: FieldFacts): readonly [Part, ...Part[]];
  /** Until when (milliseconds since 1970) an ephemeral asset is held back from mirrors; undefined where it is not ephemeral. */
  ephemeralUntilMs(asset: AssetFacts, createdAtMs: number): number | undefined;
}

/** The lesser of a rule's mode for a source and the mode that the source itself is in. */
export function effectiveMode(rule: Rule, source: SourceId, sourceMode: Mode): Mode {
  const ruleMode = rule.modes[source] ?? rule.defaultMode;
  return MODES.indexOf(ruleMode) < MODES.indexOf(sourceMode) ? ruleMode : sourceMode;
}
