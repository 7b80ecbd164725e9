import type { LogCursor } from '../server/models.ts';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { AssetModel, AssetConnectionModel, AssetEdgeModel, BindingModel, ColumnModel, ColumnConnectionModel, ColumnEdgeModel, FieldModel, ObservationModel, OwnerModel, PrincipalModel, DriftModel, DriftConnectionModel, DriftEdgeModel, DriftEventModel, ReviewModel, FieldReviewModel, GuardReviewModel, ReviewAnswerModel, ReviewConnectionModel, ReviewEdgeModel, ReviewEventModel, HeldChangeModel, HeldChangeConnectionModel, HeldChangeEdgeModel, DecideReviewModel, DecideReviewsModel, ChangeModel, ChangeConnectionModel, ChangeEdgeModel, SourceModel, CapabilitiesModel, CapabilityModel, SourceEventModel, SourceModeModel, TreatyModel, TreatyRuleModel, TreatyDeletionModel, ExplanationModel, AgreedBaseModel, PlanModel, PlanItemModel, FieldChangeModel, ApplyChangesModel, DeliveryModel, ScanReportModel } from '../server/models.ts';
import type { GraphContext } from '../server/context.ts';
export type Maybe<T> = T | null | undefined;
export type InputMaybe<T> = T | null | undefined;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /**
   * A position in the log, opaque. Take it from an answer or an event and hand it back as `after` (or `before`, `changedSince`)
   * to go on from there.
   */
  Cursor: { input: LogCursor; output: LogCursor; }
  /** A moment: RFC 3339 in UTC, such as `2026-03-01T12:00:00.000Z`. */
  DateTime: { input: string; output: string; }
  /** A length of time: ISO 8601, such as `P7Y` or `PT30M`. */
  Duration: { input: string; output: string; }
  /** The path of one governed field: `owners`, `columns.price.description`, `custom.costCenter`. */
  FieldPath: { input: string; output: string; }
  /** Any value that JSON can carry. */
  JSON: { input: unknown; output: unknown; }
  /**
   * One level of the installation's ordered levels, by default PUBLIC, INTERNAL, CONFIDENTIAL, RESTRICTED; `treaty.sensitivityLevels`
   * lists them. Written as a string or as a bare word.
   */
  Sensitivity: { input: string; output: string; }
};

/** Who did something. */
export type Actor = {
  /** Its name. */
  readonly id: Scalars['String']['output'];
  /** What sort of actor. */
  readonly kind: ActorKind;
  /** On whose behalf; null for its own. */
  readonly onBehalfOf?: Maybe<Scalars['String']['output']>;
};

/** A sort of actor. */
export type ActorKind =
  /** The gateway itself, by a rule of the treaty. */
  | 'GATEWAY'
  /** A person. */
  | 'PERSON'
  /** A program with a token of its own. */
  | 'SERVICE'
  /** Somebody in that source, whom it does not name. */
  | 'SOURCE';

/** The agreed value of one mirror. */
export type AgreedBase = {
  /** Whether it and the authority were ever confirmed equal. */
  readonly known: Scalars['Boolean']['output'];
  /** The mirror. */
  readonly mirror: Source;
  /** That value; null is ABSENT, or unknown. */
  readonly value?: Maybe<Scalars['JSON']['output']>;
};

/** Many changes in one call. */
export type ApplyChangesInput = {
  /** Answer only when every mirror has it or has failed, within a bounded time. */
  readonly awaitMirrors?: InputMaybe<Scalars['Boolean']['input']>;
  /** The changes: 1 to 5000. */
  readonly changes: ReadonlyArray<ChangeInput>;
  /** Only say what would happen. */
  readonly dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** A retry under the same key returns the first outcomes. Stands for each change that has no key of its own. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Why, for the log; stands for each change that has no reason of its own. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
};

/** What became of many changes. */
export type ApplyChangesPayload = {
  /** How many have user errors. */
  readonly failed: Scalars['Int']['output'];
  /** One for each change, in the order given. */
  readonly results: ReadonlyArray<FieldChangePayload>;
  /** How many were taken, or would be in a dry run. */
  readonly succeeded: Scalars['Int']['output'];
  /** What is wrong with the call as a whole; then nothing was changed. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** One governed thing, known under a native name in each source, with one identity here. */
export type Asset = Node & {
  /** Where it stands in each source. */
  readonly bindings: ReadonlyArray<Binding>;
  /** What happened to it, oldest first. */
  readonly changes: ChangeConnection;
  /** Its tags. */
  readonly classifications: ClassificationsField;
  /** Its columns with what is governed about them; empty where the schema is not known and for a namespace. */
  readonly columns: ColumnConnection;
  /** When the gateway first saw it. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** One custom field; null if no such field can be on this asset. */
  readonly custom?: Maybe<CustomField>;
  /** What it is, in words. */
  readonly description: TextField;
  /** The business domain it belongs to. */
  readonly domain: DomainField;
  /** Its drift that is not resolved, the oldest first. `Query.drift` also tells what is resolved. */
  readonly drift: DriftConnection;
  /** Its governed fields: plain ones, custom ones, then its columns'. At most 500 unless `paths` names them. */
  readonly fields: ReadonlyArray<GovernedField>;
  /** `asset:` and a ULID. A rename keeps it; a new thing under an old name gets another. */
  readonly id: Scalars['ID']['output'];
  /** What it is. */
  readonly kind: AssetKind;
  /** Labels that the treaty's selectors match, told by the source that decides on existence. */
  readonly labels: ReadonlyArray<Label>;
  /** Where it stands in its life cycle. */
  readonly lifecycle: LifecycleField;
  /** When it was first missed; null while it is seen. */
  readonly missingSince?: Maybe<Scalars['DateTime']['output']>;
  /** Canonical name, such as `finance.orders`. */
  readonly name: Scalars['String']['output'];
  /** Who is responsible for it. */
  readonly owners: OwnersField;
  /** How long it must, or may, be kept. */
  readonly retention: RetentionField;
  /** When it was retired; null before that. */
  readonly retiredAt?: Maybe<Scalars['DateTime']['output']>;
  /** Its columns as the lakehouse declares them. Null for a namespace, which has none. */
  readonly schema?: Maybe<SchemaField>;
  /** How sensitive it is. */
  readonly sensitivity: SensitivityField;
  /** True if freshness LIVE was asked for and a source it is bound in did not answer: what is told of that source is what the ledger knew. */
  readonly stale: Scalars['Boolean']['output'];
  /** Whether it still exists, as far as is known. */
  readonly state: AssetState;
  /** The worst status of its fields. */
  readonly status: FieldStatus;
};


/** One governed thing, known under a native name in each source, with one identity here. */
export type AssetChangesArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  before?: InputMaybe<Scalars['Cursor']['input']>;
  fields?: InputMaybe<ReadonlyArray<Scalars['FieldPath']['input']>>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};


/** One governed thing, known under a native name in each source, with one identity here. */
export type AssetColumnsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** One governed thing, known under a native name in each source, with one identity here. */
export type AssetCustomArgs = {
  name: Scalars['String']['input'];
};


/** One governed thing, known under a native name in each source, with one identity here. */
export type AssetDriftArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** One governed thing, known under a native name in each source, with one identity here. */
export type AssetFieldsArgs = {
  paths?: InputMaybe<ReadonlyArray<Scalars['FieldPath']['input']>>;
  status?: InputMaybe<ReadonlyArray<FieldStatus>>;
};

/** A page of assets. */
export type AssetConnection = {
  /** The assets with their cursors. */
  readonly edges: ReadonlyArray<AssetEdge>;
  /** The assets alone. */
  readonly nodes: ReadonlyArray<Asset>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
};

/** One asset in a page. */
export type AssetEdge = {
  /** Hand it back as `after` or `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The asset. */
  readonly node: Asset;
};

/** Which assets. What is given must all hold; a list means any of its elements. */
export type AssetFilter = {
  /** All of these hold. */
  readonly and?: InputMaybe<ReadonlyArray<AssetFilter>>;
  /** Only assets with a change after this cursor. */
  readonly changedSince?: InputMaybe<Scalars['Cursor']['input']>;
  /** Names of classifications on the asset itself. */
  readonly classification?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** The domain at its authority. */
  readonly domain?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Whether there is any owner. */
  readonly hasOwner?: InputMaybe<Scalars['Boolean']['input']>;
  /** What they are. */
  readonly kind?: InputMaybe<ReadonlyArray<AssetKind>>;
  /** Canonical names or globs of them: `*` within a segment, `**` across segments. */
  readonly name?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** This does not hold. */
  readonly not?: InputMaybe<AssetFilter>;
  /** At least one of these holds. */
  readonly or?: InputMaybe<ReadonlyArray<AssetFilter>>;
  /** A principal that is an owner. */
  readonly owner?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Levels of sensitivity. */
  readonly sensitivity?: InputMaybe<ReadonlyArray<Scalars['Sensitivity']['input']>>;
  /** Names or ids of sources that they are bound in. */
  readonly source?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Whether they exist. If no part of the filter says so: ACTIVE or SUSPECTED. */
  readonly state?: InputMaybe<ReadonlyArray<AssetState>>;
  /** The worst status of their fields. */
  readonly status?: InputMaybe<ReadonlyArray<FieldStatus>>;
  /** Part of the name or of the description, whatever the case. */
  readonly text?: InputMaybe<Scalars['String']['input']>;
};

/** What an asset is. */
export type AssetKind =
  /** Holds other assets. */
  | 'NAMESPACE'
  /** Holds data. */
  | 'TABLE'
  /** A stored query. */
  | 'VIEW';

/** The order of a list of assets. */
export type AssetOrder = {
  /** By what. */
  readonly by?: AssetOrderBy;
  /** In which direction. */
  readonly direction?: OrderDirection;
};

/** What a list of assets is ordered by. */
export type AssetOrderBy =
  /** Position of the last change in the log. */
  | 'CHANGED'
  /** When the gateway first saw it. */
  | 'CREATED'
  /** Canonical name. */
  | 'NAME';

/** Whether an asset exists, as far as is known. */
export type AssetState =
  /** Seen. */
  | 'ACTIVE'
  /** Missing long and often enough, or deleted by an authoritative event. */
  | 'RETIRED'
  /** Missing from a complete listing; it may only be away. */
  | 'SUSPECTED';

/** An asset in one source. */
export type Binding = {
  /** Complete scans in a row that did not list it. */
  readonly misses: Scalars['Int']['output'];
  /** The path of names by which the source knows it, from the outermost in. */
  readonly nativeName: ReadonlyArray<Scalars['String']['output']>;
  /** When the last read that this rests on began. */
  readonly observedAt: Scalars['DateTime']['output'];
  /** The source. */
  readonly source: Source;
  /** An id that survives a rename there, such as the Iceberg table UUID; null where the source has none. */
  readonly stableId?: Maybe<Scalars['String']['output']>;
  /** True if freshness LIVE was asked for and this source did not answer. */
  readonly stale: Scalars['Boolean']['output'];
  /** Whether the source has it, as it said last. */
  readonly state: BindingState;
  /** Where a person can look at it, if the source has such a page. */
  readonly url?: Maybe<Scalars['String']['output']>;
  /** The source's own version token; null where it has none. */
  readonly version?: Maybe<Scalars['String']['output']>;
};

/** Whether a source has an asset. */
export type BindingState =
  /** The source was asked, and has it no more. */
  | 'MISSING'
  /** The source has it. */
  | 'PRESENT';

/** One entry of the log: something that happened, to what, by whom, and why. */
export type Change = Node & {
  /** Who did it. */
  readonly actor: Actor;
  /** The value after; null is ABSENT, or does not apply. */
  readonly after?: Maybe<Scalars['JSON']['output']>;
  /** The asset that it happened to; null if it concerns none. */
  readonly asset?: Maybe<Asset>;
  /** The asset's canonical name at that time. */
  readonly assetName?: Maybe<Scalars['String']['output']>;
  /** When. The order of things is that of the log, not of this. */
  readonly at: Scalars['DateTime']['output'];
  /** The value before; null is ABSENT, or does not apply. */
  readonly before?: Maybe<Scalars['JSON']['output']>;
  /** The entry that caused this one. */
  readonly causedBy?: Maybe<Change>;
  /** Its position, to go on from. */
  readonly cursor: Scalars['Cursor']['output'];
  /** What else there is to know: for an entry about a drift the drift as it was then, for a scan its counts. */
  readonly detail?: Maybe<Scalars['JSON']['output']>;
  /** The drift that it is about, as it is now. */
  readonly drift?: Maybe<Drift>;
  /** The field that it happened to, by its path at that time. */
  readonly field?: Maybe<Scalars['FieldPath']['output']>;
  /** `change:` and its position. */
  readonly id: Scalars['ID']['output'];
  /** What happened. */
  readonly kind: ChangeKind;
  /** The reason that was given. */
  readonly reason?: Maybe<Scalars['String']['output']>;
  /** The treaty's rule that decided. */
  readonly rule?: Maybe<Scalars['String']['output']>;
  /** The system in which it was made. */
  readonly source?: Maybe<Source>;
};

/** A page of the log. */
export type ChangeConnection = {
  /** The entries with their cursors. */
  readonly edges: ReadonlyArray<ChangeEdge>;
  /** The entries alone. */
  readonly nodes: ReadonlyArray<Change>;
  /** Where the page stands. */
  readonly pageInfo: ChangePageInfo;
};

/** One entry in a page of the log. */
export type ChangeEdge = {
  /** Hand it back as `after` or `before`. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The entry. */
  readonly node: Change;
};

/** Which entries of the log. What is given must all hold; a list means any of its elements. */
export type ChangeFilter = {
  /** Names of actors. */
  readonly actors?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Ids of assets. */
  readonly assets?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Field paths or globs of them: `columns.*`. */
  readonly fields?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** What happened. */
  readonly kinds?: InputMaybe<ReadonlyArray<ChangeKind>>;
  /** Canonical names of assets or globs of them: `*` within a segment, `**` across segments. */
  readonly names?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** At or after this moment. */
  readonly since?: InputMaybe<Scalars['DateTime']['input']>;
  /** Names or ids of sources. */
  readonly sources?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Before this moment. */
  readonly until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** One change of one field. */
export type ChangeInput = {
  /** The asset's id. Give this or `name`. */
  readonly asset?: InputMaybe<Scalars['ID']['input']>;
  /** The field's `version` as you saw it; another one now refuses with VERSION_CONFLICT. */
  readonly expectedVersion?: InputMaybe<Scalars['String']['input']>;
  /** The field's path. */
  readonly field: Scalars['FieldPath']['input'];
  /** A retry under the same key returns the first outcome. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The asset's canonical name. Give this or `asset`. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** What is done to the field. */
  readonly operation?: ChangeOperation;
  /** Why, for the log. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  /**
   * For SET the new value, in the shape in which the field's `value` is read (an owner's principal is a text); null clears it. For ADD
   * a list of elements, for REMOVE a list of elements or of their names.
   */
  readonly value?: InputMaybe<Scalars['JSON']['input']>;
};

/** What happened. */
export type ChangeKind =
  /** An asset was found in one more source. */
  | 'ASSET_BOUND'
  /** An asset was seen for the first time. */
  | 'ASSET_FOUND'
  /** An asset has another name. */
  | 'ASSET_RENAMED'
  /** An asset that was missed is there again. */
  | 'ASSET_RESTORED'
  /** An asset is gone. */
  | 'ASSET_RETIRED'
  /** An asset is missing from a complete listing. */
  | 'ASSET_SUSPECTED'
  /** A drift is another difference, or went on to another state. */
  | 'DRIFT_CHANGED'
  /** A drift was seen first. */
  | 'DRIFT_OPENED'
  /** A drift is over. */
  | 'DRIFT_RESOLVED'
  /** The authority's value of a field changed. */
  | 'FIELD_CHANGED'
  /** Too many removals, rewrites or missing assets at once: nothing more is changed until a person says so. */
  | 'GUARD_TRIPPED'
  /** The ledger was restored from a backup: what came after it is lost, and nothing that was agreed is believed any more. */
  | 'LEDGER_RESTORED'
  /** What a person is asked about is another thing. */
  | 'REVIEW_CHANGED'
  /** A person has answered. */
  | 'REVIEW_DECIDED'
  /** A person is asked. */
  | 'REVIEW_OPENED'
  /** What a person was asked about has gone away by itself. */
  | 'REVIEW_WITHDRAWN'
  /** A scan saw everything. */
  | 'SCAN_COMPLETED'
  /** A scan ended before it saw everything. */
  | 'SCAN_INCOMPLETE'
  /** A source is in another mode. */
  | 'SOURCE_MODE_CHANGED'
  /** Another treaty is in force. */
  | 'TREATY_CHANGED'
  /** A write to a source was made. */
  | 'WRITE_APPLIED'
  /** A write to a source was not made. */
  | 'WRITE_FAILED'
  /** A write to a source is about to be made. */
  | 'WRITE_INTENDED';

/** What is done to a field. */
export type ChangeOperation =
  /** Add elements to owners or classifications. */
  | 'ADD'
  /** Remove elements from owners or classifications. */
  | 'REMOVE'
  /** Replace its value, or clear it. */
  | 'SET';

/** Where a page of the log stands. */
export type ChangePageInfo = {
  /** Cursor of the last entry; null on an empty page. */
  readonly endCursor?: Maybe<Scalars['Cursor']['output']>;
  /** Whether more follows this page. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** Whether something precedes this page. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** Cursor of the first entry; null on an empty page. */
  readonly startCursor?: Maybe<Scalars['Cursor']['output']>;
};

/** A tag. */
export type Classification = {
  /** Such as `pii.email`. */
  readonly name: Scalars['String']['output'];
  /** Its value, such as `gold` for `ops.tier`; null for a plain tag. */
  readonly value?: Maybe<Scalars['String']['output']>;
};

/** A tag. */
export type ClassificationInput = {
  /** Such as `pii.email`. */
  readonly name: Scalars['String']['input'];
  /** Its value, such as `gold` for `ops.tier`. */
  readonly value?: InputMaybe<Scalars['String']['input']>;
};

/** The tags of an asset or a column. */
export type ClassificationsField = GovernedField & {
  /** The source whose value is the truth. */
  readonly authority: Source;
  /** The worst drift that is not resolved. */
  readonly drift?: Maybe<Drift>;
  /** Its last change in the log. */
  readonly lastChange?: Maybe<Change>;
  /** Sources that must carry a copy of it. */
  readonly mirrors: ReadonlyArray<Source>;
  /** What each source says of it, the authority first. */
  readonly observations: ReadonlyArray<Observation>;
  /** Its path. */
  readonly path: Scalars['FieldPath']['output'];
  /** How the sources stand to one another. */
  readonly status: FieldStatus;
  /** The authority's value. */
  readonly value?: Maybe<ReadonlyArray<Classification>>;
  /** Changes whenever the authority's value does; opaque. Hand it to a mutation as `expectedVersion`. */
  readonly version: Scalars['String']['output'];
};

/** Tags to add to or remove from an asset or a column. */
export type ClassificationsInput = {
  /** The asset's id. Give this or `name`. */
  readonly asset?: InputMaybe<Scalars['ID']['input']>;
  /** Answer only when every mirror has it or has failed, within a bounded time. */
  readonly awaitMirrors?: InputMaybe<Scalars['Boolean']['input']>;
  /** The tags, at most 500. Removing looks at the name alone. */
  readonly classifications: ReadonlyArray<ClassificationInput>;
  /** The name of the column they are on; the asset itself if left out. */
  readonly column?: InputMaybe<Scalars['String']['input']>;
  /** Only say what would happen. */
  readonly dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** The field's `version` as you saw it; another one now refuses with VERSION_CONFLICT. */
  readonly expectedVersion?: InputMaybe<Scalars['String']['input']>;
  /** A retry under the same key returns the first outcome. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The asset's canonical name. Give this or `asset`. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** Why, for the log. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
};

/** One column of an asset. A rename keeps what is governed about it. */
export type Column = {
  /** Its tags. */
  readonly classifications: ClassificationsField;
  /** What it is, in words. */
  readonly description: TextField;
  /** Stable within the asset. */
  readonly id: Scalars['ID']['output'];
  /** Dotted path for a nested one. */
  readonly name: Scalars['String']['output'];
  /** Whether it must have a value. */
  readonly required: Scalars['Boolean']['output'];
  /** Its type, as the lakehouse writes it. */
  readonly type: Scalars['String']['output'];
};

/** A page of columns. */
export type ColumnConnection = {
  /** The columns with their cursors. */
  readonly edges: ReadonlyArray<ColumnEdge>;
  /** The columns alone. */
  readonly nodes: ReadonlyArray<Column>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
  /** How many columns there are. */
  readonly totalCount: Scalars['Int']['output'];
};

/** One column in a page. */
export type ColumnEdge = {
  /** Hand it back as `after`. */
  readonly cursor: Scalars['String']['output'];
  /** The column. */
  readonly node: Column;
};

/** A field that the installation itself defined. */
export type CustomField = GovernedField & {
  /** The source whose value is the truth. */
  readonly authority: Source;
  /** The worst drift that is not resolved. */
  readonly drift?: Maybe<Drift>;
  /** Its last change in the log. */
  readonly lastChange?: Maybe<Change>;
  /** Sources that must carry a copy of it. */
  readonly mirrors: ReadonlyArray<Source>;
  /** What each source says of it, the authority first. */
  readonly observations: ReadonlyArray<Observation>;
  /** Its path. */
  readonly path: Scalars['FieldPath']['output'];
  /** How the sources stand to one another. */
  readonly status: FieldStatus;
  /** The authority's value. */
  readonly value?: Maybe<Scalars['JSON']['output']>;
  /** Changes whenever the authority's value does; opaque. Hand it to a mutation as `expectedVersion`. */
  readonly version: Scalars['String']['output'];
};

/** An answer to a review. */
export type DecideReviewInput = {
  /** What is decided. AUTHORITY, MIRROR and VALUE answer a review of a field, RELEASE and REJECT one of a guard. */
  readonly decision: ReviewDecision;
  /** The `version` of the review that you have seen; if it is another one by now, nothing is decided. */
  readonly expectedVersion?: InputMaybe<Scalars['String']['input']>;
  /** A retry with the same key decides nothing twice. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Why, for the log. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  /** Which: its id. */
  readonly review: Scalars['ID']['input'];
  /** With VALUE: the value that is to stand, in the shape that `observations` show; null clears the field. */
  readonly value?: InputMaybe<Scalars['JSON']['input']>;
};

/** What became of an answer. */
export type DecideReviewPayload = {
  /** The review as it is now; null if there is none. */
  readonly review?: Maybe<Review>;
  /** Why nothing was decided. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Answers to several reviews. */
export type DecideReviewsInput = {
  /** The answers: 1 to 500. */
  readonly decisions: ReadonlyArray<DecideReviewInput>;
};

/** What became of several answers. */
export type DecideReviewsPayload = {
  /** One for each answer, in the order given. */
  readonly results: ReadonlyArray<DecideReviewPayload>;
  /** Why none of them was looked at. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What became of a change in one source. */
export type Delivery = {
  /** When the source had it. */
  readonly appliedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Why it failed or was skipped. */
  readonly error?: Maybe<Scalars['String']['output']>;
  /** Whether it is the authority or a mirror. */
  readonly role: DeliveryRole;
  /** The source. */
  readonly source: Source;
  /** How far it is. */
  readonly status: DeliveryStatus;
};

/** What a source is for a field. */
export type DeliveryRole =
  /** Its value is the truth. */
  | 'AUTHORITY'
  /** It carries a copy. */
  | 'MIRROR';

/** How far a change is in one source. */
export type DeliveryStatus =
  /** The source has it. */
  | 'APPLIED'
  /** The source did not take it. */
  | 'FAILED'
  /** The source will get it. */
  | 'PENDING'
  /** The source would get it; this was a dry run. */
  | 'PLANNED'
  /** The source does not get it: it cannot hold it, or its mode forbids it. */
  | 'SKIPPED';

/** A business domain. */
export type Domain = {
  /** Its name. */
  readonly name: Scalars['String']['output'];
};

/** The business domain of an asset. */
export type DomainField = GovernedField & {
  /** The source whose value is the truth. */
  readonly authority: Source;
  /** The worst drift that is not resolved. */
  readonly drift?: Maybe<Drift>;
  /** Its last change in the log. */
  readonly lastChange?: Maybe<Change>;
  /** Sources that must carry a copy of it. */
  readonly mirrors: ReadonlyArray<Source>;
  /** What each source says of it, the authority first. */
  readonly observations: ReadonlyArray<Observation>;
  /** Its path. */
  readonly path: Scalars['FieldPath']['output'];
  /** How the sources stand to one another. */
  readonly status: FieldStatus;
  /** The authority's value. */
  readonly value?: Maybe<Domain>;
  /** Changes whenever the authority's value does; opaque. Hand it to a mutation as `expectedVersion`. */
  readonly version: Scalars['String']['output'];
};

/** One difference that the treaty does not allow, from its opening to its resolution. */
export type Drift = Node & {
  /** On which asset. */
  readonly asset: Asset;
  /** The source whose value is the truth. */
  readonly authority: Source;
  /** The value at which both were last confirmed equal. Null with `hasBase: true` stands for ABSENT, with false for never. */
  readonly base?: Maybe<Scalars['JSON']['output']>;
  /** In which field. */
  readonly field: Scalars['FieldPath']['output'];
  /** What stands there; null is ABSENT. */
  readonly found?: Maybe<Scalars['JSON']['output']>;
  /** Whether both were ever confirmed equal. */
  readonly hasBase: Scalars['Boolean']['output'];
  /** `drift:` and a ULID. */
  readonly id: Scalars['ID']['output'];
  /** What sort of difference. */
  readonly kind: DriftKind;
  /** Why it is as it is, for people: a refusal of the mirror, the reason of a waiver. */
  readonly note?: Maybe<Scalars['String']['output']>;
  /** When it was first seen. */
  readonly openedAt: Scalars['DateTime']['output'];
  /** How it ended: `reverted`, `adopted`, `converged`, `mirrored`, `retired`, …; null before that. */
  readonly resolution?: Maybe<Scalars['String']['output']>;
  /** When it ended; null before that. */
  readonly resolvedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The treaty's rule that forbids it. */
  readonly rule: Scalars['String']['output'];
  /** Where it was seen. */
  readonly source: Source;
  /** How far it is. */
  readonly state: DriftState;
  /** What should stand there; null is ABSENT. */
  readonly wanted?: Maybe<Scalars['JSON']['output']>;
};

/** A page of drift. */
export type DriftConnection = {
  /** The drift with its cursors. */
  readonly edges: ReadonlyArray<DriftEdge>;
  /** The drift alone. */
  readonly nodes: ReadonlyArray<Drift>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
};

/** One drift in a page. */
export type DriftEdge = {
  /** Hand it back as `after` or `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The drift. */
  readonly node: Drift;
};

/** Something happened to a drift. */
export type DriftEvent = {
  /** Hand it back as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The drift as it was then. */
  readonly drift: Drift;
  /** What happened. */
  readonly type: DriftEventType;
};

/** What happened to a drift. */
export type DriftEventType =
  /** It is another difference, or it went on to another state. */
  | 'CHANGED'
  /** It was seen first, or was open when the subscription began. */
  | 'OPENED'
  /** It is over. */
  | 'RESOLVED';

/** Which drift. What is given must all hold; a list means any of its elements. */
export type DriftFilter = {
  /** Ids of assets. */
  readonly assets?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Field paths or globs of them: `columns.*`. */
  readonly fields?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Sorts of drift. */
  readonly kinds?: InputMaybe<ReadonlyArray<DriftKind>>;
  /** Canonical names of assets or globs of them: `*` within a segment, `**` across segments. */
  readonly names?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Opened at or after this moment. */
  readonly since?: InputMaybe<Scalars['DateTime']['input']>;
  /** Names or ids of sources where it was seen. */
  readonly sources?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** How far it is. If left out: in a query whatever is not resolved, in a subscription everything. */
  readonly states?: InputMaybe<ReadonlyArray<DriftState>>;
  /** Opened before this moment. */
  readonly until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** A sort of drift. */
export type DriftKind =
  /** Authority and mirror both changed, differently. */
  | 'CONFLICT'
  /** The mirror refused the value. */
  | 'DELIVERY_FAILED'
  /** They differ and never agreed. */
  | 'FIRST_SIGHT'
  /** The mirror was changed outside the gateway, the authority was not. */
  | 'FOREIGN_WRITE'
  /** The authority changed and the mirror has not got it yet. */
  | 'MIRROR_STALE'
  /** The mirror lost the asset. */
  | 'MISSING_IN_MIRROR'
  /** A catalog holds an asset that the source proving existence does not have. */
  | 'ORPHAN';

/** How far a drift is. */
export type DriftState =
  /** A person has to decide. */
  | 'IN_REVIEW'
  /** Seen; nothing has been done yet. */
  | 'OPEN'
  /** The gateway is putting it right. */
  | 'REPAIRING'
  /** Over. */
  | 'RESOLVED'
  /** Somebody accepted it for a time. */
  | 'WAIVED';

/** A rule that matches the field. */
export type ExplainedRule = {
  /** Why it stands at this rank. */
  readonly because: Scalars['String']['output'];
  /** Whether it decides, of the whole field or of `elements`. */
  readonly decides: Scalars['Boolean']['output'];
  /** Patterns of the elements that it decides on; empty for the whole field. */
  readonly elements: ReadonlyArray<Scalars['String']['output']>;
  /** The rule. */
  readonly name: Scalars['String']['output'];
};

/** Why one field is as it is. */
export type Explanation = {
  /** The asset. */
  readonly asset: Asset;
  /** Per mirror the value at which it and the authority were last confirmed equal. */
  readonly bases: ReadonlyArray<AgreedBase>;
  /** What is seen, and what the treaty makes of it. */
  readonly decision: Scalars['String']['output'];
  /** The field with every observed value. */
  readonly field: GovernedField;
  /** The mode that holds for each source. */
  readonly modes: ReadonlyArray<SourceModeSetting>;
  /** Every rule that matches, the deciding one first. */
  readonly rules: ReadonlyArray<ExplainedRule>;
};

/** What a source can do with one kind of field. */
export type FieldCapability = {
  /** `owners`, `custom`, `columns.description`, … */
  readonly field: Scalars['String']['output'];
  /** On which kinds of asset. */
  readonly kinds: ReadonlyArray<AssetKind>;
  /** Whether it can hold more than one element of a list. */
  readonly many: Scalars['Boolean']['output'];
  /** Whether it can be written. */
  readonly write: Scalars['Boolean']['output'];
};

/** What became of the change of one field. */
export type FieldChangePayload = {
  /** The asset as it is now. */
  readonly asset?: Maybe<Asset>;
  /** Its entry in the log; null for a dry run, where nothing was different, and where `userErrors` says why. */
  readonly change?: Maybe<Change>;
  /** Per source, what is applied, pending or failed. */
  readonly deliveries: ReadonlyArray<Delivery>;
  /** Why nothing was changed. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Whose value of a field stands. */
export type FieldReview = Node & Review & {
  /** On which asset. */
  readonly asset: Asset;
  /** The source whose value is the truth. */
  readonly authority: Source;
  /** What the authority holds, as the mirror would hold it; null is ABSENT. */
  readonly authorityValue?: Maybe<Scalars['JSON']['output']>;
  /** The value at which both were last confirmed equal. Null with `hasBase: true` stands for ABSENT, with false for never. */
  readonly base?: Maybe<Scalars['JSON']['output']>;
  /** Why a person is asked, or why it was withdrawn. */
  readonly because: Scalars['String']['output'];
  /** When it was decided or withdrawn; null before that. */
  readonly closedAt?: Maybe<Scalars['DateTime']['output']>;
  /** How it was answered; null if it was not. */
  readonly decided?: Maybe<ReviewAnswer>;
  /** The drift that it is about, as it is now. */
  readonly drift?: Maybe<Drift>;
  /** In which field. */
  readonly field: Scalars['FieldPath']['output'];
  /** Whether both were ever confirmed equal. */
  readonly hasBase: Scalars['Boolean']['output'];
  /** `review:` and a ULID. */
  readonly id: Scalars['ID']['output'];
  /** What sort of question. */
  readonly kind: ReviewKind;
  /** What the mirror holds; null is ABSENT. */
  readonly mirrorValue?: Maybe<Scalars['JSON']['output']>;
  /** When the question was first put. */
  readonly openedAt: Scalars['DateTime']['output'];
  /** The treaty's rule that asks. */
  readonly rule: Scalars['String']['output'];
  /** The mirror that differs. */
  readonly source: Source;
  /** How far it is. */
  readonly state: ReviewState;
  /** Stands for the question as it is now. Hand it back as `expectedVersion`, so that nothing is decided that you have not seen. */
  readonly version: Scalars['String']['output'];
};

/** How the sources stand to one another on one field, or the worst of several. */
export type FieldStatus =
  /** Both sides changed, differently. */
  | 'CONFLICT'
  /** They differ in a way that the treaty does not allow. */
  | 'DRIFTED'
  /** All agree. */
  | 'IN_SYNC'
  /** A mirror has yet to get the authority's value. */
  | 'PENDING'
  /** The authority or a mirror could not be read. */
  | 'UNKNOWN'
  /** They differ, and somebody accepted that for a time. */
  | 'WAIVED';

/** Whence an answer comes. */
export type Freshness =
  /** From the ledger; `observedAt` says how old it is. */
  | 'LEDGER'
  /** From the sources, read now. */
  | 'LIVE';

/**
 * One attribute that the treaty governs. Each kind adds its `value`, the authority's: null means that nothing is known or, where the
 * observation says ABSENT, that there is none; an empty list means that there is none.
 */
export type GovernedField = {
  /** The source whose value is the truth. */
  readonly authority: Source;
  /** The worst drift that is not resolved. */
  readonly drift?: Maybe<Drift>;
  /** Its last change in the log. */
  readonly lastChange?: Maybe<Change>;
  /** Sources that must carry a copy of it. */
  readonly mirrors: ReadonlyArray<Source>;
  /** What each source says of it, the authority first. */
  readonly observations: ReadonlyArray<Observation>;
  /** Its path. */
  readonly path: Scalars['FieldPath']['output'];
  /** How the sources stand to one another. */
  readonly status: FieldStatus;
  /** Changes whenever the authority's value does; opaque. Hand it to a mutation as `expectedVersion`. */
  readonly version: Scalars['String']['output'];
};

/** How much. */
export type GuardCount = {
  /** Assets that they are of. */
  readonly assets: Scalars['Int']['output'];
  /** Changes, field by field. */
  readonly changes: Scalars['Int']['output'];
};

/** What a guard counts. */
export type GuardEffect =
  /** A value goes, or an element of it. */
  | 'REMOVAL'
  /** An asset is taken to be gone. */
  | 'RETIREMENT'
  /** A value is replaced by another. */
  | 'REWRITE';

/** Whether what a guard held back is to be done. */
export type GuardReview = Node & Review & {
  /** Why a person is asked, or why it was withdrawn. */
  readonly because: Scalars['String']['output'];
  /** What it may do at most. */
  readonly bound: GuardCount;
  /** What is held back, page by page. */
  readonly changes: HeldChangeConnection;
  /** When it was decided or withdrawn; null before that. */
  readonly closedAt?: Maybe<Scalars['DateTime']['output']>;
  /** How it was answered; null if it was not. */
  readonly decided?: Maybe<ReviewAnswer>;
  /** Of what there was too much. */
  readonly effect: GuardEffect;
  /** `review:` and a ULID. */
  readonly id: Scalars['ID']['output'];
  /** What sort of question. */
  readonly kind: ReviewKind;
  /** How many of them are listed in `changes`: at most 10,000. A release lets those through; `plan` shows the rest. */
  readonly listed: Scalars['Int']['output'];
  /** The mode in which the source was. A release puts it back. */
  readonly modeBefore: SourceMode;
  /** When the question was first put. */
  readonly openedAt: Scalars['DateTime']['output'];
  /** The source that the guard protects. */
  readonly source: Source;
  /** What the run had done when it was stopped. */
  readonly spent: GuardCount;
  /** How far it is. */
  readonly state: ReviewState;
  /** How many changes are held back. */
  readonly total: Scalars['Int']['output'];
  /** Stands for the question as it is now. Hand it back as `expectedVersion`, so that nothing is decided that you have not seen. */
  readonly version: Scalars['String']['output'];
};


/** Whether what a guard held back is to be done. */
export type GuardReviewChangesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** One change that a guard holds back. */
export type HeldChange = {
  /** What would; null is ABSENT. */
  readonly after?: Maybe<Scalars['JSON']['output']>;
  /** On which asset. */
  readonly asset: Asset;
  /** What stands there; null is ABSENT. Of a RETIREMENT: when the asset was last seen. */
  readonly before?: Maybe<Scalars['JSON']['output']>;
  /** What it does. */
  readonly effect: GuardEffect;
  /** In which field; `schema` where the asset as a whole is taken to be gone. */
  readonly field: Scalars['FieldPath']['output'];
};

/** A page of what a guard holds back. */
export type HeldChangeConnection = {
  /** The changes with their cursors. */
  readonly edges: ReadonlyArray<HeldChangeEdge>;
  /** The changes alone. */
  readonly nodes: ReadonlyArray<HeldChange>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
};

/** One change in a page of what a guard holds back. */
export type HeldChangeEdge = {
  /** Hand it back as `after`. */
  readonly cursor: Scalars['String']['output'];
  /** The change. */
  readonly node: HeldChange;
};

/** One label of an asset. */
export type Label = {
  /** Its name. */
  readonly name: Scalars['String']['output'];
  /** Its value. */
  readonly value: Scalars['String']['output'];
};

/** A place in the life cycle. */
export type Lifecycle = {
  /** A remark for people. */
  readonly note?: Maybe<Scalars['String']['output']>;
  /** Canonical name of what takes its place. */
  readonly replacedBy?: Maybe<Scalars['String']['output']>;
  /** Such as `production` or `deprecated`. */
  readonly stage: Scalars['String']['output'];
};

/** Where an asset stands in its life cycle. */
export type LifecycleField = GovernedField & {
  /** The source whose value is the truth. */
  readonly authority: Source;
  /** The worst drift that is not resolved. */
  readonly drift?: Maybe<Drift>;
  /** Its last change in the log. */
  readonly lastChange?: Maybe<Change>;
  /** Sources that must carry a copy of it. */
  readonly mirrors: ReadonlyArray<Source>;
  /** What each source says of it, the authority first. */
  readonly observations: ReadonlyArray<Observation>;
  /** Its path. */
  readonly path: Scalars['FieldPath']['output'];
  /** How the sources stand to one another. */
  readonly status: FieldStatus;
  /** The authority's value. */
  readonly value?: Maybe<Lifecycle>;
  /** Changes whenever the authority's value does; opaque. Hand it to a mutation as `expectedVersion`. */
  readonly version: Scalars['String']['output'];
};

/** A place in the life cycle. */
export type LifecycleInput = {
  /** A remark for people. */
  readonly note?: InputMaybe<Scalars['String']['input']>;
  /** Canonical name of what takes its place. */
  readonly replacedBy?: InputMaybe<Scalars['String']['input']>;
  /** Such as `production` or `deprecated`. */
  readonly stage: Scalars['String']['input'];
};

/** What can be changed. What the caller or a source did wrong is in `userErrors`; then nothing was changed. */
export type Mutation = {
  /** Adds tags to an asset or a column; one that is there already gets the value given. */
  readonly addClassifications: FieldChangePayload;
  /** Adds owners; one who is an owner already gets the role given. */
  readonly addOwners: FieldChangePayload;
  /** Up to 5000 changes in one call, each with its own outcome; those of one asset in the order given. */
  readonly applyChanges: ApplyChangesPayload;
  /** Answers a review, once. Reviews of guards need a token that may operate. */
  readonly decideReview: DecideReviewPayload;
  /** Answers up to 500 reviews in one call, each with its own outcome. */
  readonly decideReviews: DecideReviewsPayload;
  /** Marks assets to be brought to what the treaty demands. */
  readonly reconcile: ReconcilePayload;
  /** Removes tags from an asset or a column, whatever their value. */
  readonly removeClassifications: FieldChangePayload;
  /** Removes owners, whatever their role. */
  readonly removeOwners: FieldChangePayload;
  /** Reads whole sources, to find what events missed. */
  readonly scan: ScanPayload;
  /** Sets or clears a custom field. */
  readonly setCustomField: FieldChangePayload;
  /** Sets or clears the description of an asset or a column. */
  readonly setDescription: FieldChangePayload;
  /** Sets or clears the domain. */
  readonly setDomain: FieldChangePayload;
  /** Sets or clears the life cycle. */
  readonly setLifecycle: FieldChangePayload;
  /** Replaces the owners; an empty list leaves none. */
  readonly setOwners: FieldChangePayload;
  /** Sets or clears the retention. */
  readonly setRetention: FieldChangePayload;
  /** Sets or clears the sensitivity. */
  readonly setSensitivity: FieldChangePayload;
  /** Says what may be done to a source. */
  readonly setSourceMode: SetSourceModePayload;
};


/** What can be changed. What the caller or a source did wrong is in `userErrors`; then nothing was changed. */
export type MutationAddClassificationsArgs = {
  input: ClassificationsInput;
};


/** What can be changed. What the caller or a source did wrong is in `userErrors`; then nothing was changed. */
export type MutationAddOwnersArgs = {
  input: OwnersInput;
};


/** What can be changed. What the caller or a source did wrong is in `userErrors`; then nothing was changed. */
export type MutationApplyChangesArgs = {
  input: ApplyChangesInput;
};


/** What can be changed. What the caller or a source did wrong is in `userErrors`; then nothing was changed. */
export type MutationDecideReviewArgs = {
  input: DecideReviewInput;
};


/** What can be changed. What the caller or a source did wrong is in `userErrors`; then nothing was changed. */
export type MutationDecideReviewsArgs = {
  input: DecideReviewsInput;
};


/** What can be changed. What the caller or a source did wrong is in `userErrors`; then nothing was changed. */
export type MutationReconcileArgs = {
  input: ReconcileInput;
};


/** What can be changed. What the caller or a source did wrong is in `userErrors`; then nothing was changed. */
export type MutationRemoveClassificationsArgs = {
  input: ClassificationsInput;
};


/** What can be changed. What the caller or a source did wrong is in `userErrors`; then nothing was changed. */
export type MutationRemoveOwnersArgs = {
  input: OwnersInput;
};


/** What can be changed. What the caller or a source did wrong is in `userErrors`; then nothing was changed. */
export type MutationScanArgs = {
  input: ScanInput;
};


/** What can be changed. What the caller or a source did wrong is in `userErrors`; then nothing was changed. */
export type MutationSetCustomFieldArgs = {
  input: SetCustomFieldInput;
};


/** What can be changed. What the caller or a source did wrong is in `userErrors`; then nothing was changed. */
export type MutationSetDescriptionArgs = {
  input: SetDescriptionInput;
};


/** What can be changed. What the caller or a source did wrong is in `userErrors`; then nothing was changed. */
export type MutationSetDomainArgs = {
  input: SetDomainInput;
};


/** What can be changed. What the caller or a source did wrong is in `userErrors`; then nothing was changed. */
export type MutationSetLifecycleArgs = {
  input: SetLifecycleInput;
};


/** What can be changed. What the caller or a source did wrong is in `userErrors`; then nothing was changed. */
export type MutationSetOwnersArgs = {
  input: SetOwnersInput;
};


/** What can be changed. What the caller or a source did wrong is in `userErrors`; then nothing was changed. */
export type MutationSetRetentionArgs = {
  input: SetRetentionInput;
};


/** What can be changed. What the caller or a source did wrong is in `userErrors`; then nothing was changed. */
export type MutationSetSensitivityArgs = {
  input: SetSensitivityInput;
};


/** What can be changed. What the caller or a source did wrong is in `userErrors`; then nothing was changed. */
export type MutationSetSourceModeArgs = {
  input: SetSourceModeInput;
};

/** Anything that has a global id. */
export type Node = {
  /** Global and stable. */
  readonly id: Scalars['ID']['output'];
};

/** A field's value as one source told it. */
export type Observation = {
  /** Why it is UNKNOWN, or what is wrong with the value. */
  readonly note?: Maybe<Scalars['String']['output']>;
  /** When the read that this rests on began; null if there was none. */
  readonly observedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The source. */
  readonly source: Source;
  /** True if freshness LIVE was asked for and this source did not answer: this is what the ledger knew. */
  readonly stale: Scalars['Boolean']['output'];
  /** What kind of knowledge this is. */
  readonly state: ObservationState;
  /** The value; null unless `state` is VALUE. */
  readonly value?: Maybe<Scalars['JSON']['output']>;
  /** The source's own version token of the asset; null where it has none. */
  readonly version?: Maybe<Scalars['String']['output']>;
};

/** What is known of a value in one source. */
export type ObservationState =
  /** The source says that there is none. */
  | 'ABSENT'
  /** It could not be read, or the source cannot hold the field. */
  | 'UNKNOWN'
  /** The source holds a value. */
  | 'VALUE';

/** A direction of order. */
export type OrderDirection =
  /** Smallest, earliest or alphabetically first at the front. */
  | 'ASC'
  /** Largest, latest or alphabetically last at the front. */
  | 'DESC';

/** A principal with the role in which it owns. */
export type Owner = {
  /** Who. */
  readonly principal: Principal;
  /** In which role; null for none in particular. */
  readonly role?: Maybe<Scalars['String']['output']>;
};

/** An owner. */
export type OwnerInput = {
  /** Such as `alice@example.com` or `group:finance`. */
  readonly principal: Scalars['String']['input'];
  /** In which role. */
  readonly role?: InputMaybe<Scalars['String']['input']>;
};

/** Who is responsible for an asset. */
export type OwnersField = GovernedField & {
  /** The source whose value is the truth. */
  readonly authority: Source;
  /** The worst drift that is not resolved. */
  readonly drift?: Maybe<Drift>;
  /** Its last change in the log. */
  readonly lastChange?: Maybe<Change>;
  /** Sources that must carry a copy of it. */
  readonly mirrors: ReadonlyArray<Source>;
  /** What each source says of it, the authority first. */
  readonly observations: ReadonlyArray<Observation>;
  /** Its path. */
  readonly path: Scalars['FieldPath']['output'];
  /** How the sources stand to one another. */
  readonly status: FieldStatus;
  /** The authority's value. */
  readonly value?: Maybe<ReadonlyArray<Owner>>;
  /** Changes whenever the authority's value does; opaque. Hand it to a mutation as `expectedVersion`. */
  readonly version: Scalars['String']['output'];
};

/** Owners to add to or remove from an asset. */
export type OwnersInput = {
  /** The asset's id. Give this or `name`. */
  readonly asset?: InputMaybe<Scalars['ID']['input']>;
  /** Answer only when every mirror has it or has failed, within a bounded time. */
  readonly awaitMirrors?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only say what would happen. */
  readonly dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** The field's `version` as you saw it; another one now refuses with VERSION_CONFLICT. */
  readonly expectedVersion?: InputMaybe<Scalars['String']['input']>;
  /** A retry under the same key returns the first outcome. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The asset's canonical name. Give this or `asset`. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** The owners, at most 500. Removing looks at the principal alone. */
  readonly owners: ReadonlyArray<OwnerInput>;
  /** Why, for the log. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
};

/** Where a page stands in its list. */
export type PageInfo = {
  /** Cursor of the last edge; null on an empty page. */
  readonly endCursor?: Maybe<Scalars['String']['output']>;
  /** Whether more follows this page. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** Whether something precedes this page. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** Cursor of the first edge; null on an empty page. */
  readonly startCursor?: Maybe<Scalars['String']['output']>;
};

/** What a reconcile would do now. */
export type Plan = {
  /** How many assets were looked at. */
  readonly assetsExamined: Scalars['Int']['output'];
  /** What would be done, and what would not and why. */
  readonly items: ReadonlyArray<PlanItem>;
  /** How many more items there are than `items` holds. */
  readonly more: Scalars['Int']['output'];
};

/** What a reconcile would do. */
export type PlanAction =
  /** Take a mirror's value over to the authority. */
  | 'ADOPT'
  /** Nothing, though they differ. */
  | 'HOLD'
  /** Write the authority's value to a mirror. */
  | 'MIRROR'
  /** Put back what was changed in a mirror. */
  | 'REVERT'
  /** Ask a person. */
  | 'REVIEW';

/** One thing that a reconcile would do, or would not do and why. */
export type PlanItem = {
  /** What would be done. */
  readonly action: PlanAction;
  /** What would; null is ABSENT. */
  readonly after?: Maybe<Scalars['JSON']['output']>;
  /** On which asset. */
  readonly asset: Asset;
  /** The source whose value is the truth. */
  readonly authority: Source;
  /** For REVIEW and HOLD: why nothing is written. */
  readonly because?: Maybe<Scalars['String']['output']>;
  /** What stands there now; null is ABSENT. */
  readonly before?: Maybe<Scalars['JSON']['output']>;
  /** The drift that is behind it. */
  readonly drift?: Maybe<DriftKind>;
  /** In which field. */
  readonly field: Scalars['FieldPath']['output'];
  /** The treaty's rule that decides. */
  readonly rule: Scalars['String']['output'];
  /** Where it would be written. */
  readonly source: Source;
};

/** A person or group as the sources name it. */
export type Principal = {
  /** `principal:` and its name. */
  readonly id: Scalars['ID']['output'];
  /** Such as `alice@example.com` or `group:finance`. */
  readonly name: Scalars['String']['output'];
};

/** What can be asked. Lists are answered from the ledger and never wait for a source. */
export type Query = {
  /** One asset: by id, by canonical name, or by the name that one source gives it; null if there is none. Give exactly one of the three. */
  readonly asset?: Maybe<Asset>;
  /** The assets that match, page by page. Retired ones only where `filter` asks for the state RETIRED. */
  readonly assets: AssetConnection;
  /** The log's entries that match, oldest first. */
  readonly changes: ChangeConnection;
  /** The drift that matches, page by page, in the order of its opening. Resolved drift only where `filter.states` asks for it. */
  readonly drift: DriftConnection;
  /** Why one field of one asset is as it is: rule, bases, observations, decision. */
  readonly explain: Explanation;
  /** One object by its global id; null if there is none. */
  readonly node?: Maybe<Node>;
  /** Objects by their global ids, in the order asked, null where there is none. At most 500. */
  readonly nodes: ReadonlyArray<Maybe<Node>>;
  /** What a reconcile would do now, and what it would not do and why. Nothing is written. */
  readonly plan: Plan;
  /** What people are asked, page by page, in the order in which it was asked. Answered questions only where `filter.states` asks for them. */
  readonly reviews: ReviewConnection;
  /** Every connected source, as it was at the last look. */
  readonly sources: ReadonlyArray<Source>;
  /** The treaty in force. */
  readonly treaty: Treaty;
};


/** What can be asked. Lists are answered from the ledger and never wait for a source. */
export type QueryAssetArgs = {
  asOf?: InputMaybe<Scalars['Cursor']['input']>;
  freshness?: InputMaybe<Freshness>;
  id?: InputMaybe<Scalars['ID']['input']>;
  name?: InputMaybe<Scalars['String']['input']>;
  reference?: InputMaybe<SourceReferenceInput>;
};


/** What can be asked. Lists are answered from the ledger and never wait for a source. */
export type QueryAssetsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<AssetFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<AssetOrder>;
};


/** What can be asked. Lists are answered from the ledger and never wait for a source. */
export type QueryChangesArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  before?: InputMaybe<Scalars['Cursor']['input']>;
  filter?: InputMaybe<ChangeFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};


/** What can be asked. Lists are answered from the ledger and never wait for a source. */
export type QueryDriftArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<DriftFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};


/** What can be asked. Lists are answered from the ledger and never wait for a source. */
export type QueryExplainArgs = {
  asset: Scalars['ID']['input'];
  field: Scalars['FieldPath']['input'];
};


/** What can be asked. Lists are answered from the ledger and never wait for a source. */
export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


/** What can be asked. Lists are answered from the ledger and never wait for a source. */
export type QueryNodesArgs = {
  ids: ReadonlyArray<Scalars['ID']['input']>;
};


/** What can be asked. Lists are answered from the ledger and never wait for a source. */
export type QueryPlanArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  scope?: InputMaybe<ScopeInput>;
};


/** What can be asked. Lists are answered from the ledger and never wait for a source. */
export type QueryReviewsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<ReviewFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};

/** Which assets to reconcile. */
export type ReconcileInput = {
  /** Which assets and sources; everything if left out. */
  readonly scope?: InputMaybe<ScopeInput>;
  /** Answer only when the work has come to rest, within a bounded time. */
  readonly wait?: InputMaybe<Scalars['Boolean']['input']>;
};

/** What became of the call to reconcile. */
export type ReconcilePayload = {
  /** Assets marked to be reconciled. */
  readonly marked: Scalars['Int']['output'];
  /** Whether the work came to rest; null if it was not waited for. */
  readonly settled?: Maybe<Scalars['Boolean']['output']>;
  /** Why nothing was marked. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** How long data must, or may, be kept. */
export type Retention = {
  /** Why: a law, a contract, a policy. */
  readonly basis?: Maybe<Scalars['String']['output']>;
  /** How long. */
  readonly duration: Scalars['Duration']['output'];
  /** Whether a legal hold forbids deleting, whatever the duration. */
  readonly legalHold: Scalars['Boolean']['output'];
};

/** How long an asset must, or may, be kept. */
export type RetentionField = GovernedField & {
  /** The source whose value is the truth. */
  readonly authority: Source;
  /** The worst drift that is not resolved. */
  readonly drift?: Maybe<Drift>;
  /** Its last change in the log. */
  readonly lastChange?: Maybe<Change>;
  /** Sources that must carry a copy of it. */
  readonly mirrors: ReadonlyArray<Source>;
  /** What each source says of it, the authority first. */
  readonly observations: ReadonlyArray<Observation>;
  /** Its path. */
  readonly path: Scalars['FieldPath']['output'];
  /** How the sources stand to one another. */
  readonly status: FieldStatus;
  /** The authority's value. */
  readonly value?: Maybe<Retention>;
  /** Changes whenever the authority's value does; opaque. Hand it to a mutation as `expectedVersion`. */
  readonly version: Scalars['String']['output'];
};

/** How long data must, or may, be kept. */
export type RetentionInput = {
  /** Why: a law, a contract, a policy. */
  readonly basis?: InputMaybe<Scalars['String']['input']>;
  /** How long. */
  readonly duration: Scalars['Duration']['input'];
  /** Whether a legal hold forbids deleting, whatever the duration. */
  readonly legalHold?: InputMaybe<Scalars['Boolean']['input']>;
};

/** A question put to a person: where the treaty says that no machine may decide, or where a guard has stopped a run. */
export type Review = {
  /** Why a person is asked, or why it was withdrawn. */
  readonly because: Scalars['String']['output'];
  /** When it was decided or withdrawn; null before that. */
  readonly closedAt?: Maybe<Scalars['DateTime']['output']>;
  /** How it was answered; null if it was not. */
  readonly decided?: Maybe<ReviewAnswer>;
  /** `review:` and a ULID. */
  readonly id: Scalars['ID']['output'];
  /** What sort of question. */
  readonly kind: ReviewKind;
  /** When the question was first put. */
  readonly openedAt: Scalars['DateTime']['output'];
  /** The mirror that differs, or the source that the guard protects. */
  readonly source: Source;
  /** How far it is. */
  readonly state: ReviewState;
  /** Stands for the question as it is now. Hand it back as `expectedVersion`, so that nothing is decided that you have not seen. */
  readonly version: Scalars['String']['output'];
};

/** How a review was answered. */
export type ReviewAnswer = {
  /** When. */
  readonly at: Scalars['DateTime']['output'];
  /** By whom. */
  readonly by: Actor;
  /** What was decided. */
  readonly decision: ReviewDecision;
  /** Why, if they said so. */
  readonly reason?: Maybe<Scalars['String']['output']>;
};

/** A page of reviews. */
export type ReviewConnection = {
  /** The reviews with their cursors. */
  readonly edges: ReadonlyArray<ReviewEdge>;
  /** The reviews alone. */
  readonly nodes: ReadonlyArray<Review>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
};

/** What can be answered. */
export type ReviewDecision =
  /** Of a field: the authority's value stands, and the mirror is put right. */
  | 'AUTHORITY'
  /** Of a field: the mirror's value stands, and is written at the authority. */
  | 'MIRROR'
  /** Of a guard: it is not done. The source stays in OBSERVE until somebody sets its mode. */
  | 'REJECT'
  /** Of a guard: what is listed is done, once, as it is listed. What has changed since counts anew. */
  | 'RELEASE'
  /** Of a field: another value stands, which is written at the authority. */
  | 'VALUE';

/** One review in a page. */
export type ReviewEdge = {
  /** Hand it back as `after`. */
  readonly cursor: Scalars['String']['output'];
  /** The review. */
  readonly node: Review;
};

/** Something happened to a review. */
export type ReviewEvent = {
  /** Hand it back as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The review as it was then. */
  readonly review: Review;
  /** What happened. */
  readonly type: ReviewEventType;
};

/** What happened to a review. */
export type ReviewEventType =
  /** It is another question now: the values differ from those that were told. */
  | 'CHANGED'
  /** Somebody has answered. */
  | 'DECIDED'
  /** A person is asked, for the first time or again. */
  | 'OPENED'
  /** It has gone away by itself. */
  | 'WITHDRAWN';

/** Which reviews. What is given must all hold; a list means any of its elements. */
export type ReviewFilter = {
  /** Ids of assets. Reviews of guards are about no single one. */
  readonly assets?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Field paths or globs of them: `columns.*`. */
  readonly fields?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Sorts of question. */
  readonly kinds?: InputMaybe<ReadonlyArray<ReviewKind>>;
  /** Canonical names of assets or globs of them: `*` within a segment, `**` across segments. */
  readonly names?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Opened at or after this moment. */
  readonly since?: InputMaybe<Scalars['DateTime']['input']>;
  /** Names or ids of sources. */
  readonly sources?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** How far they are. If left out: in a query whatever is open, in a subscription everything. */
  readonly states?: InputMaybe<ReadonlyArray<ReviewState>>;
  /** Opened before this moment. */
  readonly until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** What sort of question. */
export type ReviewKind =
  /** Whose value of a field stands. */
  | 'FIELD'
  /** Whether what a guard held back is to be done. */
  | 'GUARD';

/** How far a review is. */
export type ReviewState =
  /** Somebody has answered. */
  | 'DECIDED'
  /** Nobody has answered. */
  | 'OPEN'
  /** It has gone away by itself. */
  | 'WITHDRAWN';

/** Which sources to scan. */
export type ScanInput = {
  /** Names or ids of sources; all if left out. */
  readonly sources?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Answer only when the scans have ended. */
  readonly wait?: InputMaybe<Scalars['Boolean']['input']>;
};

/** What became of the call to scan. */
export type ScanPayload = {
  /** What each scan found; empty if it was not waited for. */
  readonly reports: ReadonlyArray<ScanReport>;
  /** Why nothing was scanned. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What one scan found. */
export type ScanReport = {
  /** Assets seen. */
  readonly assets: Scalars['Int']['output'];
  /** Of these, assets with something new. */
  readonly changed: Scalars['Int']['output'];
  /** Whether it saw everything. If not, nothing is concluded from what is missing. */
  readonly complete: Scalars['Boolean']['output'];
  /** Why it did not see everything. */
  readonly error?: Maybe<SourceProblem>;
  /** Assets that are listed but could not be read. */
  readonly failed: Scalars['Int']['output'];
  /** Assets retired. */
  readonly retired: Scalars['Int']['output'];
  /** The source. */
  readonly source: Source;
  /** Assets missed for the first time. */
  readonly suspected: Scalars['Int']['output'];
  /** How long it took, in milliseconds. */
  readonly tookMs: Scalars['Float']['output'];
};

/** Columns as the lakehouse declares them. */
export type Schema = {
  /** Nested ones are flattened, their names are dotted paths. */
  readonly columns: ReadonlyArray<SchemaColumn>;
};

/** One column as the lakehouse declares it. */
export type SchemaColumn = {
  /** Stable within the asset (the Iceberg field id). */
  readonly id: Scalars['ID']['output'];
  /** Dotted path for a nested one. */
  readonly name: Scalars['String']['output'];
  /** Whether it must have a value. */
  readonly required: Scalars['Boolean']['output'];
  /** Its type, as the lakehouse writes it. */
  readonly type: Scalars['String']['output'];
};

/** The columns of an asset. Read-only: the lakehouse has authority. */
export type SchemaField = GovernedField & {
  /** The source whose value is the truth. */
  readonly authority: Source;
  /** The worst drift that is not resolved. */
  readonly drift?: Maybe<Drift>;
  /** Its last change in the log. */
  readonly lastChange?: Maybe<Change>;
  /** Sources that must carry a copy of it. */
  readonly mirrors: ReadonlyArray<Source>;
  /** What each source says of it, the authority first. */
  readonly observations: ReadonlyArray<Observation>;
  /** Its path. */
  readonly path: Scalars['FieldPath']['output'];
  /** How the sources stand to one another. */
  readonly status: FieldStatus;
  /** The authority's value. */
  readonly value?: Maybe<Schema>;
  /** Changes whenever the authority's value does; opaque. Hand it to a mutation as `expectedVersion`. */
  readonly version: Scalars['String']['output'];
};

/** Which assets and sources; everything if empty. */
export type ScopeInput = {
  /** Ids of assets. */
  readonly assets?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Canonical names of assets or globs of them: `*` within a segment, `**` across segments. */
  readonly names?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Names or ids of sources. */
  readonly sources?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
};

/** How sensitive an asset is. */
export type SensitivityField = GovernedField & {
  /** The source whose value is the truth. */
  readonly authority: Source;
  /** The worst drift that is not resolved. */
  readonly drift?: Maybe<Drift>;
  /** Its last change in the log. */
  readonly lastChange?: Maybe<Change>;
  /** Sources that must carry a copy of it. */
  readonly mirrors: ReadonlyArray<Source>;
  /** What each source says of it, the authority first. */
  readonly observations: ReadonlyArray<Observation>;
  /** Its path. */
  readonly path: Scalars['FieldPath']['output'];
  /** How the sources stand to one another. */
  readonly status: FieldStatus;
  /** The authority's value. */
  readonly value?: Maybe<Scalars['Sensitivity']['output']>;
  /** Changes whenever the authority's value does; opaque. Hand it to a mutation as `expectedVersion`. */
  readonly version: Scalars['String']['output'];
};

/** A new value of a custom field of an asset. */
export type SetCustomFieldInput = {
  /** The asset's id. Give this or `name`. */
  readonly asset?: InputMaybe<Scalars['ID']['input']>;
  /** Answer only when every mirror has it or has failed, within a bounded time. */
  readonly awaitMirrors?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only say what would happen. */
  readonly dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** The field's `version` as you saw it; another one now refuses with VERSION_CONFLICT. */
  readonly expectedVersion?: InputMaybe<Scalars['String']['input']>;
  /** The field's name, without `custom.`. */
  readonly field: Scalars['String']['input'];
  /** A retry under the same key returns the first outcome. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The asset's canonical name. Give this or `asset`. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** Why, for the log. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  /** The value; null clears it. */
  readonly value?: InputMaybe<Scalars['JSON']['input']>;
};

/** A new description of an asset or a column. */
export type SetDescriptionInput = {
  /** The asset's id. Give this or `name`. */
  readonly asset?: InputMaybe<Scalars['ID']['input']>;
  /** Answer only when every mirror has it or has failed, within a bounded time. */
  readonly awaitMirrors?: InputMaybe<Scalars['Boolean']['input']>;
  /** The name of the column; the asset itself if left out. */
  readonly column?: InputMaybe<Scalars['String']['input']>;
  /** The text; null clears it. */
  readonly description?: InputMaybe<Scalars['String']['input']>;
  /** Only say what would happen. */
  readonly dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** The field's `version` as you saw it; another one now refuses with VERSION_CONFLICT. */
  readonly expectedVersion?: InputMaybe<Scalars['String']['input']>;
  /** A retry under the same key returns the first outcome. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The asset's canonical name. Give this or `asset`. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** Why, for the log. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
};

/** A new domain of an asset. */
export type SetDomainInput = {
  /** The asset's id. Give this or `name`. */
  readonly asset?: InputMaybe<Scalars['ID']['input']>;
  /** Answer only when every mirror has it or has failed, within a bounded time. */
  readonly awaitMirrors?: InputMaybe<Scalars['Boolean']['input']>;
  /** The domain's name; null clears it. */
  readonly domain?: InputMaybe<Scalars['String']['input']>;
  /** Only say what would happen. */
  readonly dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** The field's `version` as you saw it; another one now refuses with VERSION_CONFLICT. */
  readonly expectedVersion?: InputMaybe<Scalars['String']['input']>;
  /** A retry under the same key returns the first outcome. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The asset's canonical name. Give this or `asset`. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** Why, for the log. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
};

/** A new life cycle of an asset. */
export type SetLifecycleInput = {
  /** The asset's id. Give this or `name`. */
  readonly asset?: InputMaybe<Scalars['ID']['input']>;
  /** Answer only when every mirror has it or has failed, within a bounded time. */
  readonly awaitMirrors?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only say what would happen. */
  readonly dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** The field's `version` as you saw it; another one now refuses with VERSION_CONFLICT. */
  readonly expectedVersion?: InputMaybe<Scalars['String']['input']>;
  /** A retry under the same key returns the first outcome. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The life cycle; null clears it. */
  readonly lifecycle?: InputMaybe<LifecycleInput>;
  /** The asset's canonical name. Give this or `asset`. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** Why, for the log. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
};

/** New owners of an asset. */
export type SetOwnersInput = {
  /** The asset's id. Give this or `name`. */
  readonly asset?: InputMaybe<Scalars['ID']['input']>;
  /** Answer only when every mirror has it or has failed, within a bounded time. */
  readonly awaitMirrors?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only say what would happen. */
  readonly dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** The field's `version` as you saw it; another one now refuses with VERSION_CONFLICT. */
  readonly expectedVersion?: InputMaybe<Scalars['String']['input']>;
  /** A retry under the same key returns the first outcome. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The asset's canonical name. Give this or `asset`. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** The owners, at most 500. */
  readonly owners: ReadonlyArray<OwnerInput>;
  /** Why, for the log. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
};

/** A new retention of an asset. */
export type SetRetentionInput = {
  /** The asset's id. Give this or `name`. */
  readonly asset?: InputMaybe<Scalars['ID']['input']>;
  /** Answer only when every mirror has it or has failed, within a bounded time. */
  readonly awaitMirrors?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only say what would happen. */
  readonly dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** The field's `version` as you saw it; another one now refuses with VERSION_CONFLICT. */
  readonly expectedVersion?: InputMaybe<Scalars['String']['input']>;
  /** A retry under the same key returns the first outcome. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The asset's canonical name. Give this or `asset`. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** Why, for the log. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  /** The retention; null clears it. */
  readonly retention?: InputMaybe<RetentionInput>;
};

/** A new sensitivity of an asset. */
export type SetSensitivityInput = {
  /** The asset's id. Give this or `name`. */
  readonly asset?: InputMaybe<Scalars['ID']['input']>;
  /** Answer only when every mirror has it or has failed, within a bounded time. */
  readonly awaitMirrors?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only say what would happen. */
  readonly dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** The field's `version` as you saw it; another one now refuses with VERSION_CONFLICT. */
  readonly expectedVersion?: InputMaybe<Scalars['String']['input']>;
  /** A retry under the same key returns the first outcome. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The asset's canonical name. Give this or `asset`. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** Why, for the log. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  /** The level; null clears it. */
  readonly sensitivity?: InputMaybe<Scalars['Sensitivity']['input']>;
};

/** A new mode of a source. */
export type SetSourceModeInput = {
  /** What may be done to it. */
  readonly mode: SourceMode;
  /** Why, for the log. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  /** The source: its name or its id. */
  readonly source: Scalars['ID']['input'];
};

/** What became of the call to set a mode. */
export type SetSourceModePayload = {
  /** The source as it is now. */
  readonly source?: Maybe<Source>;
  /** Why nothing was changed. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** One connected system. Of one that is no longer connected only `id` and `name` are known. */
export type Source = Node & {
  /** Where it is. */
  readonly address?: Maybe<Scalars['String']['output']>;
  /** What it can do. */
  readonly capabilities?: Maybe<SourceCapabilities>;
  /** How many scans saw everything. */
  readonly completeScans: Scalars['Int']['output'];
  /** Why it does not answer; null if it was well at the last look. */
  readonly error?: Maybe<SourceProblem>;
  /** Since when it does not answer at all; null while it does. */
  readonly failingSince?: Maybe<Scalars['DateTime']['output']>;
  /** `source:` and its name. */
  readonly id: Scalars['ID']['output'];
  /** When the last scan that saw everything ended. */
  readonly lastCompleteScanAt?: Maybe<Scalars['DateTime']['output']>;
  /** When the last scan began. */
  readonly lastScanStartedAt?: Maybe<Scalars['DateTime']['output']>;
  /** What may be done to it. */
  readonly mode?: Maybe<SourceMode>;
  /** Its name in the configuration. */
  readonly name: Scalars['String']['output'];
  /** What it is for. */
  readonly role?: Maybe<SourceRole>;
  /** Assets that the running scan has seen. */
  readonly scanned: Scalars['Int']['output'];
  /** Whether a scan is running. */
  readonly scanning: Scalars['Boolean']['output'];
  /** How it stands. */
  readonly state: SourceState;
  /** What sort of system: `iceberg-rest`, `embedded`. */
  readonly type?: Maybe<Scalars['String']['output']>;
};

/** What a source can do. */
export type SourceCapabilities = {
  /** It refuses a write atomically when the version is no longer current. */
  readonly conditionalWrite: Scalars['Boolean']['output'];
  /** It can be given assets that it does not hold yet. */
  readonly createsAssets: Scalars['Boolean']['output'];
  /** The fields that it can hold; any other reads as UNKNOWN there. */
  readonly fields: ReadonlyArray<FieldCapability>;
  /** An asset missing from its complete listings is gone. */
  readonly provesExistence: Scalars['Boolean']['output'];
};

/** A source is not as it was. */
export type SourceEvent = {
  /** The source as it is now. */
  readonly source: Source;
  /** What happened. */
  readonly type: SourceEventType;
};

/** What happened to a source. */
export type SourceEventType =
  /** Its state, mode or scan is another one. */
  | 'CHANGED'
  /** How it stood when the subscription began. */
  | 'CURRENT';

/** What may be done to a source, the most restrictive first. */
export type SourceMode =
  /** The treaty is enforced. */
  | 'ENFORCE'
  /** Drift is told, nothing is written. */
  | 'OBSERVE'
  /** It is neither read nor written. */
  | 'PAUSE'
  /** Only what it does not have yet is written. */
  | 'SEED_ONCE';

/** The mode of one source. */
export type SourceModeSetting = {
  /** Its mode. */
  readonly mode: SourceMode;
  /** The source. */
  readonly source: Source;
};

/** Why a source did not answer as hoped. */
export type SourceProblem = {
  /** Such as `unreachable`, `timeout`, `unauthorized`. */
  readonly code: Scalars['String']['output'];
  /** What happened. */
  readonly message: Scalars['String']['output'];
  /** Milliseconds that it asked to be left alone. */
  readonly retryAfterMs?: Maybe<Scalars['Int']['output']>;
};

/** The name or stable id under which one source knows an asset. Give `name`, `stableId` or both. */
export type SourceReferenceInput = {
  /** What it is; any kind if left out. */
  readonly kind?: InputMaybe<AssetKind>;
  /** The path of names there, from the outermost in: ["finance", "orders"]. */
  readonly name?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** The source: its name or its id. */
  readonly source: Scalars['ID']['input'];
  /** The id that survives a rename there. */
  readonly stableId?: InputMaybe<Scalars['String']['input']>;
};

/** What a source is for. */
export type SourceRole =
  /** A governance catalog. */
  | 'CATALOG'
  /** Technical fabric: a lakehouse catalog. */
  | 'LAKEHOUSE';

/** How a source stands. */
export type SourceState =
  /** It did not answer as hoped; `error` says why. */
  | 'FAILING'
  /** It is no longer in the configuration. */
  | 'NOT_CONNECTED'
  /** It answered at the last look. */
  | 'UP';

/** What can be followed. A cursor from any event resumes where it left off, without gap or duplicate. */
export type Subscription = {
  /** Replays what came after the cursor, then follows live, without gap or duplicate. */
  readonly changes: Change;
  /** Every opening, change and resolution of drift. */
  readonly drift: DriftEvent;
  /** Every question that is put to a person, changes, is answered or goes away. */
  readonly reviews: ReviewEvent;
  /** Every source as it is now, then again whenever its state, mode or scan is another one. */
  readonly sources: SourceEvent;
};


/** What can be followed. A cursor from any event resumes where it left off, without gap or duplicate. */
export type SubscriptionChangesArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  filter?: InputMaybe<ChangeFilter>;
};


/** What can be followed. A cursor from any event resumes where it left off, without gap or duplicate. */
export type SubscriptionDriftArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  filter?: InputMaybe<DriftFilter>;
  initial?: InputMaybe<Scalars['Boolean']['input']>;
};


/** What can be followed. A cursor from any event resumes where it left off, without gap or duplicate. */
export type SubscriptionReviewsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  filter?: InputMaybe<ReviewFilter>;
};

/** A text in words: the description of an asset or a column. */
export type TextField = GovernedField & {
  /** The source whose value is the truth. */
  readonly authority: Source;
  /** The worst drift that is not resolved. */
  readonly drift?: Maybe<Drift>;
  /** Its last change in the log. */
  readonly lastChange?: Maybe<Change>;
  /** Sources that must carry a copy of it. */
  readonly mirrors: ReadonlyArray<Source>;
  /** What each source says of it, the authority first. */
  readonly observations: ReadonlyArray<Observation>;
  /** Its path. */
  readonly path: Scalars['FieldPath']['output'];
  /** How the sources stand to one another. */
  readonly status: FieldStatus;
  /** The authority's value. */
  readonly value?: Maybe<Scalars['String']['output']>;
  /** Changes whenever the authority's value does; opaque. Hand it to a mutation as `expectedVersion`. */
  readonly version: Scalars['String']['output'];
};

/** The policy that says for every field who has authority. */
export type Treaty = {
  /** When a missing asset is retired. */
  readonly deletion: TreatyDeletion;
  /** How much one scan or run may remove or rewrite before it stops and asks. */
  readonly guards: TreatyGuards;
  /** SHA-256 of its normalised text, hex. */
  readonly hash: Scalars['String']['output'];
  /** Its rules. */
  readonly rules: ReadonlyArray<TreatyRule>;
  /** Levels of sensitivity, the lowest first. */
  readonly sensitivityLevels: ReadonlyArray<Scalars['String']['output']>;
};

/** When a missing asset is retired. */
export type TreatyDeletion = {
  /** Time that must have passed since the first miss. */
  readonly grace: Scalars['Duration']['output'];
  /** Complete scans in a row that must miss it. */
  readonly misses: Scalars['Int']['output'];
};

/** How much one scan or run may remove, rewrite or take to be gone before it stops and asks. Whichever bound is met first holds. */
export type TreatyGuards = {
  /** Assets that lose something, in percent of those in the source. Up to 25 assets it does not apply. */
  readonly maxRemovalPercent: Scalars['Float']['output'];
  /** Values that go or lose an element. */
  readonly maxRemovals: Scalars['Int']['output'];
  /** The same, in percent of those in the source. Up to 25 assets it does not apply. */
  readonly maxRetirementPercent: Scalars['Float']['output'];
  /** Assets that are taken to be gone. */
  readonly maxRetirements: Scalars['Int']['output'];
  /** Assets in which something is replaced, in percent of those in the source. Up to 25 assets it does not apply. */
  readonly maxRewritePercent: Scalars['Float']['output'];
  /** Values that are replaced. */
  readonly maxRewrites: Scalars['Int']['output'];
};

/** One rule of the treaty. */
export type TreatyRule = {
  /** The source whose value is the truth. */
  readonly authority: Source;
  /** The mode where `modes` names none. */
  readonly defaultMode: SourceMode;
  /** `replace`, `set` or `map`. */
  readonly merge: Scalars['String']['output'];
  /** Sources that must carry a copy of it. */
  readonly mirrors: ReadonlyArray<Source>;
  /** Modes for single sources. The source's own mode holds where it is more restrictive. */
  readonly modes: ReadonlyArray<SourceModeSetting>;
  /** Stands in the log wherever the rule decided. */
  readonly name: Scalars['String']['output'];
  /** `authority`, `most-restrictive`, `newest-at-authority` or `review`. */
  readonly onConflict: Scalars['String']['output'];
  /** `authority`, `union` or `review`. */
  readonly onFirstSight: Scalars['String']['output'];
  /** `revert`, `adopt` or `review`. */
  readonly onForeignWrite: Scalars['String']['output'];
};

/** Something that the caller or a source did wrong. */
export type UserError = {
  /** What sort of error. */
  readonly code: UserErrorCode;
  /** What happened, and what to do. */
  readonly message: Scalars['String']['output'];
  /** Where in the input: ["owners", "0", "principal"]. */
  readonly path: ReadonlyArray<Scalars['String']['output']>;
};

/** A sort of error that the caller can do something about. */
export type UserErrorCode =
  /** Somebody else was quicker. */
  | 'ALREADY_DECIDED'
  /** There is no such asset. */
  | 'ASSET_NOT_FOUND'
  /** The asset is gone. */
  | 'ASSET_RETIRED'
  /** Too much is going on; try again. */
  | 'BUSY'
  /** The authority cannot hold the value. */
  | 'CANNOT_HOLD'
  /** You may not do this. */
  | 'FORBIDDEN'
  /** The key was used with another request. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /** The input contradicts itself or is out of bounds. */
  | 'INVALID_INPUT'
  /** The value is none of this field. */
  | 'INVALID_VALUE'
  /** The ledger was replaced by an older copy of itself while this gateway ran. Start it anew. */
  | 'LEDGER_REPLACED'
  /** The authority may hold the write. Retry with the same idempotency key. */
  | 'OUTCOME_UNKNOWN'
  /** The field cannot be set through the gateway. */
  | 'READ_ONLY_FIELD'
  /** There is no such review. */
  | 'REVIEW_NOT_FOUND'
  /** The question has gone away by itself. */
  | 'REVIEW_WITHDRAWN'
  /** The authority may only be read. */
  | 'SOURCE_IN_OBSERVE_MODE'
  /** There is no such source. */
  | 'SOURCE_NOT_FOUND'
  /** The authority is paused. */
  | 'SOURCE_PAUSED'
  /** The authority refused the write. */
  | 'SOURCE_REJECTED'
  /** The authority does not answer. */
  | 'SOURCE_UNAVAILABLE'
  /** This gateway was started with another treaty than the one in force. Ask another gateway. */
  | 'TREATY_OUTDATED'
  /** There is no such field on this asset. */
  | 'UNKNOWN_FIELD'
  /** The field has changed since you saw it. */
  | 'VERSION_CONFLICT';



export type ResolverTypeWrapper<T> = Promise<T> | T;


export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;




/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  GovernedField:
    | ( FieldModel )
    | ( FieldModel )
    | ( FieldModel )
    | ( FieldModel )
    | ( FieldModel )
    | ( FieldModel )
    | ( FieldModel )
    | ( FieldModel )
    | ( FieldModel )
  ;
  Node:
    | ( AssetModel )
    | ( ChangeModel )
    | ( DriftModel )
    | ( FieldReviewModel )
    | ( GuardReviewModel )
    | ( SourceModel )
  ;
  Review:
    | ( FieldReviewModel )
    | ( GuardReviewModel )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Actor: ResolverTypeWrapper<Actor>;
  ActorKind: ActorKind;
  AgreedBase: ResolverTypeWrapper<AgreedBaseModel>;
  ApplyChangesInput: ApplyChangesInput;
  ApplyChangesPayload: ResolverTypeWrapper<ApplyChangesModel>;
  Asset: ResolverTypeWrapper<AssetModel>;
  AssetConnection: ResolverTypeWrapper<AssetConnectionModel>;
  AssetEdge: ResolverTypeWrapper<AssetEdgeModel>;
  AssetFilter: AssetFilter;
  AssetKind: AssetKind;
  AssetOrder: AssetOrder;
  AssetOrderBy: AssetOrderBy;
  AssetState: AssetState;
  Binding: ResolverTypeWrapper<BindingModel>;
  BindingState: BindingState;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Change: ResolverTypeWrapper<ChangeModel>;
  ChangeConnection: ResolverTypeWrapper<ChangeConnectionModel>;
  ChangeEdge: ResolverTypeWrapper<ChangeEdgeModel>;
  ChangeFilter: ChangeFilter;
  ChangeInput: ChangeInput;
  ChangeKind: ChangeKind;
  ChangeOperation: ChangeOperation;
  ChangePageInfo: ResolverTypeWrapper<ChangePageInfo>;
  Classification: ResolverTypeWrapper<Classification>;
  ClassificationInput: ClassificationInput;
  ClassificationsField: ResolverTypeWrapper<FieldModel>;
  ClassificationsInput: ClassificationsInput;
  Column: ResolverTypeWrapper<ColumnModel>;
  ColumnConnection: ResolverTypeWrapper<ColumnConnectionModel>;
  ColumnEdge: ResolverTypeWrapper<ColumnEdgeModel>;
  Cursor: ResolverTypeWrapper<Scalars['Cursor']['output']>;
  CustomField: ResolverTypeWrapper<FieldModel>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DecideReviewInput: DecideReviewInput;
  DecideReviewPayload: ResolverTypeWrapper<DecideReviewModel>;
  DecideReviewsInput: DecideReviewsInput;
  DecideReviewsPayload: ResolverTypeWrapper<DecideReviewsModel>;
  Delivery: ResolverTypeWrapper<DeliveryModel>;
  DeliveryRole: DeliveryRole;
  DeliveryStatus: DeliveryStatus;
  Domain: ResolverTypeWrapper<Domain>;
  DomainField: ResolverTypeWrapper<FieldModel>;
  Drift: ResolverTypeWrapper<DriftModel>;
  DriftConnection: ResolverTypeWrapper<DriftConnectionModel>;
  DriftEdge: ResolverTypeWrapper<DriftEdgeModel>;
  DriftEvent: ResolverTypeWrapper<DriftEventModel>;
  DriftEventType: DriftEventType;
  DriftFilter: DriftFilter;
  DriftKind: DriftKind;
  DriftState: DriftState;
  Duration: ResolverTypeWrapper<Scalars['Duration']['output']>;
  ExplainedRule: ResolverTypeWrapper<ExplainedRule>;
  Explanation: ResolverTypeWrapper<ExplanationModel>;
  FieldCapability: ResolverTypeWrapper<CapabilityModel>;
  FieldChangePayload: ResolverTypeWrapper<FieldChangeModel>;
  FieldPath: ResolverTypeWrapper<Scalars['FieldPath']['output']>;
  FieldReview: ResolverTypeWrapper<FieldReviewModel>;
  FieldStatus: FieldStatus;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  Freshness: Freshness;
  GovernedField: ResolverTypeWrapper<FieldModel>;
  GuardCount: ResolverTypeWrapper<GuardCount>;
  GuardEffect: GuardEffect;
  GuardReview: ResolverTypeWrapper<GuardReviewModel>;
  HeldChange: ResolverTypeWrapper<HeldChangeModel>;
  HeldChangeConnection: ResolverTypeWrapper<HeldChangeConnectionModel>;
  HeldChangeEdge: ResolverTypeWrapper<HeldChangeEdgeModel>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  Label: ResolverTypeWrapper<Label>;
  Lifecycle: ResolverTypeWrapper<Lifecycle>;
  LifecycleField: ResolverTypeWrapper<FieldModel>;
  LifecycleInput: LifecycleInput;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  Observation: ResolverTypeWrapper<ObservationModel>;
  ObservationState: ObservationState;
  OrderDirection: OrderDirection;
  Owner: ResolverTypeWrapper<OwnerModel>;
  OwnerInput: OwnerInput;
  OwnersField: ResolverTypeWrapper<FieldModel>;
  OwnersInput: OwnersInput;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Plan: ResolverTypeWrapper<PlanModel>;
  PlanAction: PlanAction;
  PlanItem: ResolverTypeWrapper<PlanItemModel>;
  Principal: ResolverTypeWrapper<PrincipalModel>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ReconcileInput: ReconcileInput;
  ReconcilePayload: ResolverTypeWrapper<ReconcilePayload>;
  Retention: ResolverTypeWrapper<Retention>;
  RetentionField: ResolverTypeWrapper<FieldModel>;
  RetentionInput: RetentionInput;
  Review: ResolverTypeWrapper<ReviewModel>;
  ReviewAnswer: ResolverTypeWrapper<ReviewAnswerModel>;
  ReviewConnection: ResolverTypeWrapper<ReviewConnectionModel>;
  ReviewDecision: ReviewDecision;
  ReviewEdge: ResolverTypeWrapper<ReviewEdgeModel>;
  ReviewEvent: ResolverTypeWrapper<ReviewEventModel>;
  ReviewEventType: ReviewEventType;
  ReviewFilter: ReviewFilter;
  ReviewKind: ReviewKind;
  ReviewState: ReviewState;
  ScanInput: ScanInput;
  ScanPayload: ResolverTypeWrapper<Omit<ScanPayload, 'reports'> & { reports: ReadonlyArray<ResolversTypes['ScanReport']> }>;
  ScanReport: ResolverTypeWrapper<ScanReportModel>;
  Schema: ResolverTypeWrapper<Schema>;
  SchemaColumn: ResolverTypeWrapper<SchemaColumn>;
  SchemaField: ResolverTypeWrapper<FieldModel>;
  ScopeInput: ScopeInput;
  Sensitivity: ResolverTypeWrapper<Scalars['Sensitivity']['output']>;
  SensitivityField: ResolverTypeWrapper<FieldModel>;
  SetCustomFieldInput: SetCustomFieldInput;
  SetDescriptionInput: SetDescriptionInput;
  SetDomainInput: SetDomainInput;
  SetLifecycleInput: SetLifecycleInput;
  SetOwnersInput: SetOwnersInput;
  SetRetentionInput: SetRetentionInput;
  SetSensitivityInput: SetSensitivityInput;
  SetSourceModeInput: SetSourceModeInput;
  SetSourceModePayload: ResolverTypeWrapper<Omit<SetSourceModePayload, 'source'> & { source?: Maybe<ResolversTypes['Source']> }>;
  Source: ResolverTypeWrapper<SourceModel>;
  SourceCapabilities: ResolverTypeWrapper<CapabilitiesModel>;
  SourceEvent: ResolverTypeWrapper<SourceEventModel>;
  SourceEventType: SourceEventType;
  SourceMode: SourceMode;
  SourceModeSetting: ResolverTypeWrapper<SourceModeModel>;
  SourceProblem: ResolverTypeWrapper<SourceProblem>;
  SourceReferenceInput: SourceReferenceInput;
  SourceRole: SourceRole;
  SourceState: SourceState;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  TextField: ResolverTypeWrapper<FieldModel>;
  Treaty: ResolverTypeWrapper<TreatyModel>;
  TreatyDeletion: ResolverTypeWrapper<TreatyDeletionModel>;
  TreatyGuards: ResolverTypeWrapper<TreatyGuards>;
  TreatyRule: ResolverTypeWrapper<TreatyRuleModel>;
  UserError: ResolverTypeWrapper<UserError>;
  UserErrorCode: UserErrorCode;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Actor: Actor;
  AgreedBase: AgreedBaseModel;
  ApplyChangesInput: ApplyChangesInput;
  ApplyChangesPayload: ApplyChangesModel;
  Asset: AssetModel;
  AssetConnection: AssetConnectionModel;
  AssetEdge: AssetEdgeModel;
  AssetFilter: AssetFilter;
  AssetOrder: AssetOrder;
  Binding: BindingModel;
  Boolean: Scalars['Boolean']['output'];
  Change: ChangeModel;
  ChangeConnection: ChangeConnectionModel;
  ChangeEdge: ChangeEdgeModel;
  ChangeFilter: ChangeFilter;
  ChangeInput: ChangeInput;
  ChangePageInfo: ChangePageInfo;
  Classification: Classification;
  ClassificationInput: ClassificationInput;
  ClassificationsField: FieldModel;
  ClassificationsInput: ClassificationsInput;
  Column: ColumnModel;
  ColumnConnection: ColumnConnectionModel;
  ColumnEdge: ColumnEdgeModel;
  Cursor: Scalars['Cursor']['output'];
  CustomField: FieldModel;
  DateTime: Scalars['DateTime']['output'];
  DecideReviewInput: DecideReviewInput;
  DecideReviewPayload: DecideReviewModel;
  DecideReviewsInput: DecideReviewsInput;
  DecideReviewsPayload: DecideReviewsModel;
  Delivery: DeliveryModel;
  Domain: Domain;
  DomainField: FieldModel;
  Drift: DriftModel;
  DriftConnection: DriftConnectionModel;
  DriftEdge: DriftEdgeModel;
  DriftEvent: DriftEventModel;
  DriftFilter: DriftFilter;
  Duration: Scalars['Duration']['output'];
  ExplainedRule: ExplainedRule;
  Explanation: ExplanationModel;
  FieldCapability: CapabilityModel;
  FieldChangePayload: FieldChangeModel;
  FieldPath: Scalars['FieldPath']['output'];
  FieldReview: FieldReviewModel;
  Float: Scalars['Float']['output'];
  GovernedField: FieldModel;
  GuardCount: GuardCount;
  GuardReview: GuardReviewModel;
  HeldChange: HeldChangeModel;
  HeldChangeConnection: HeldChangeConnectionModel;
  HeldChangeEdge: HeldChangeEdgeModel;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  JSON: Scalars['JSON']['output'];
  Label: Label;
  Lifecycle: Lifecycle;
  LifecycleField: FieldModel;
  LifecycleInput: LifecycleInput;
  Mutation: Record<PropertyKey, never>;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  Observation: ObservationModel;
  Owner: OwnerModel;
  OwnerInput: OwnerInput;
  OwnersField: FieldModel;
  OwnersInput: OwnersInput;
  PageInfo: PageInfo;
  Plan: PlanModel;
  PlanItem: PlanItemModel;
  Principal: PrincipalModel;
  Query: Record<PropertyKey, never>;
  ReconcileInput: ReconcileInput;
  ReconcilePayload: ReconcilePayload;
  Retention: Retention;
  RetentionField: FieldModel;
  RetentionInput: RetentionInput;
  Review: ReviewModel;
  ReviewAnswer: ReviewAnswerModel;
  ReviewConnection: ReviewConnectionModel;
  ReviewEdge: ReviewEdgeModel;
  ReviewEvent: ReviewEventModel;
  ReviewFilter: ReviewFilter;
  ScanInput: ScanInput;
  ScanPayload: Omit<ScanPayload, 'reports'> & { reports: ReadonlyArray<ResolversParentTypes['ScanReport']> };
  ScanReport: ScanReportModel;
  Schema: Schema;
  SchemaColumn: SchemaColumn;
  SchemaField: FieldModel;
  ScopeInput: ScopeInput;
  Sensitivity: Scalars['Sensitivity']['output'];
  SensitivityField: FieldModel;
  SetCustomFieldInput: SetCustomFieldInput;
  SetDescriptionInput: SetDescriptionInput;
  SetDomainInput: SetDomainInput;
  SetLifecycleInput: SetLifecycleInput;
  SetOwnersInput: SetOwnersInput;
  SetRetentionInput: SetRetentionInput;
  SetSensitivityInput: SetSensitivityInput;
  SetSourceModeInput: SetSourceModeInput;
  SetSourceModePayload: Omit<SetSourceModePayload, 'source'> & { source?: Maybe<ResolversParentTypes['Source']> };
  Source: SourceModel;
  SourceCapabilities: CapabilitiesModel;
  SourceEvent: SourceEventModel;
  SourceModeSetting: SourceModeModel;
  SourceProblem: SourceProblem;
  SourceReferenceInput: SourceReferenceInput;
  String: Scalars['String']['output'];
  Subscription: Record<PropertyKey, never>;
  TextField: FieldModel;
  Treaty: TreatyModel;
  TreatyDeletion: TreatyDeletionModel;
  TreatyGuards: TreatyGuards;
  TreatyRule: TreatyRuleModel;
  UserError: UserError;
};

export type ActorResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Actor'] = ResolversParentTypes['Actor']> = {
  id?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ActorKind'], ParentType, ContextType>;
  onBehalfOf?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type AgreedBaseResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['AgreedBase'] = ResolversParentTypes['AgreedBase']> = {
  known?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  mirror?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  value?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
};

export type ApplyChangesPayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['ApplyChangesPayload'] = ResolversParentTypes['ApplyChangesPayload']> = {
  failed?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  results?: Resolver<ReadonlyArray<ResolversTypes['FieldChangePayload']>, ParentType, ContextType>;
  succeeded?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type AssetResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Asset'] = ResolversParentTypes['Asset']> = {
  bindings?: Resolver<ReadonlyArray<ResolversTypes['Binding']>, ParentType, ContextType>;
  changes?: Resolver<ResolversTypes['ChangeConnection'], ParentType, ContextType, Partial<AssetChangesArgs>>;
  classifications?: Resolver<ResolversTypes['ClassificationsField'], ParentType, ContextType>;
  columns?: Resolver<ResolversTypes['ColumnConnection'], ParentType, ContextType, Partial<AssetColumnsArgs>>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  custom?: Resolver<Maybe<ResolversTypes['CustomField']>, ParentType, ContextType, RequireFields<AssetCustomArgs, 'name'>>;
  description?: Resolver<ResolversTypes['TextField'], ParentType, ContextType>;
  domain?: Resolver<ResolversTypes['DomainField'], ParentType, ContextType>;
  drift?: Resolver<ResolversTypes['DriftConnection'], ParentType, ContextType, Partial<AssetDriftArgs>>;
  fields?: Resolver<ReadonlyArray<ResolversTypes['GovernedField']>, ParentType, ContextType, Partial<AssetFieldsArgs>>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['AssetKind'], ParentType, ContextType>;
  labels?: Resolver<ReadonlyArray<ResolversTypes['Label']>, ParentType, ContextType>;
  lifecycle?: Resolver<ResolversTypes['LifecycleField'], ParentType, ContextType>;
  missingSince?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  owners?: Resolver<ResolversTypes['OwnersField'], ParentType, ContextType>;
  retention?: Resolver<ResolversTypes['RetentionField'], ParentType, ContextType>;
  retiredAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  schema?: Resolver<Maybe<ResolversTypes['SchemaField']>, ParentType, ContextType>;
  sensitivity?: Resolver<ResolversTypes['SensitivityField'], ParentType, ContextType>;
  stale?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['AssetState'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['FieldStatus'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AssetConnectionResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['AssetConnection'] = ResolversParentTypes['AssetConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['AssetEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Asset']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type AssetEdgeResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['AssetEdge'] = ResolversParentTypes['AssetEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Asset'], ParentType, ContextType>;
};

export type BindingResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Binding'] = ResolversParentTypes['Binding']> = {
  misses?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  nativeName?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  observedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  stableId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  stale?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['BindingState'], ParentType, ContextType>;
  url?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  version?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ChangeResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Change'] = ResolversParentTypes['Change']> = {
  actor?: Resolver<ResolversTypes['Actor'], ParentType, ContextType>;
  after?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  asset?: Resolver<Maybe<ResolversTypes['Asset']>, ParentType, ContextType>;
  assetName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  before?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  causedBy?: Resolver<Maybe<ResolversTypes['Change']>, ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  detail?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  drift?: Resolver<Maybe<ResolversTypes['Drift']>, ParentType, ContextType>;
  field?: Resolver<Maybe<ResolversTypes['FieldPath']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ChangeKind'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  rule?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  source?: Resolver<Maybe<ResolversTypes['Source']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ChangeConnectionResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['ChangeConnection'] = ResolversParentTypes['ChangeConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ChangeEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Change']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['ChangePageInfo'], ParentType, ContextType>;
};

export type ChangeEdgeResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['ChangeEdge'] = ResolversParentTypes['ChangeEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Change'], ParentType, ContextType>;
};

export type ChangePageInfoResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['ChangePageInfo'] = ResolversParentTypes['ChangePageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
};

export type ClassificationResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Classification'] = ResolversParentTypes['Classification']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ClassificationsFieldResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['ClassificationsField'] = ResolversParentTypes['ClassificationsField']> = {
  authority?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  drift?: Resolver<Maybe<ResolversTypes['Drift']>, ParentType, ContextType>;
  lastChange?: Resolver<Maybe<ResolversTypes['Change']>, ParentType, ContextType>;
  mirrors?: Resolver<ReadonlyArray<ResolversTypes['Source']>, ParentType, ContextType>;
  observations?: Resolver<ReadonlyArray<ResolversTypes['Observation']>, ParentType, ContextType>;
  path?: Resolver<ResolversTypes['FieldPath'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['FieldStatus'], ParentType, ContextType>;
  value?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Classification']>>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ColumnResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Column'] = ResolversParentTypes['Column']> = {
  classifications?: Resolver<ResolversTypes['ClassificationsField'], ParentType, ContextType>;
  description?: Resolver<ResolversTypes['TextField'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  required?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ColumnConnectionResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['ColumnConnection'] = ResolversParentTypes['ColumnConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ColumnEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Column']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ColumnEdgeResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['ColumnEdge'] = ResolversParentTypes['ColumnEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Column'], ParentType, ContextType>;
};

export interface CursorScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Cursor'], any> {
  name: 'Cursor';
}

export type CustomFieldResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['CustomField'] = ResolversParentTypes['CustomField']> = {
  authority?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  drift?: Resolver<Maybe<ResolversTypes['Drift']>, ParentType, ContextType>;
  lastChange?: Resolver<Maybe<ResolversTypes['Change']>, ParentType, ContextType>;
  mirrors?: Resolver<ReadonlyArray<ResolversTypes['Source']>, ParentType, ContextType>;
  observations?: Resolver<ReadonlyArray<ResolversTypes['Observation']>, ParentType, ContextType>;
  path?: Resolver<ResolversTypes['FieldPath'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['FieldStatus'], ParentType, ContextType>;
  value?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DecideReviewPayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['DecideReviewPayload'] = ResolversParentTypes['DecideReviewPayload']> = {
  review?: Resolver<Maybe<ResolversTypes['Review']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type DecideReviewsPayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['DecideReviewsPayload'] = ResolversParentTypes['DecideReviewsPayload']> = {
  results?: Resolver<ReadonlyArray<ResolversTypes['DecideReviewPayload']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type DeliveryResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Delivery'] = ResolversParentTypes['Delivery']> = {
  appliedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  role?: Resolver<ResolversTypes['DeliveryRole'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['DeliveryStatus'], ParentType, ContextType>;
};

export type DomainResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Domain'] = ResolversParentTypes['Domain']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type DomainFieldResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['DomainField'] = ResolversParentTypes['DomainField']> = {
  authority?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  drift?: Resolver<Maybe<ResolversTypes['Drift']>, ParentType, ContextType>;
  lastChange?: Resolver<Maybe<ResolversTypes['Change']>, ParentType, ContextType>;
  mirrors?: Resolver<ReadonlyArray<ResolversTypes['Source']>, ParentType, ContextType>;
  observations?: Resolver<ReadonlyArray<ResolversTypes['Observation']>, ParentType, ContextType>;
  path?: Resolver<ResolversTypes['FieldPath'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['FieldStatus'], ParentType, ContextType>;
  value?: Resolver<Maybe<ResolversTypes['Domain']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type DriftResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Drift'] = ResolversParentTypes['Drift']> = {
  asset?: Resolver<ResolversTypes['Asset'], ParentType, ContextType>;
  authority?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  base?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  field?: Resolver<ResolversTypes['FieldPath'], ParentType, ContextType>;
  found?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  hasBase?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['DriftKind'], ParentType, ContextType>;
  note?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  openedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  resolution?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  resolvedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  rule?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['DriftState'], ParentType, ContextType>;
  wanted?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type DriftConnectionResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['DriftConnection'] = ResolversParentTypes['DriftConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['DriftEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Drift']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type DriftEdgeResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['DriftEdge'] = ResolversParentTypes['DriftEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Drift'], ParentType, ContextType>;
};

export type DriftEventResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['DriftEvent'] = ResolversParentTypes['DriftEvent']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  drift?: Resolver<ResolversTypes['Drift'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['DriftEventType'], ParentType, ContextType>;
};

export interface DurationScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Duration'], any> {
  name: 'Duration';
}

export type ExplainedRuleResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['ExplainedRule'] = ResolversParentTypes['ExplainedRule']> = {
  because?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  decides?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  elements?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ExplanationResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Explanation'] = ResolversParentTypes['Explanation']> = {
  asset?: Resolver<ResolversTypes['Asset'], ParentType, ContextType>;
  bases?: Resolver<ReadonlyArray<ResolversTypes['AgreedBase']>, ParentType, ContextType>;
  decision?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<ResolversTypes['GovernedField'], ParentType, ContextType>;
  modes?: Resolver<ReadonlyArray<ResolversTypes['SourceModeSetting']>, ParentType, ContextType>;
  rules?: Resolver<ReadonlyArray<ResolversTypes['ExplainedRule']>, ParentType, ContextType>;
};

export type FieldCapabilityResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['FieldCapability'] = ResolversParentTypes['FieldCapability']> = {
  field?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  kinds?: Resolver<ReadonlyArray<ResolversTypes['AssetKind']>, ParentType, ContextType>;
  many?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  write?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type FieldChangePayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['FieldChangePayload'] = ResolversParentTypes['FieldChangePayload']> = {
  asset?: Resolver<Maybe<ResolversTypes['Asset']>, ParentType, ContextType>;
  change?: Resolver<Maybe<ResolversTypes['Change']>, ParentType, ContextType>;
  deliveries?: Resolver<ReadonlyArray<ResolversTypes['Delivery']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export interface FieldPathScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['FieldPath'], any> {
  name: 'FieldPath';
}

export type FieldReviewResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['FieldReview'] = ResolversParentTypes['FieldReview']> = {
  asset?: Resolver<ResolversTypes['Asset'], ParentType, ContextType>;
  authority?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  authorityValue?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  base?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  because?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  closedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  decided?: Resolver<Maybe<ResolversTypes['ReviewAnswer']>, ParentType, ContextType>;
  drift?: Resolver<Maybe<ResolversTypes['Drift']>, ParentType, ContextType>;
  field?: Resolver<ResolversTypes['FieldPath'], ParentType, ContextType>;
  hasBase?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ReviewKind'], ParentType, ContextType>;
  mirrorValue?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  openedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  rule?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ReviewState'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type GovernedFieldResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['GovernedField'] = ResolversParentTypes['GovernedField']> = {
  __resolveType: TypeResolveFn<'ClassificationsField' | 'CustomField' | 'DomainField' | 'LifecycleField' | 'OwnersField' | 'RetentionField' | 'SchemaField' | 'SensitivityField' | 'TextField', ParentType, ContextType>;
};

export type GuardCountResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['GuardCount'] = ResolversParentTypes['GuardCount']> = {
  assets?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  changes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type GuardReviewResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['GuardReview'] = ResolversParentTypes['GuardReview']> = {
  because?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  bound?: Resolver<ResolversTypes['GuardCount'], ParentType, ContextType>;
  changes?: Resolver<ResolversTypes['HeldChangeConnection'], ParentType, ContextType, Partial<GuardReviewChangesArgs>>;
  closedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  decided?: Resolver<Maybe<ResolversTypes['ReviewAnswer']>, ParentType, ContextType>;
  effect?: Resolver<ResolversTypes['GuardEffect'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ReviewKind'], ParentType, ContextType>;
  listed?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  modeBefore?: Resolver<ResolversTypes['SourceMode'], ParentType, ContextType>;
  openedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  spent?: Resolver<ResolversTypes['GuardCount'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ReviewState'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type HeldChangeResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['HeldChange'] = ResolversParentTypes['HeldChange']> = {
  after?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  asset?: Resolver<ResolversTypes['Asset'], ParentType, ContextType>;
  before?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  effect?: Resolver<ResolversTypes['GuardEffect'], ParentType, ContextType>;
  field?: Resolver<ResolversTypes['FieldPath'], ParentType, ContextType>;
};

export type HeldChangeConnectionResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['HeldChangeConnection'] = ResolversParentTypes['HeldChangeConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['HeldChangeEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['HeldChange']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type HeldChangeEdgeResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['HeldChangeEdge'] = ResolversParentTypes['HeldChangeEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['HeldChange'], ParentType, ContextType>;
};

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type LabelResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Label'] = ResolversParentTypes['Label']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type LifecycleResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Lifecycle'] = ResolversParentTypes['Lifecycle']> = {
  note?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  replacedBy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  stage?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type LifecycleFieldResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['LifecycleField'] = ResolversParentTypes['LifecycleField']> = {
  authority?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  drift?: Resolver<Maybe<ResolversTypes['Drift']>, ParentType, ContextType>;
  lastChange?: Resolver<Maybe<ResolversTypes['Change']>, ParentType, ContextType>;
  mirrors?: Resolver<ReadonlyArray<ResolversTypes['Source']>, ParentType, ContextType>;
  observations?: Resolver<ReadonlyArray<ResolversTypes['Observation']>, ParentType, ContextType>;
  path?: Resolver<ResolversTypes['FieldPath'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['FieldStatus'], ParentType, ContextType>;
  value?: Resolver<Maybe<ResolversTypes['Lifecycle']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MutationResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  addClassifications?: Resolver<ResolversTypes['FieldChangePayload'], ParentType, ContextType, RequireFields<MutationAddClassificationsArgs, 'input'>>;
  addOwners?: Resolver<ResolversTypes['FieldChangePayload'], ParentType, ContextType, RequireFields<MutationAddOwnersArgs, 'input'>>;
  applyChanges?: Resolver<ResolversTypes['ApplyChangesPayload'], ParentType, ContextType, RequireFields<MutationApplyChangesArgs, 'input'>>;
  decideReview?: Resolver<ResolversTypes['DecideReviewPayload'], ParentType, ContextType, RequireFields<MutationDecideReviewArgs, 'input'>>;
  decideReviews?: Resolver<ResolversTypes['DecideReviewsPayload'], ParentType, ContextType, RequireFields<MutationDecideReviewsArgs, 'input'>>;
  reconcile?: Resolver<ResolversTypes['ReconcilePayload'], ParentType, ContextType, RequireFields<MutationReconcileArgs, 'input'>>;
  removeClassifications?: Resolver<ResolversTypes['FieldChangePayload'], ParentType, ContextType, RequireFields<MutationRemoveClassificationsArgs, 'input'>>;
  removeOwners?: Resolver<ResolversTypes['FieldChangePayload'], ParentType, ContextType, RequireFields<MutationRemoveOwnersArgs, 'input'>>;
  scan?: Resolver<ResolversTypes['ScanPayload'], ParentType, ContextType, RequireFields<MutationScanArgs, 'input'>>;
  setCustomField?: Resolver<ResolversTypes['FieldChangePayload'], ParentType, ContextType, RequireFields<MutationSetCustomFieldArgs, 'input'>>;
  setDescription?: Resolver<ResolversTypes['FieldChangePayload'], ParentType, ContextType, RequireFields<MutationSetDescriptionArgs, 'input'>>;
  setDomain?: Resolver<ResolversTypes['FieldChangePayload'], ParentType, ContextType, RequireFields<MutationSetDomainArgs, 'input'>>;
  setLifecycle?: Resolver<ResolversTypes['FieldChangePayload'], ParentType, ContextType, RequireFields<MutationSetLifecycleArgs, 'input'>>;
  setOwners?: Resolver<ResolversTypes['FieldChangePayload'], ParentType, ContextType, RequireFields<MutationSetOwnersArgs, 'input'>>;
  setRetention?: Resolver<ResolversTypes['FieldChangePayload'], ParentType, ContextType, RequireFields<MutationSetRetentionArgs, 'input'>>;
  setSensitivity?: Resolver<ResolversTypes['FieldChangePayload'], ParentType, ContextType, RequireFields<MutationSetSensitivityArgs, 'input'>>;
  setSourceMode?: Resolver<ResolversTypes['SetSourceModePayload'], ParentType, ContextType, RequireFields<MutationSetSourceModeArgs, 'input'>>;
};

export type NodeResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'Asset' | 'Change' | 'Drift' | 'FieldReview' | 'GuardReview' | 'Source', ParentType, ContextType>;
};

export type ObservationResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Observation'] = ResolversParentTypes['Observation']> = {
  note?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  observedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  source?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  stale?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ObservationState'], ParentType, ContextType>;
  value?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  version?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type OwnerResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Owner'] = ResolversParentTypes['Owner']> = {
  principal?: Resolver<ResolversTypes['Principal'], ParentType, ContextType>;
  role?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type OwnersFieldResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['OwnersField'] = ResolversParentTypes['OwnersField']> = {
  authority?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  drift?: Resolver<Maybe<ResolversTypes['Drift']>, ParentType, ContextType>;
  lastChange?: Resolver<Maybe<ResolversTypes['Change']>, ParentType, ContextType>;
  mirrors?: Resolver<ReadonlyArray<ResolversTypes['Source']>, ParentType, ContextType>;
  observations?: Resolver<ReadonlyArray<ResolversTypes['Observation']>, ParentType, ContextType>;
  path?: Resolver<ResolversTypes['FieldPath'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['FieldStatus'], ParentType, ContextType>;
  value?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Owner']>>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PlanResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Plan'] = ResolversParentTypes['Plan']> = {
  assetsExamined?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  items?: Resolver<ReadonlyArray<ResolversTypes['PlanItem']>, ParentType, ContextType>;
  more?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type PlanItemResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['PlanItem'] = ResolversParentTypes['PlanItem']> = {
  action?: Resolver<ResolversTypes['PlanAction'], ParentType, ContextType>;
  after?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  asset?: Resolver<ResolversTypes['Asset'], ParentType, ContextType>;
  authority?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  because?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  before?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  drift?: Resolver<Maybe<ResolversTypes['DriftKind']>, ParentType, ContextType>;
  field?: Resolver<ResolversTypes['FieldPath'], ParentType, ContextType>;
  rule?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
};

export type PrincipalResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Principal'] = ResolversParentTypes['Principal']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  asset?: Resolver<Maybe<ResolversTypes['Asset']>, ParentType, ContextType, RequireFields<QueryAssetArgs, 'freshness'>>;
  assets?: Resolver<ResolversTypes['AssetConnection'], ParentType, ContextType, Partial<QueryAssetsArgs>>;
  changes?: Resolver<ResolversTypes['ChangeConnection'], ParentType, ContextType, Partial<QueryChangesArgs>>;
  drift?: Resolver<ResolversTypes['DriftConnection'], ParentType, ContextType, Partial<QueryDriftArgs>>;
  explain?: Resolver<ResolversTypes['Explanation'], ParentType, ContextType, RequireFields<QueryExplainArgs, 'asset' | 'field'>>;
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType, RequireFields<QueryNodeArgs, 'id'>>;
  nodes?: Resolver<ReadonlyArray<Maybe<ResolversTypes['Node']>>, ParentType, ContextType, RequireFields<QueryNodesArgs, 'ids'>>;
  plan?: Resolver<ResolversTypes['Plan'], ParentType, ContextType, RequireFields<QueryPlanArgs, 'first'>>;
  reviews?: Resolver<ResolversTypes['ReviewConnection'], ParentType, ContextType, Partial<QueryReviewsArgs>>;
  sources?: Resolver<ReadonlyArray<ResolversTypes['Source']>, ParentType, ContextType>;
  treaty?: Resolver<ResolversTypes['Treaty'], ParentType, ContextType>;
};

export type ReconcilePayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['ReconcilePayload'] = ResolversParentTypes['ReconcilePayload']> = {
  marked?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  settled?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type RetentionResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Retention'] = ResolversParentTypes['Retention']> = {
  basis?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  duration?: Resolver<ResolversTypes['Duration'], ParentType, ContextType>;
  legalHold?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type RetentionFieldResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['RetentionField'] = ResolversParentTypes['RetentionField']> = {
  authority?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  drift?: Resolver<Maybe<ResolversTypes['Drift']>, ParentType, ContextType>;
  lastChange?: Resolver<Maybe<ResolversTypes['Change']>, ParentType, ContextType>;
  mirrors?: Resolver<ReadonlyArray<ResolversTypes['Source']>, ParentType, ContextType>;
  observations?: Resolver<ReadonlyArray<ResolversTypes['Observation']>, ParentType, ContextType>;
  path?: Resolver<ResolversTypes['FieldPath'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['FieldStatus'], ParentType, ContextType>;
  value?: Resolver<Maybe<ResolversTypes['Retention']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ReviewResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Review'] = ResolversParentTypes['Review']> = {
  __resolveType: TypeResolveFn<'FieldReview' | 'GuardReview', ParentType, ContextType>;
};

export type ReviewAnswerResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['ReviewAnswer'] = ResolversParentTypes['ReviewAnswer']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  by?: Resolver<ResolversTypes['Actor'], ParentType, ContextType>;
  decision?: Resolver<ResolversTypes['ReviewDecision'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ReviewConnectionResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['ReviewConnection'] = ResolversParentTypes['ReviewConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ReviewEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Review']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ReviewEdgeResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['ReviewEdge'] = ResolversParentTypes['ReviewEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Review'], ParentType, ContextType>;
};

export type ReviewEventResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['ReviewEvent'] = ResolversParentTypes['ReviewEvent']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  review?: Resolver<ResolversTypes['Review'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['ReviewEventType'], ParentType, ContextType>;
};

export type ScanPayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['ScanPayload'] = ResolversParentTypes['ScanPayload']> = {
  reports?: Resolver<ReadonlyArray<ResolversTypes['ScanReport']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ScanReportResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['ScanReport'] = ResolversParentTypes['ScanReport']> = {
  assets?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  changed?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  complete?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['SourceProblem']>, ParentType, ContextType>;
  failed?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  retired?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  suspected?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  tookMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type SchemaResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Schema'] = ResolversParentTypes['Schema']> = {
  columns?: Resolver<ReadonlyArray<ResolversTypes['SchemaColumn']>, ParentType, ContextType>;
};

export type SchemaColumnResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['SchemaColumn'] = ResolversParentTypes['SchemaColumn']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  required?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type SchemaFieldResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['SchemaField'] = ResolversParentTypes['SchemaField']> = {
  authority?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  drift?: Resolver<Maybe<ResolversTypes['Drift']>, ParentType, ContextType>;
  lastChange?: Resolver<Maybe<ResolversTypes['Change']>, ParentType, ContextType>;
  mirrors?: Resolver<ReadonlyArray<ResolversTypes['Source']>, ParentType, ContextType>;
  observations?: Resolver<ReadonlyArray<ResolversTypes['Observation']>, ParentType, ContextType>;
  path?: Resolver<ResolversTypes['FieldPath'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['FieldStatus'], ParentType, ContextType>;
  value?: Resolver<Maybe<ResolversTypes['Schema']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export interface SensitivityScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Sensitivity'], any> {
  name: 'Sensitivity';
}

export type SensitivityFieldResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['SensitivityField'] = ResolversParentTypes['SensitivityField']> = {
  authority?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  drift?: Resolver<Maybe<ResolversTypes['Drift']>, ParentType, ContextType>;
  lastChange?: Resolver<Maybe<ResolversTypes['Change']>, ParentType, ContextType>;
  mirrors?: Resolver<ReadonlyArray<ResolversTypes['Source']>, ParentType, ContextType>;
  observations?: Resolver<ReadonlyArray<ResolversTypes['Observation']>, ParentType, ContextType>;
  path?: Resolver<ResolversTypes['FieldPath'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['FieldStatus'], ParentType, ContextType>;
  value?: Resolver<Maybe<ResolversTypes['Sensitivity']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SetSourceModePayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['SetSourceModePayload'] = ResolversParentTypes['SetSourceModePayload']> = {
  source?: Resolver<Maybe<ResolversTypes['Source']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SourceResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Source'] = ResolversParentTypes['Source']> = {
  address?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  capabilities?: Resolver<Maybe<ResolversTypes['SourceCapabilities']>, ParentType, ContextType>;
  completeScans?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['SourceProblem']>, ParentType, ContextType>;
  failingSince?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lastCompleteScanAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastScanStartedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  mode?: Resolver<Maybe<ResolversTypes['SourceMode']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  role?: Resolver<Maybe<ResolversTypes['SourceRole']>, ParentType, ContextType>;
  scanned?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  scanning?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['SourceState'], ParentType, ContextType>;
  type?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SourceCapabilitiesResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['SourceCapabilities'] = ResolversParentTypes['SourceCapabilities']> = {
  conditionalWrite?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  createsAssets?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  fields?: Resolver<ReadonlyArray<ResolversTypes['FieldCapability']>, ParentType, ContextType>;
  provesExistence?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type SourceEventResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['SourceEvent'] = ResolversParentTypes['SourceEvent']> = {
  source?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['SourceEventType'], ParentType, ContextType>;
};

export type SourceModeSettingResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['SourceModeSetting'] = ResolversParentTypes['SourceModeSetting']> = {
  mode?: Resolver<ResolversTypes['SourceMode'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
};

export type SourceProblemResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['SourceProblem'] = ResolversParentTypes['SourceProblem']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  retryAfterMs?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  changes?: SubscriptionResolver<ResolversTypes['Change'], "changes", ParentType, ContextType, Partial<SubscriptionChangesArgs>>;
  drift?: SubscriptionResolver<ResolversTypes['DriftEvent'], "drift", ParentType, ContextType, RequireFields<SubscriptionDriftArgs, 'initial'>>;
  reviews?: SubscriptionResolver<ResolversTypes['ReviewEvent'], "reviews", ParentType, ContextType, Partial<SubscriptionReviewsArgs>>;
  sources?: SubscriptionResolver<ResolversTypes['SourceEvent'], "sources", ParentType, ContextType>;
};

export type TextFieldResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['TextField'] = ResolversParentTypes['TextField']> = {
  authority?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  drift?: Resolver<Maybe<ResolversTypes['Drift']>, ParentType, ContextType>;
  lastChange?: Resolver<Maybe<ResolversTypes['Change']>, ParentType, ContextType>;
  mirrors?: Resolver<ReadonlyArray<ResolversTypes['Source']>, ParentType, ContextType>;
  observations?: Resolver<ReadonlyArray<ResolversTypes['Observation']>, ParentType, ContextType>;
  path?: Resolver<ResolversTypes['FieldPath'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['FieldStatus'], ParentType, ContextType>;
  value?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TreatyResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Treaty'] = ResolversParentTypes['Treaty']> = {
  deletion?: Resolver<ResolversTypes['TreatyDeletion'], ParentType, ContextType>;
  guards?: Resolver<ResolversTypes['TreatyGuards'], ParentType, ContextType>;
  hash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  rules?: Resolver<ReadonlyArray<ResolversTypes['TreatyRule']>, ParentType, ContextType>;
  sensitivityLevels?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
};

export type TreatyDeletionResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['TreatyDeletion'] = ResolversParentTypes['TreatyDeletion']> = {
  grace?: Resolver<ResolversTypes['Duration'], ParentType, ContextType>;
  misses?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type TreatyGuardsResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['TreatyGuards'] = ResolversParentTypes['TreatyGuards']> = {
  maxRemovalPercent?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  maxRemovals?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  maxRetirementPercent?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  maxRetirements?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  maxRewritePercent?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  maxRewrites?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type TreatyRuleResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['TreatyRule'] = ResolversParentTypes['TreatyRule']> = {
  authority?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  defaultMode?: Resolver<ResolversTypes['SourceMode'], ParentType, ContextType>;
  merge?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  mirrors?: Resolver<ReadonlyArray<ResolversTypes['Source']>, ParentType, ContextType>;
  modes?: Resolver<ReadonlyArray<ResolversTypes['SourceModeSetting']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  onConflict?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  onFirstSight?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  onForeignWrite?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
};

export type Resolvers<ContextType = GraphContext> = {
  Actor?: ActorResolvers<ContextType>;
  AgreedBase?: AgreedBaseResolvers<ContextType>;
  ApplyChangesPayload?: ApplyChangesPayloadResolvers<ContextType>;
  Asset?: AssetResolvers<ContextType>;
  AssetConnection?: AssetConnectionResolvers<ContextType>;
  AssetEdge?: AssetEdgeResolvers<ContextType>;
  Binding?: BindingResolvers<ContextType>;
  Change?: ChangeResolvers<ContextType>;
  ChangeConnection?: ChangeConnectionResolvers<ContextType>;
  ChangeEdge?: ChangeEdgeResolvers<ContextType>;
  ChangePageInfo?: ChangePageInfoResolvers<ContextType>;
  Classification?: ClassificationResolvers<ContextType>;
  ClassificationsField?: ClassificationsFieldResolvers<ContextType>;
  Column?: ColumnResolvers<ContextType>;
  ColumnConnection?: ColumnConnectionResolvers<ContextType>;
  ColumnEdge?: ColumnEdgeResolvers<ContextType>;
  Cursor?: GraphQLScalarType;
  CustomField?: CustomFieldResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  DecideReviewPayload?: DecideReviewPayloadResolvers<ContextType>;
  DecideReviewsPayload?: DecideReviewsPayloadResolvers<ContextType>;
  Delivery?: DeliveryResolvers<ContextType>;
  Domain?: DomainResolvers<ContextType>;
  DomainField?: DomainFieldResolvers<ContextType>;
  Drift?: DriftResolvers<ContextType>;
  DriftConnection?: DriftConnectionResolvers<ContextType>;
  DriftEdge?: DriftEdgeResolvers<ContextType>;
  DriftEvent?: DriftEventResolvers<ContextType>;
  Duration?: GraphQLScalarType;
  ExplainedRule?: ExplainedRuleResolvers<ContextType>;
  Explanation?: ExplanationResolvers<ContextType>;
  FieldCapability?: FieldCapabilityResolvers<ContextType>;
  FieldChangePayload?: FieldChangePayloadResolvers<ContextType>;
  FieldPath?: GraphQLScalarType;
  FieldReview?: FieldReviewResolvers<ContextType>;
  GovernedField?: GovernedFieldResolvers<ContextType>;
  GuardCount?: GuardCountResolvers<ContextType>;
  GuardReview?: GuardReviewResolvers<ContextType>;
  HeldChange?: HeldChangeResolvers<ContextType>;
  HeldChangeConnection?: HeldChangeConnectionResolvers<ContextType>;
  HeldChangeEdge?: HeldChangeEdgeResolvers<ContextType>;
  JSON?: GraphQLScalarType;
  Label?: LabelResolvers<ContextType>;
  Lifecycle?: LifecycleResolvers<ContextType>;
  LifecycleField?: LifecycleFieldResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  Observation?: ObservationResolvers<ContextType>;
  Owner?: OwnerResolvers<ContextType>;
  OwnersField?: OwnersFieldResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Plan?: PlanResolvers<ContextType>;
  PlanItem?: PlanItemResolvers<ContextType>;
  Principal?: PrincipalResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  ReconcilePayload?: ReconcilePayloadResolvers<ContextType>;
  Retention?: RetentionResolvers<ContextType>;
  RetentionField?: RetentionFieldResolvers<ContextType>;
  Review?: ReviewResolvers<ContextType>;
  ReviewAnswer?: ReviewAnswerResolvers<ContextType>;
  ReviewConnection?: ReviewConnectionResolvers<ContextType>;
  ReviewEdge?: ReviewEdgeResolvers<ContextType>;
  ReviewEvent?: ReviewEventResolvers<ContextType>;
  ScanPayload?: ScanPayloadResolvers<ContextType>;
  ScanReport?: ScanReportResolvers<ContextType>;
  Schema?: SchemaResolvers<ContextType>;
  SchemaColumn?: SchemaColumnResolvers<ContextType>;
  SchemaField?: SchemaFieldResolvers<ContextType>;
  Sensitivity?: GraphQLScalarType;
  SensitivityField?: SensitivityFieldResolvers<ContextType>;
  SetSourceModePayload?: SetSourceModePayloadResolvers<ContextType>;
  Source?: SourceResolvers<ContextType>;
  SourceCapabilities?: SourceCapabilitiesResolvers<ContextType>;
  SourceEvent?: SourceEventResolvers<ContextType>;
  SourceModeSetting?: SourceModeSettingResolvers<ContextType>;
  SourceProblem?: SourceProblemResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  TextField?: TextFieldResolvers<ContextType>;
  Treaty?: TreatyResolvers<ContextType>;
  TreatyDeletion?: TreatyDeletionResolvers<ContextType>;
  TreatyGuards?: TreatyGuardsResolvers<ContextType>;
  TreatyRule?: TreatyRuleResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
};

