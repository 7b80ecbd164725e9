import { GraphQLDuration, GraphQLJSON } from "graphql-scalars";
import { NEVER_RESTORED } from "../src/domain/history.ts";
import type { Resolvers } from "../src/generated/graphql.ts";
import { Mutation } from "./mutation/mutation.ts";
import { Query } from "./query/query.ts";
import { Subscription } from "./subscription/subscription.ts";
import { Asset } from "./type/asset.ts";
import { AssetConnection, AssetEdge } from "./type/asset-connection.ts";
import { Binding } from "./type/binding.ts";
import { Change, ChangeConnection, ChangeEdge } from "./type/change.ts";
import { Column } from "./type/column.ts";
import { ColumnConnection, ColumnEdge } from "./type/column-connection.ts";
import { cursorScalar } from "./type/cursor.ts";
import { Drift, DriftConnection, DriftEdge } from "./type/drift.ts";
import { AgreedBase, Explanation } from "./type/explanation.ts";
import { fieldTypes } from "./type/governed-field.ts";
import { Node } from "./type/node.ts";
import { Observation } from "./type/observation.ts";
import { Owner, Principal } from "./type/owner.ts";
import { ApplyChangesPayload, Delivery, FieldChangePayload, ScanReport } from "./type/payload.ts";
import { PlanItem } from "./type/plan.ts";
import {
  DecideReviewPayload,
  FieldReview,
  GuardReview,
  HeldChange,
  HeldChangeConnection,
  HeldChangeEdge,
  Review,
  ReviewAnswer,
  ReviewConnection,
  ReviewEdge,
} from "./type/review.ts";
import { FieldCapability, Source } from "./type/source.ts";
import { DateTime, FieldPath, Sensitivity } from "./type/text-scalars.ts";
import { SourceModeSetting, TreatyDeletion, TreatyRule } from "./type/treaty.ts";

/** The whole tree, as the schema in schema/ asks for it. */
export const resolvers: Resolvers = {
  ...fieldTypes,
  AgreedBase,
  ApplyChangesPayload,
  Asset,
  AssetConnection,
  AssetEdge,
  Binding,
  Change,
  ChangeConnection,
  ChangeEdge,
  Column,
  ColumnConnection,
  ColumnEdge,
  Cursor: cursorScalar(NEVER_RESTORED),
  DateTime,
  Delivery,
  Drift,
  DriftConnection,
  DriftEdge,
  Duration: GraphQLDuration,
  Explanation,
  FieldCapability,
  FieldChangePayload,
  FieldPath,
  JSON: GraphQLJSON,
  Mutation,
  Node,
  Observation,
  Owner,
  PlanItem,
  Principal,
  Query,
  DecideReviewPayload,
  FieldReview,
  GuardReview,
  HeldChange,
  HeldChangeConnection,
  HeldChangeEdge,
  Review,
  ReviewAnswer,
  ReviewConnection,
  ReviewEdge,
  ScanReport,
  Sensitivity,
  Source,
  SourceModeSetting,
  Subscription,
  TreatyDeletion,
  TreatyRule,
};
