import type { Asset, NativeRef } from "./asset.ts";
import type { Drift } from "./drift.ts";
import type { FieldKey } from "./field.ts";
import type { SourceId } from "./ids.ts";
import type { Json } from "./json.ts";
import type { Reading } from "./reading.ts";

/**
 * A reading with when, in log positions, it came to be: the change happened after the read that began at position
 * `after` (which still saw the earlier reading; 0 if there was none) and before the read that ended at position `by`.
 */
export type DatedReading = Exclude<Reading, { state: "absent" }> & { readonly after: number; readonly by: number };

/** Asset ↔ native reference in one source, with what was last observed there. */
export interface Binding {
  readonly source: SourceId;
  readonly ref: NativeRef;
  /** `missing`: the source was asked, and has it no more. */
  readonly state: "present" | "missing";
  /** Complete scans in a row that did not list it. */
  readonly misses: number;
  readonly version: string | null;
  readonly url?: string;
  /** When the last read that this rests on began. RFC 3339, UTC. */
  readonly observedAt: string;
  /** The log's head when that read began: a read that began earlier never replaces it. */
  readonly observedFrom: number;
  /** What is not listed here is ABSENT, if the source can read it. */
  readonly fields: Readonly<Record<FieldKey, DatedReading>>;
  /** Hash of ref, labels and readings: equal digests, equal content. */
  readonly digest: string;
}

/** A value of one field at which the authority `with` and a mirror were last confirmed equal; null is ABSENT. */
export interface AgreedValue {
  readonly with: SourceId;
  readonly value: Json;
  /** Of a field with several parts: those that had been compared. Else all that `with` has of it. */
  readonly compared?: readonly ComparedPart[];
}

/** An authority, of the whole field; or with what part of it, as "authority/scope": see `Part.scope`. */
export type ComparedPart = SourceId | `${SourceId}/${string}`;

/** @param scope undefined: the whole field. */
export function comparedPart(authority: SourceId, scope: string | undefined): ComparedPart {
  return scope === undefined ? authority : `${authority}/${scope}`;
}

/** What both sides lacked, and was compared as a whole, is not listed: see `Agreed`. */
export function isListed({ compared, value }: AgreedValue): boolean {
  return value !== null || compared !== undefined;
}

/**
 * The agreed values of one mirror. Fields that are not listed were ABSENT on both sides, as long as `under` still holds;
 * fields in `none` have no base. No `Agreed` at all: the mirror was never compared (first sight).
 */
export interface Agreed {
  readonly mirror: SourceId;
  readonly fields: Readonly<Record<FieldKey, AgreedValue>>;
  readonly none: readonly FieldKey[];
  /** Stands for the rules and capabilities by which the mirror was compared; opaque. */
  readonly under?: string;
  /**
   * Fields of which the base was lost, with a ledger that was restored from a backup: until both sides are read to be equal, or
   * a person has decided, what differs is a question, whatever the treaty says of a first sight (P7).
   */
  readonly lost?: "all" | readonly FieldKey[];
}

/** All that the ledger knows of one asset: what the planner works on. `revision` grows with every commit that touches it. */
export interface AssetState {
  readonly asset: Asset;
  readonly revision: number;
  readonly bindings: readonly Binding[];
  readonly agreed: readonly Agreed[];
  /** Drifts that are not RESOLVED. */
  readonly drifts: readonly Drift[];
}
