import { fieldKindOf } from "../domain/field.ts";
import type { SourceId } from "../domain/ids.ts";
import type { AssetState } from "../domain/state.ts";
import { capabilityOf, type SourceFacts, seenAt } from "../plan/source-facts.ts";
import { composeValue, versionOf } from "../plan/view.ts";
import type { Engine } from "../ports/engine.ts";
import type { FieldMutation, MutationOutcome, UserError } from "../ports/gateway.ts";
import { effectiveMode, type Part } from "../treaty/decision.ts";
import { cannotHold, type Edited, editField, partsOfEdit } from "./edit-field.ts";
import type { Target } from "./resolve-target.ts";
import { refused, userError } from "./user-errors.ts";

/** What the mutation comes to on this state, or why it cannot be made. */
export type EditOutcome =
  | { readonly ok: true; readonly value: Edited }
  | { readonly ok: false; readonly outcome: MutationOutcome };

/** A version is one of the whole field; to add or remove elements it is enough that their own authority answers. */
export function neededParts(
  { edit, expectedVersion }: FieldMutation,
  { parts }: Pick<Target, "parts">,
): readonly Part[] {
  return expectedVersion === undefined ? partsOfEdit(edit, parts) : parts;
}

export function workOutEdit(engine: Engine, { key, parts, state }: Target, mutation: FieldMutation): EditOutcome {
  const table = engine.sources.table();
  const no = (error: UserError, source?: SourceId): EditOutcome => ({
    ok: false,
    outcome: refused(error, source && { source, status: "FAILED" }),
  });
  const needed = neededParts(mutation, { parts });
  const paused = needed.find((it) => table.get(it.rule.authority)?.mode === "pause");
  if (paused) return no(pausedError(paused.rule.authority), paused.rule.authority);
  const current = parts.map((it) => seenAt(state, table.get(it.rule.authority), key));
  const unread = current.findIndex((it, index) => it.state === "unknown" && needed.includes(parts[index] as Part));
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
  const known = composeValue(state, table, key, parts);
  if (mutation.expectedVersion !== undefined && mutation.expectedVersion !== versionOf(known)) {
    const message = `${mutation.field} has changed since you read it: expected version ${mutation.expectedVersion}, found ${versionOf(known)}. Read it again and decide anew.`;
    return no(userError("VERSION_CONFLICT", message, ["expectedVersion"]));
  }
  const kind = fieldKindOf(key);
  const values = current.map((it) => (it.state === "value" && !it.malformed ? it.value : null));
  const edited = editField(kind, mutation.edit, parts, values);
  if (!edited.ok) return no(edited.error);
  const { part, value } = edited.value;
  const facts = table.get(part.rule.authority);
  const problem = whyNot(engine, mutation, state, key, part, facts, value);
  if (problem) return no(problem);
  const seen = current[parts.indexOf(part)];
  const isChange = edited.value.isChange || (seen?.state === "value" && seen.malformed === true);
  return { ok: true, value: { ...edited.value, isChange } };
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
