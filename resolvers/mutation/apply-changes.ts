import type { ApplyChangesInput, ChangeInput, MutationResolvers } from "../../src/generated/graphql.ts";
import type { FieldEdit, FieldMutation, MutationOutcome, UserError } from "../../src/ports/gateway.ts";
import { checkMay, forgetRead, refused, toMutation } from "./apply-field.ts";
import { locateErrors } from "./locate-errors.ts";

const MAX_CHANGES = 5_000;

export const applyChanges: NonNullable<MutationResolvers["applyChanges"]> = async (_root, { input }, context) => {
  const forbidden = checkMay(context, "write");
  if (forbidden) return { results: [], userErrors: [forbidden] };
  if (input.changes.length === 0 || input.changes.length > MAX_CHANGES) {
    const message = `1 to ${MAX_CHANGES} changes at a time, got ${input.changes.length}. Send them in several calls.`;
    return { results: [], userErrors: [{ code: "INVALID_INPUT", message, path: ["changes"] }] };
  }
  const asked = input.changes.map((change, index) => read(change, index, input));
  const mutations = asked.filter((it): it is FieldMutation => !("code" in it));
  const outcomes = (await context.gateway.applyAll(mutations, context.actor, context.lifetime)).values();
  const results = asked.map((it) => ("code" in it ? refused(it) : (outcomes.next().value as MutationOutcome)));
  const located = results.map((it, index) =>
    locateErrors(it, { ...IN_CHANGE, asset: assetPlace(input.changes[index]) }),
  );
  return forgetRead({ results: located.map(inChanges), userErrors: [] }, context);
};

const IN_CHANGE = { field: ["field"], value: "value" } as const;

function assetPlace(change: ChangeInput | undefined): "asset" | "name" {
  return change?.asset == null && change?.name != null ? "name" : "asset";
}

function read(change: ChangeInput, index: number, input: ApplyChangesInput): FieldMutation | UserError {
  const edit = toEdit(change);
  if ("code" in edit) return edit;
  const ofCall = input.idempotencyKey == null ? null : `${input.idempotencyKey}#${index}`;
  return toMutation(change.field, edit, {
    ...change,
    idempotencyKey: change.idempotencyKey ?? ofCall,
    reason: change.reason ?? input.reason,
    dryRun: input.dryRun,
    awaitMirrors: input.awaitMirrors,
  });
}

function toEdit({ operation, value }: ChangeInput): FieldEdit | UserError {
  if (operation === "SET") return { op: "set", value: value ?? null };
  if (!Array.isArray(value)) {
    return { code: "INVALID_INPUT", message: `${operation} takes a list of elements as \`value\`.`, path: ["value"] };
  }
  if (operation === "ADD") return { op: "add", elements: value };
  const keys = value.map(keyOf);
  if (keys.every((it) => it !== undefined)) return { op: "remove", keys };
  return {
    code: "INVALID_INPUT",
    message: "REMOVE takes a list of principals or of names of classifications.",
    path: ["value"],
  };
}

/** The key of an element that is given as a whole or by its key alone. */
function keyOf(element: unknown): string | undefined {
  if (typeof element === "string") return element;
  if (typeof element !== "object" || element === null) return undefined;
  const key = "principal" in element ? element.principal : "name" in element ? element.name : undefined;
  return typeof key === "string" ? key : undefined;
}

function inChanges(outcome: MutationOutcome, index: number): MutationOutcome {
  const userErrors = outcome.userErrors.map((it) => ({ ...it, path: ["changes", String(index), ...it.path] }));
  return { ...outcome, userErrors };
}
