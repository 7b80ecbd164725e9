import type { FieldEdit, FieldMutation, MutationOutcome, UserError } from "../../src/ports/gateway.ts";
import type { GraphContext } from "../../src/server/context.ts";
import { locateErrors, placesOf } from "./locate-errors.ts";

type Given<T> = T | null | undefined;

/** What the input of every field mutation has. */
export interface FieldInput {
  readonly asset?: Given<string>;
  readonly name?: Given<string>;
  readonly idempotencyKey?: Given<string>;
  readonly expectedVersion?: Given<string>;
  readonly reason?: Given<string>;
  readonly dryRun?: Given<boolean>;
  readonly awaitMirrors?: Given<boolean>;
}

const MAX_KEY = 200;
const MAX_REASON = 2_000;

export function refused(...userErrors: readonly UserError[]): MutationOutcome {
  return { change: null, asset: null, deliveries: [], userErrors };
}

/** One field's change, from input to payload: what it writes, then the engine. `field` is a public path. */
export async function applyField(
  field: string,
  edit: FieldEdit,
  input: FieldInput,
  context: GraphContext,
): Promise<MutationOutcome> {
  const forbidden = checkMay(context, "write");
  if (forbidden) return refused(forbidden);
  const mutation = toMutation(field, edit, input);
  if ("code" in mutation) return refused(mutation);
  const outcome = await context.gateway.apply(mutation, context.actor, context.lifetime);
  return forgetRead(locateErrors(outcome, placesOf(field, input)), context);
}

export function checkMay(context: GraphContext, action: "write" | "operate"): UserError | undefined {
  if (context.may(action)) return undefined;
  return { code: "FORBIDDEN", message: `Your token may not ${action}. Use one of a role that may.`, path: [] };
}

/** The mutation, or what is wrong with the input. */
export function toMutation(field: string, edit: FieldEdit, input: FieldInput): FieldMutation | UserError {
  const { asset, name, idempotencyKey, expectedVersion, reason } = input;
  if ((asset == null) === (name == null)) {
    return {
      code: "INVALID_INPUT",
      message: "Say which asset with exactly one of `asset` and `name`.",
      path: ["asset"],
    };
  }
  if (idempotencyKey != null && (idempotencyKey === "" || idempotencyKey.length > MAX_KEY)) {
    return {
      code: "INVALID_INPUT",
      message: `\`idempotencyKey\` has 1 to ${MAX_KEY} characters.`,
      path: ["idempotencyKey"],
    };
  }
  if (reason != null && reason.length > MAX_REASON) {
    return { code: "INVALID_INPUT", message: `\`reason\` has at most ${MAX_REASON} characters.`, path: ["reason"] };
  }
  return {
    asset: asset != null ? { id: asset } : { name: String(name) },
    field,
    edit,
    ...(idempotencyKey != null && { idempotencyKey }),
    ...(expectedVersion != null && { expectedVersion }),
    ...(reason != null && { reason }),
    dryRun: input.dryRun ?? false,
    awaitMirrors: input.awaitMirrors ?? false,
  };
}

/** Mutations of one request run one after the other: what an earlier one has read is no longer true. */
export function forgetRead<T>(outcome: T, { loaders }: GraphContext): T {
  loaders.state.clearAll();
  loaders.lastChange.clearAll();
  loaders.drift.clearAll();
  loaders.review.clearAll();
  loaders.assetChanges.clearAll();
  return outcome;
}
