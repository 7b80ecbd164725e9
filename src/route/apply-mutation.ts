import { deliverWrite } from "../delivery/deliver-write.ts";
import type { DeliveryOutcome } from "../delivery/delivery-request.ts";
import { applyReadings, readFresh } from "../delivery/read-fresh.ts";
import { type Step, updateAsset } from "../delivery/update-asset.ts";
import type { Actor } from "../domain/change.ts";
import { fieldKindOf, keyToPath } from "../domain/field.ts";
import type { SourceId } from "../domain/ids.ts";
import type { Json } from "../domain/json.ts";
import type { AssetState } from "../domain/state.ts";
import { mirrorStatus } from "../plan/field-status.ts";
import { type PlannedWrite, refIn } from "../plan/plan-mirror.ts";
import { capabilityOf, columnsOf, type SourceFacts, seenAt } from "../plan/source-facts.ts";
import { composeValue, versionOf } from "../plan/view.ts";
import { toTimestamp } from "../ports/clock.ts";
import type { Engine } from "../ports/engine.ts";
import type { Delivery, FieldMutation, MutationOutcome, UserError } from "../ports/gateway.ts";
import type { IdempotencyRecord } from "../ports/ledger.ts";
import { effectiveMode, type Part } from "../treaty/decision.ts";
import { cannotHold, type Edited, editField } from "./edit-field.ts";
import { resolveAsset, resolveField, type Target } from "./resolve-target.ts";
import { refused, userError } from "./user-errors.ts";

/** Times that an edit is worked out anew because the authority changed between reading and writing. */
const MAX_TRIES = 5;
const BUSY_PAUSE_MS = 100;
const BUSY_TRIES = 100;

/**
 * Routes one mutation to the authority of its field: resolve, read the authority afresh, work out the value, record the
 * intent, write, record the outcome; the mirrors follow through the dirty marks of that last transaction.
 *
 * The caller sees to it that mutations of one asset come one at a time.
 */
export async function applyMutation(
  engine: Engine,
  mutation: FieldMutation,
  actor: Actor,
  key: IdempotencyRecord | undefined,
  signal: AbortSignal,
): Promise<MutationOutcome> {
  for (let tries = 0, busy = 0; tries < MAX_TRIES; ) {
    const attempt = await attemptOnce(engine, mutation, actor, key, signal);
    if (attempt.kind === "end") return attempt.outcome;
    if (attempt.kind === "stale") tries += 1;
    else if (++busy >= BUSY_TRIES) break;
    else await engine.clock.sleep(BUSY_PAUSE_MS, signal);
    if (signal.aborted) break;
  }
  return refused(userError("BUSY", "The field keeps being changed by others; nothing was written. Try again."));
}

type Attempt = { readonly kind: "end"; readonly outcome: MutationOutcome } | { readonly kind: "stale" | "busy" };

function end(outcome: MutationOutcome): Attempt {
  return { kind: "end", outcome };
}

async function attemptOnce(
  engine: Engine,
  mutation: FieldMutation,
  actor: Actor,
  key: IdempotencyRecord | undefined,
  signal: AbortSignal,
): Promise<Attempt> {
  const asset = await resolveAsset(engine, mutation);
  if (!asset.ok) return end(refused(asset.error));
  const target = resolveField(engine, asset.value, mutation.field);
  if (!target.ok) return end(refused(target.error));
  const authorities = new Set(target.value.parts.map((it) => it.rule.authority));
  const { failures, readings } = await readFresh(engine, asset.value, authorities, signal);
  for (const [source, error] of failures) {
    return end(
      refused(
        userError(
          "SOURCE_UNAVAILABLE",
          `${source} has authority over ${mutation.field} and did not answer: ${error.message}. Nothing was written; try again later.`,
        ),
        { source, status: "FAILED" },
      ),
    );
  }
  const fresh = applyReadings(engine, asset.value, readings).state;
  const edited = editOn(engine, { ...target.value, state: fresh }, mutation);
  if (!edited.ok) return end(edited.outcome);
  const { part } = edited.value;
  const source = part.rule.authority;
  if (!mutation.dryRun && !edited.value.isChange) await recordDecision(engine, fresh, target.value);
  if (mutation.dryRun || !edited.value.isChange)
    return end(unwritten(engine, fresh, target.value, edited.value, mutation.dryRun ?? false));
  const prepare = (state: AssetState): Step<PlannedWrite | undefined> => {
    const observed = applyReadings(engine, state, readings);
    const again = editOn(engine, { ...target.value, state: observed.state }, mutation);
    const ref = refIn(observed.state, engine.sources.table().get(source));
    const dirty = [...observed.dirty].map((it) => ({ asset: state.asset.id, source: it, reread: false }));
    const commit = { changes: observed.changes, dirty };
    if (!again.ok || !ref || again.value.part !== part) return { next: observed.state, commit, value: undefined };
    return {
      next: decideReviews(observed.state, target.value),
      commit,
      value: toWrite(source, ref, target.value, again.value),
    };
  };
  const ref = refIn(fresh, engine.sources.table().get(source));
  if (!ref)
    return end(
      refused(
        userError(
          "SOURCE_REJECTED",
          `${source} has authority over ${mutation.field} but does not have ${fresh.asset.name}.`,
        ),
        { source, status: "FAILED" },
      ),
    );
  const request = {
    asset: fresh.asset.id,
    write: toWrite(source, ref, target.value, edited.value),
    actor,
    purpose: "mutation" as const,
    ...(mutation.reason === undefined ? {} : { reason: mutation.reason }),
    ...(key === undefined ? {} : { idempotency: key }),
  };
  return conclude(engine, mutation, target.value, part, await deliverWrite(engine, request, signal, prepare));
}

function toWrite(
  source: SourceId,
  target: Pick<PlannedWrite, "ref" | "create">,
  { key }: Target,
  { part, value }: Edited,
): PlannedWrite {
  const wanted = value === null ? ({ state: "absent" } as const) : ({ state: "value", value } as const);
  return {
    source,
    ...target,
    purpose: "adopt",
    fields: new Map([[key, wanted]]),
    rules: new Map([[key, part.rule.name]]),
  };
}

/** A person who sets a field that is in review has decided it: the authority's value stands. */
function decideReviews(state: AssetState, { key }: Target): AssetState {
  if (!state.drifts.some((it) => it.key === key && it.state === "IN_REVIEW")) return state;
  return {
    ...state,
    drifts: state.drifts.map((it) =>
      it.key === key && it.state === "IN_REVIEW" ? { ...it, decision: "authority" as const } : it,
    ),
  };
}

/** Setting the value that already stands there decides a review too. */
async function recordDecision(engine: Engine, state: AssetState, target: Target): Promise<void> {
  const sources = state.drifts.filter((it) => it.key === target.key && it.state === "IN_REVIEW").map((it) => it.source);
  if (sources.length === 0) return;
  const dirty = sources.map((source) => ({ asset: state.asset.id, source, reread: true }));
  await updateAsset(engine, state.asset.id, (now) => ({
    next: decideReviews(now, target),
    commit: { dirty },
    value: undefined,
  }));
}

type EditOutcome =
  | { readonly ok: true; readonly value: Edited }
  | { readonly ok: false; readonly outcome: MutationOutcome };

function editOn(engine: Engine, { key, parts, state }: Target, mutation: FieldMutation): EditOutcome {
  const table = engine.sources.table();
  const no = (error: UserError, source?: SourceId): EditOutcome => ({
    ok: false,
    outcome: refused(error, source && { source, status: "FAILED" }),
  });
  const paused = parts.find((it) => table.get(it.rule.authority)?.mode === "pause");
  if (paused) return no(pausedError(paused.rule.authority), paused.rule.authority);
  const current = parts.map((it) => seenAt(state, table.get(it.rule.authority), key));
  const known = composeValue(state, table, key, parts);
  if (mutation.expectedVersion !== undefined && mutation.expectedVersion !== versionOf(known)) {
    const message = `${mutation.field} has changed since you read it: expected version ${mutation.expectedVersion}, found ${versionOf(known)}. Read it again and decide anew.`;
    return no(userError("VERSION_CONFLICT", message, ["expectedVersion"]));
  }
  const unread = current.findIndex((it) => it.state === "unknown");
  if (unread >= 0) {
    const { authority } = (parts[unread] as Part).rule;
    const seen = current[unread];
    return no(
      userError(
        "SOURCE_UNAVAILABLE",
        `${authority} cannot say what ${mutation.field} is now: ${seen?.state === "unknown" ? seen.reason : ""}.`,
      ),
      authority,
    );
  }
  const kind = fieldKindOf(key);
  const values = current.map((it) => (it.state === "value" && !it.malformed ? it.value : null));
  const edited = editField(kind, mutation.edit, parts, values);
  if (!edited.ok) return no(edited.error);
  const { part, value } = edited.value;
  const facts = table.get(part.rule.authority);
  const problem = whyNot(engine, mutation, state, key, part, facts, value);
  return problem ? no(problem) : { ok: true, value: edited.value };
}

function whyNot(
  engine: Engine,
  mutation: FieldMutation,
  state: AssetState,
  key: Target["key"],
  part: Part,
  facts: SourceFacts | undefined,
  value: Edited["value"],
): UserError | undefined {
  const { authority } = part.rule;
  const holds = capabilityOf(facts, state.asset, key);
  if (!facts || !holds?.write)
    return userError(
      "READ_ONLY_FIELD",
      `${authority} has authority over ${mutation.field} and cannot write it there.`,
      ["field"],
    );
  const mode = effectiveMode(part.rule, authority, facts.mode);
  if (mode === "pause") return pausedError(authority);
  if (mode !== "enforce")
    return userError(
      "SOURCE_IN_OBSERVE_MODE",
      `${authority} is in mode ${mode}; nothing is written there until an operator sets it to ENFORCE with setSourceMode.`,
    );
  const levels = engine.treaty.sensitivityLevels;
  if (fieldKindOf(key) === "sensitivity" && value !== null && !levels.includes(String(value))) {
    return userError("INVALID_VALUE", `"${String(value)}" is no sensitivity here. Levels: ${levels.join(", ")}.`, [
      "sensitivity",
    ]);
  }
  const because = cannotHold(fieldKindOf(key), value, holds);
  return because === undefined
    ? undefined
    : userError("CANNOT_HOLD", `${authority} cannot hold this value: ${because}.`);
}

function pausedError(authority: SourceId): UserError {
  const message = `${authority} is paused; it is neither read nor written. An operator can change that with setSourceMode.`;
  return userError("SOURCE_PAUSED", message);
}

/** A dry run, or an edit that changes nothing. */
function unwritten(engine: Engine, state: AssetState, target: Target, edited: Edited, isDry: boolean): MutationOutcome {
  const status = isDry && edited.isChange ? "PLANNED" : "APPLIED";
  const authority: Delivery = { source: edited.part.rule.authority, role: "AUTHORITY", status };
  const mirrors = mirrorDeliveries(engine, state, target, isDry ? "PLANNED" : "PENDING", edited.composed);
  return {
    change: null,
    asset: state.asset.id,
    deliveries: [authority, ...mirrors],
    userErrors: [],
  };
}

/**
 * How far the mirrors are: APPLIED where they hold the value, SKIPPED where the treaty keeps them from it.
 *
 * @param value what they are to hold; what the authority holds, if left out.
 */
export function mirrorDeliveries(
  engine: Engine,
  state: AssetState,
  { key, parts }: Pick<Target, "key" | "parts">,
  otherwise: "PLANNED" | "PENDING",
  value?: Json,
): readonly Delivery[] {
  const table = engine.sources.table();
  const authority = (parts.at(-1) as Part).rule.authority;
  const mirrors = [...new Set(parts.flatMap((it) => it.rule.mirrors))].filter((it) => it !== authority);
  return mirrors.map((id): Delivery => {
    const facts = table.get(id);
    const mode = facts
      ? effectiveMode((parts.find((it) => it.rule.mirrors.includes(id)) ?? parts[0]).rule, id, facts.mode)
      : "pause";
    const base = { source: id, role: "MIRROR" as const };
    if (seenAt(state, facts, key).state === "unsupported")
      return { ...base, status: "SKIPPED", error: `${id} does not hold this field of the asset` };
    if (mode !== "enforce") return { ...base, status: "SKIPPED", error: `${id} is in mode ${mode}` };
    if (mirrorStatus({ treaty: engine.treaty, sources: table }, state, key, id, value) === "IN_SYNC")
      return { ...base, status: "APPLIED" };
    const failed = state.drifts.find((it) => it.key === key && it.source === id && it.kind === "DELIVERY_FAILED");
    if (failed) return { ...base, status: "FAILED", error: failed.note ?? "refused" };
    return { ...base, status: otherwise };
  });
}

function conclude(
  engine: Engine,
  mutation: FieldMutation,
  target: Target,
  part: Part,
  outcome: DeliveryOutcome,
): Attempt {
  const source = part.rule.authority;
  const failed = (error: UserError, status: "FAILED" | "PENDING" = "FAILED"): Attempt =>
    end(refused(error, { source, status }));
  switch (outcome.kind) {
    case "applied": {
      const authority: Delivery = {
        source,
        role: "AUTHORITY",
        status: "APPLIED",
        appliedAt: toTimestamp(engine.clock.now()),
      };
      const mirrors = mirrorDeliveries(engine, outcome.state, target, "PENDING");
      return end({
        change: outcome.change,
        asset: outcome.state.asset.id,
        deliveries: [authority, ...mirrors],
        userErrors: [],
      });
    }
    case "stale":
      return { kind: "stale" };
    case "busy":
      return { kind: "busy" };
    case "missing":
      return failed(
        userError("SOURCE_REJECTED", `${source} no longer has ${target.state.asset.name}. Nothing was written.`),
      );
    case "rejected":
      return failed(
        userError(
          "SOURCE_REJECTED",
          `${source} refuses the value of ${keyToPath(target.key, columnsOf(target.state))}: ${outcome.message}`,
        ),
      );
    case "failed":
      return failed(
        userError(
          "SOURCE_UNAVAILABLE",
          `${source} has authority over ${mutation.field} and could not be written: ${outcome.message}. Nothing was written; try again later.`,
        ),
      );
    case "unknown":
      return failed(
        userError(
          "OUTCOME_UNKNOWN",
          `${source} may hold the change or not: ${outcome.message}. The gateway is finding out; the log will tell. Retry with the same idempotency key.`,
        ),
        "PENDING",
      );
    case "duplicate":
      return { kind: "busy" };
    default:
      return outcome satisfies never;
  }
}
