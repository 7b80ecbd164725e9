import type { AliasedRawBuilder, Expression, Kysely, RawBuilder, SqlBool } from "kysely";
import type { LedgerTables } from "./tables.ts";

/** `?` allows null. `bytes` are UTF-8 text that is stored as bytes. */
export type ColumnType = "text" | "text?" | "integer" | "integer?" | "bytes";
export type Columns = Readonly<Record<string, ColumnType>>;
type ValueOf<T extends ColumnType> = T extends "text" ? string : T extends "text?" ? string | null : T extends "integer" ? number : T extends "integer?" ? number | null : Uint8Array; // biome-ignore format: one glance
/** Rows that go into the database as one parameter; `bytes` travel as text. */
export type DataRow<C extends Columns> = { readonly [K in keyof C]: C[K] extends "bytes" ? string : ValueOf<C[K]> };
export type TableRow<C extends Columns> = { [K in keyof C]: ValueOf<C[K]> };
export type RowsTable<C extends Columns> = AliasedRawBuilder<TableRow<C>, "rows">;

/** A set of rows as the database takes it: the values of its parameters, and how to let go of them after the statement. */
export interface BoundRows extends Disposable {
  readonly handle: number | string;
  readonly length: number;
}

/** What the two engines do differently. Everything else is one set of queries. */
export interface Engine {
  readonly name: "sqlite" | "postgres";
  /** Whether several connections write at once, so that rows must be locked before they are judged. */
  readonly locksRows: boolean;
  /** Whether a connection takes statements before it has answered those before. */
  readonly pipelines: boolean;
  /** A table with these columns, out of the parameters of a `BoundRows`. */
  rows<C extends Columns>(columns: C, handle: RawBuilder<unknown>, length: RawBuilder<unknown>): RowsTable<C>;
  bindRows(data: readonly object[]): BoundRows;
  /** Whether `ref` is one of the values that `list` holds, in the form that `bindList` gives them. */
  among(ref: Expression<unknown>, list: RawBuilder<unknown>): RawBuilder<SqlBool>;
  bindList(values: readonly (string | number)[]): unknown;
  /** Whether `ref`, as `name-path.ts` writes it, matches one of the globs. */
  matches(ref: Expression<unknown>, globs: readonly GlobText[]): RawBuilder<SqlBool>;
  contains(ref: Expression<unknown>, part: string): RawBuilder<SqlBool>;
  /** A fencing token: higher than all that were given before, also by other processes. */
  nextToken(db: Kysely<LedgerTables>): Promise<number>;
  /** Lets others have their turn, if it is time: SQLite answers without waiting for anything, so long work would starve the network. */
  giveWay(): Promise<void> | undefined;
  /** Whether a transaction failed only because of another one and may be run again. */
  isRetryable(error: unknown): boolean;
  /** Whether a statement failed only because one before it in the same transaction did, and says nothing of its own. */
  isConsequence(error: unknown): boolean;
}

/** A glob as text and whether it is one of names, in which segments count. */
export interface GlobText {
  readonly text: string;
  readonly segmented: boolean;
}
