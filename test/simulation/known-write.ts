import type { FieldKey } from "../../src/domain/field.ts";
import type { AssetId, SourceId } from "../../src/domain/ids.ts";
import type { Json } from "../../src/domain/json.ts";
import type { Intent } from "../../src/ports/ledger.ts";
import type { SimulatedRule } from "./scenario.ts";

/** What a mutation asked for: enough to judge the write that it led to. */
export interface Asked {
  readonly op: "set" | "add" | "remove";
  readonly key: FieldKey;
  /** The pieces that it brings or takes away. */
  readonly marks: readonly string[];
}

export interface Known {
  readonly asset: AssetId;
  readonly source: SourceId;
  readonly purpose: Intent["purpose"];
  /** What is to stand in each field; null: nothing. */
  readonly fields: ReadonlyMap<string, Json>;
  /** Rules of fields by which authority and mirror had been confirmed equal when the write was decided on; see `partOfField`. */
  readonly based: ReadonlySet<string>;
  /** The same, where at least one of several mirrors is enough: what is adopted comes from one of them. */
  readonly partlyBased: ReadonlySet<string>;
  /** Fields of which a person had decided which of two values stands. */
  readonly decided: ReadonlySet<string>;
  /** The so-manyth change of the history was the last one before it was decided on. */
  readonly since: number;
  /** Of a ledger that has been put back since: whatever it was about may bear another id now. */
  lost: boolean;
  holder: string;
  /** Of the mutation's idempotency key. */
  readonly scope: string | undefined;
  outcomes: number;
  /** The log has told that it did not take place. */
  failed: boolean;
  /** The pieces that it brought. */
  readonly added: string[];
  /** Fields of things that it has changed. */
  readonly wrote: Set<string>;
  sent: number;
  edits: number;
  /** A definite answer of the system's came, or somebody took the write over to find out what became of it. */
  isLookedInto: boolean;
}

export function partOfField(key: string, { name }: SimulatedRule): string {
  return `${key} by ${name}`;
}

export interface Origin {
  readonly system: SourceId;
  readonly thing: string;
  /** The so-manyth change of the history. */
  readonly at: number;
}

/** Of the mutation's idempotency key, in an intent's detail. */
export function scopeOf(detail: Json): string | undefined {
  const record = (detail as { readonly idempotency?: Json }).idempotency;
  return record ? String((record as { readonly scope?: Json }).scope) : undefined;
}
