import type { AssetInSource, Column } from "../domain/asset.ts";
import type { Change } from "../domain/change.ts";
import type { Decided } from "../domain/decided.ts";
import type { Drift } from "../domain/drift.ts";
import type { GuardedChange } from "../domain/guard-run.ts";
import type { AssetId, SourceId } from "../domain/ids.ts";
import type { Owner } from "../domain/normalise.ts";
import type { FieldReview, GuardReview, Review } from "../domain/review.ts";
import type { AssetState, Binding } from "../domain/state.ts";
import type {
  Delivery,
  Explanation,
  FieldView,
  MutationOutcome,
  ObservationView,
  PlanItem,
  PlanReport,
  ReviewOutcome,
  ScanReport,
  SourceView,
  UserError,
} from "../ports/gateway.ts";
import type { Page } from "../ports/ledger.ts";
import type { FieldCapability, SourceCapabilities } from "../ports/source.ts";
import type { Deletion, Mode, Rule, Treaty } from "../treaty/decision.ts";

// What resolvers hand on for each type of the graph: `mappers` and `enumValues` in codegen.yml.

/** A position in the log; `initialAfter` goes on with initial drift after that cursor of the ledger's list first. */
export interface LogCursor {
  readonly position: number;
  readonly initialAfter?: string;
}

/** `asOf`: it is told as the log knew it at that position. */
export type AssetModel = AssetState & { readonly asOf?: number };
export interface BindingModel extends AssetInSource {
  readonly binding: Binding;
}
/** `page`: the columns that are asked for together with it, so that their fields are computed in one go. */
export interface ColumnModel {
  readonly state: AssetModel;
  readonly column: Column;
  readonly page: readonly Column[];
}
export type ColumnConnectionModel = Page<ColumnModel> & { readonly totalCount: number };
export interface ObservationModel {
  readonly asset: AssetId;
  readonly view: ObservationView;
}
/** `view` is undefined where the source is no longer connected. */
export interface SourceModel {
  readonly id: SourceId;
  readonly view: SourceView | undefined;
}
export type AssetConnectionModel = Page<AssetId>;
export type DriftConnectionModel = Page<Drift>;
export type ChangeConnectionModel = Page<Change>;
export type AssetEdgeModel = AssetConnectionModel["items"][number];
export type ColumnEdgeModel = ColumnConnectionModel["items"][number];
export type DriftEdgeModel = DriftConnectionModel["items"][number];
export type ChangeEdgeModel = ChangeConnectionModel["items"][number];
export type ChangeModel = Change;
export type DriftModel = Drift;
export interface PrincipalModel {
  readonly name: string;
}
export interface ExplanationModel {
  readonly state: AssetState;
  readonly explanation: Explanation;
}
export type AgreedBaseModel = Explanation["bases"][number];
export interface SourceModeModel {
  readonly source: SourceId;
  readonly mode: Mode;
}
export interface DriftEventModel {
  readonly cursor: LogCursor;
  readonly type: "OPENED" | "CHANGED" | "RESOLVED";
  readonly drift: Drift;
}
export type ReviewModel = Review;
export type FieldReviewModel = FieldReview;
export type GuardReviewModel = GuardReview;
export type ReviewAnswerModel = Decided;
export type ReviewConnectionModel = Page<Review>;
export type ReviewEdgeModel = ReviewConnectionModel["items"][number];
export interface ReviewEventModel {
  readonly cursor: LogCursor;
  readonly type: "OPENED" | "CHANGED" | "DECIDED" | "WITHDRAWN";
  readonly review: Review;
}
export type HeldChangeModel = GuardedChange;
export type HeldChangeConnectionModel = Page<GuardedChange>;
export type HeldChangeEdgeModel = HeldChangeConnectionModel["items"][number];
export type DecideReviewModel = ReviewOutcome;
export interface DecideReviewsModel {
  readonly results: readonly ReviewOutcome[];
  readonly userErrors: readonly UserError[];
}
export interface SourceEventModel {
  readonly type: "CURRENT" | "CHANGED";
  readonly source: SourceModel;
}
export interface ApplyChangesModel {
  readonly results: readonly MutationOutcome[];
  readonly userErrors: readonly UserError[];
}
export type FieldModel = FieldView & Pick<AssetModel, "asOf">;
export type OwnerModel = Owner;
export type TreatyModel = Treaty;
export type TreatyRuleModel = Rule;
export type TreatyDeletionModel = Deletion;
export type PlanModel = PlanReport;
export type PlanItemModel = PlanItem;
export type FieldChangeModel = MutationOutcome;
export type DeliveryModel = Delivery;
export type ScanReportModel = ScanReport;
export type CapabilitiesModel = SourceCapabilities;
export type CapabilityModel = FieldCapability;
