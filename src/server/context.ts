import type DataLoader from "dataloader";
import type { GraphQLError } from "graphql";
import type { Action } from "../access/access.ts";
import type { Actor, Change } from "../domain/change.ts";
import type { Drift } from "../domain/drift.ts";
import type { ColumnField, FieldKey, PlainField } from "../domain/field.ts";
import type { AssetId, DriftId, ReviewId, SourceId } from "../domain/ids.ts";
import type { Review } from "../domain/review.ts";
import type { AssetState } from "../domain/state.ts";
import type { Gateway } from "../ports/gateway.ts";
import type { ReviewFilter } from "../ports/guard-ledger.ts";
import type { ChangeFilter, DriftFilter, Ledger, Page, PageRequest } from "../ports/ledger.ts";
import type { SourceError } from "../ports/source.ts";
import type {
  AssetModel,
  ColumnModel,
  DriftEventModel,
  FieldModel,
  LogCursor,
  ReviewEventModel,
  SourceEventModel,
  SourceModel,
} from "./models.ts";

/** One page of the changes of one asset. */
export interface AssetChangesKey {
  readonly asset: AssetId;
  readonly fields: readonly string[] | undefined;
  readonly page: PageRequest;
  /** Log position: only changes at or before it. */
  readonly upTo?: number;
}

/** One asset as the log knew it at a position. */
export interface AssetAsOfKey {
  readonly asset: AssetId;
  readonly position: number;
}

export interface LastChangeKey {
  readonly asset: AssetId;
  readonly key: FieldKey;
  /** Log position: the last change at or before it. */
  readonly upTo?: number;
}

/** What the sources said when they were asked now; `state` is undefined where there is no such asset. */
export interface LiveRead {
  readonly state: AssetState | undefined;
  readonly errors: readonly { readonly source: SourceId; readonly error: SourceError }[];
}

/** Batches and remembers within one request or one subscription event; never across. */
export interface Loaders {
  readonly state: DataLoader<AssetId, AssetState | undefined>;
  readonly live: DataLoader<AssetId, LiveRead>;
  readonly drift: DataLoader<DriftId, Drift | undefined>;
  readonly review: DataLoader<ReviewId, Review | undefined>;
  readonly change: DataLoader<number, Change | undefined>;
  readonly lastChange: DataLoader<LastChangeKey, Change | undefined, string>;
  /** Undefined where it was not found yet. */
  readonly asOf: DataLoader<AssetAsOfKey, AssetModel | undefined, string>;
  readonly assetChanges: DataLoader<AssetChangesKey, Page<Change>, string>;
}

/** Views of fields, each computed once for one state. */
export interface FieldViews {
  all(state: AssetModel): readonly FieldModel[];
  plain(state: AssetModel, field: PlainField): FieldModel | undefined;
  custom(state: AssetModel, name: string): FieldModel | undefined;
  column(model: ColumnModel, field: ColumnField): FieldModel | undefined;
  /** By public paths; those that are on no field of the asset are left out. */
  named(state: AssetModel, paths: readonly string[]): readonly FieldModel[];
}

/** Events from the log and from the sources, without end, until the signal aborts. */
export interface Feeds {
  changes(filter: ChangeFilter, after: number, signal: AbortSignal): AsyncGenerator<Change, void, undefined>;
  /** `from.initialAfter` goes on with initial drift; `initial` begins with it. */
  drifts(
    filter: DriftFilter,
    from: LogCursor,
    initial: boolean,
    signal: AbortSignal,
  ): AsyncGenerator<DriftEventModel, void, undefined>;
  reviews(filter: ReviewFilter, after: number, signal: AbortSignal): AsyncGenerator<ReviewEventModel, void, undefined>;
  sources(signal: AbortSignal): AsyncGenerator<SourceEventModel, void, undefined>;
}

/** What a request carries. Resolvers see the engine and the ledger's lists through it, and nothing else. */
export interface GraphContext {
  readonly actor: Actor;
  may(action: Action): boolean;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Aborts when the server ends: a write goes on although nobody waits for its answer. */
  readonly lifetime: AbortSignal;
  readonly gateway: Gateway;
  readonly ledger: Pick<
    Ledger,
    | "pageAssets"
    | "pageDrifts"
    | "pageReviews"
    | "pageReviewItems"
    | "pageChanges"
    | "findAssets"
    | "findBindings"
    | "head"
    | "readSources"
  >;
  readonly loaders: Loaders;
  readonly fields: FieldViews;
  readonly feeds: Feeds;
  source(id: SourceId): SourceModel;
  /** Marks what is told of the asset in that source as older than was asked for. */
  markStale(asset: AssetId, source: SourceId): void;
  isStale(asset: AssetId, source: SourceId): boolean;
  /** Adds an error to the answer without taking anything out of its data. */
  report(error: GraphQLError): void;
}
