import type { AssetId, SourceId } from "./ids.ts";

export const ASSET_KINDS = ["NAMESPACE", "TABLE", "VIEW"] as const;
export type AssetKind = (typeof ASSET_KINDS)[number];

/** SUSPECTED: missing from a complete listing. RETIRED: missing long and often enough, or deleted by a tombstone. */
export type AssetState = "ACTIVE" | "SUSPECTED" | "RETIRED";

/** One governed thing, whatever each source calls it. `name` is its canonical name, see `name.ts`. */
export interface Asset {
  readonly id: AssetId;
  readonly name: string;
  readonly kind: AssetKind;
  readonly state: AssetState;
  /** Labels that selectors of the treaty match; told by the source that decides on existence. */
  readonly labels: Readonly<Record<string, string>>;
  /** RFC 3339, UTC: when the gateway first saw it. */
  readonly createdAt: string;
  /** When it was first missed, or undefined while it is seen. RFC 3339, UTC. */
  readonly missingSince?: string;
  readonly retiredAt?: string;
}

/** How one source knows an asset. Two refs name the same thing if their stable ids are equal (where there are any). */
export interface NativeRef {
  readonly kind: AssetKind;
  /** Path of names from the outermost namespace in; never empty. */
  readonly name: readonly string[];
  /** An id that survives a rename, such as the Iceberg table UUID; null where the source has none. */
  readonly stableId: string | null;
}

/** One column as `schema` holds it: nested fields are flattened, `name` is their dotted path. */
export interface Column {
  /** Stable id within the asset (Iceberg field id as text). */
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
}

export interface AssetInSource {
  readonly asset: AssetId;
  readonly source: SourceId;
}
