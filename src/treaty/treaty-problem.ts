import type { FieldPath } from "../domain/field.ts";
import type { AssetFacts } from "./decision.ts";

/** A concrete asset and field (and element) for which the treaty has no answer, or two. Nothing of it need exist. */
export interface Counterexample {
  readonly asset: AssetFacts;
  readonly field: FieldPath;
  readonly element?: string;
}

export type TreatyProblemCode =
  | "duplicate-rule"
  | "reserved-name"
  | "empty-list"
  | "bad-field-pattern"
  | "bad-name-pattern"
  | "bad-element-pattern"
  | "never-matches"
  | "unknown-source"
  | "duplicate-mirror"
  | "authority-is-mirror"
  | "merge-not-possible"
  | "elements-not-possible"
  | "no-order"
  | "mode-not-possible"
  | "schema-authority"
  | "schema-mirrored"
  | "no-authority"
  | "ambiguous"
  | "bad-value";

/** Why a treaty is refused. */
export interface TreatyProblem {
  readonly code: TreatyProblemCode;
  /** What is wrong and what to do, in one or two sentences. */
  readonly message: string;
  /** Where in the treaty's text: ["rules", 2, "mirrors", 0]. */
  readonly path: readonly (string | number)[];
  readonly counterexample?: Counterexample;
}

/** Collects the problems of one rule; `at` is below the rule's path. */
export type Report = (code: TreatyProblemCode, at: readonly (string | number)[], message: string) => void;
