import type { AssetKind, NativeRef } from "../../src/domain/asset.ts";
import type { FieldKey } from "../../src/domain/field.ts";
import type { Json } from "../../src/domain/json.ts";
import type { Source } from "../../src/ports/source.ts";

/** What the contract suite asks a system to hold. */
export interface AssetSpec {
  readonly kind: AssetKind;
  readonly name: readonly string[];
  /** Normalised values; null is none. */
  readonly fields?: Readonly<Record<FieldKey, Json>>;
}

/** The columns of every table and view that a harness makes, where the system knows columns. */
export const CONTRACT_COLUMNS = [
  { id: "1", name: "order_id", type: "long", required: true },
  { id: "2", name: "price", type: "decimal(7, 2)", required: false },
] as const;

/**
 * A source with the means to edit the system behind the gateway's back. It begins empty; lists come in pages of at most
 * three where the system pages at all. What a system cannot do is left out, and its cases are skipped by name.
 */
export interface SourceHarness extends AsyncDisposable {
  readonly source: Source;
  /** The kinds of assets that the system knows. */
  readonly kinds: readonly AssetKind[];
  /** Makes an asset, with the namespaces above it; gives the ref as the source tells it. */
  create(asset: AssetSpec): Promise<NativeRef>;
  /** Changes what an asset holds, in the system's own terms; null removes. */
  edit(ref: NativeRef, fields: Readonly<Record<FieldKey, Json>>): Promise<void>;
  drop(ref: NativeRef): Promise<void>;
  /** Moves a table or view; only where it keeps its stable id. */
  rename?(ref: NativeRef, to: readonly string[]): Promise<void>;
  /** Everything that the system holds of an asset besides what the gateway governs, to be equal before and after a write (P10). */
  ungoverned?(ref: NativeRef): Promise<Json>;
  /** Puts something that is no value of the field into its place; gives the raw text. */
  corrupt?(ref: NativeRef, key: FieldKey): Promise<string>;
  /** From now on a listing of the system breaks off half-way. */
  breakListing?(): Promise<void>;
  /** From now on the system does not answer at all. */
  breakDown?(): Promise<void>;
}
