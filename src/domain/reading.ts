import type { NativeRef } from "./asset.ts";
import type { FieldKey } from "./field.ts";
import type { Json } from "./json.ts";

/**
 * What a source says of one field. `value`: normalised (see `normalise.ts`); `malformed` marks what the source holds but
 * what is no value of this field (then `value` is its raw text): it is a difference, but can never be adopted.
 * `absent`: the source says there is none. `unknown`: it could not be read, or the source cannot hold it.
 */
export type Reading =
  | { readonly state: "value"; readonly value: Json; readonly malformed?: true }
  | { readonly state: "absent" }
  | { readonly state: "unknown"; readonly reason: string };

export const ABSENT: Reading = { state: "absent" };

/** Only what is not absent is listed: a field that the source can read and that is not here is ABSENT. */
export type FieldReadings = Readonly<Record<FieldKey, Reading>>;

/** One asset as one source holds it at one moment. */
export interface Snapshot {
  readonly ref: NativeRef;
  /** The source's own version token (ETag, version number), or null where it has none. Opaque. */
  readonly version: string | null;
  readonly fields: FieldReadings;
  /** Labels for the treaty's selectors; empty where the source has none. */
  readonly labels: Readonly<Record<string, string>>;
  /** Where a person can look at it, if the source has such a page. */
  readonly url?: string;
  /** When the source says the thing came into being (RFC 3339, UTC), if it says so. */
  readonly createdAt?: string;
}
