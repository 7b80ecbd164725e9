import type { MutationResolvers } from "../../src/generated/graphql.ts";
import { applyChanges } from "./apply-changes.ts";
import { addClassifications, removeClassifications } from "./classifications.ts";
import { decideReview, decideReviews } from "./decide-review.ts";
import { addOwners, removeOwners, setOwners } from "./owners.ts";
import { reconcile } from "./reconcile.ts";
import { scan } from "./scan.ts";
import { setCustomField } from "./set-custom-field.ts";
import { setDescription } from "./set-description.ts";
import { setDomain } from "./set-domain.ts";
import { setLifecycle } from "./set-lifecycle.ts";
import { setRetention } from "./set-retention.ts";
import { setSensitivity } from "./set-sensitivity.ts";
import { setSourceMode } from "./set-source-mode.ts";

export const Mutation: Required<MutationResolvers> = {
  setOwners,
  addOwners,
  removeOwners,
  addClassifications,
  removeClassifications,
  setSensitivity,
  setRetention,
  setDomain,
  setDescription,
  setLifecycle,
  setCustomField,
  applyChanges,
  reconcile,
  scan,
  decideReview,
  decideReviews,
  setSourceMode,
};
