import type { SourceId } from "../domain/ids.ts";
import type { Json } from "../domain/json.ts";
import type { AssetState } from "../domain/state.ts";
import { mirrorStatus } from "../plan/field-status.ts";
import { bindingOf, seenAt } from "../plan/source-facts.ts";
import type { Engine } from "../ports/engine.ts";
import type { Delivery } from "../ports/gateway.ts";
import { effectiveMode, type Part } from "../treaty/decision.ts";
import type { Target } from "./resolve-target.ts";

/** When the mirror was last seen to hold what it holds. */
function appliedAt(state: AssetState, source: SourceId): Pick<Delivery, "appliedAt"> {
  const binding = bindingOf(state, source);
  return binding ? { appliedAt: binding.observedAt } : {};
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
      return { ...base, status: "APPLIED", ...appliedAt(state, id) };
    const failed = state.drifts.find((it) => it.key === key && it.source === id && it.kind === "DELIVERY_FAILED");
    if (failed) return { ...base, status: "FAILED", error: failed.note ?? "refused" };
    return { ...base, status: otherwise };
  });
}
