import type { FieldKey } from "../domain/field.ts";
import { keyToPath } from "../domain/field.ts";
import type { AssetId } from "../domain/ids.ts";
import type { AssetState } from "../domain/state.ts";
import { type MirrorPlan, planMirror } from "../plan/plan-mirror.ts";
import { bindingOf, columnsOf } from "../plan/source-facts.ts";
import type { Engine } from "../ports/engine.ts";
import type { PlanItem, PlanReport, Scope } from "../ports/gateway.ts";

const PAGE = 200;

/** Yields the assets of a scope, a page at a time, RETIRED ones left out. */
export async function* assetsIn(engine: Engine, scope: Scope, signal: AbortSignal): AsyncGenerator<readonly AssetId[]> {
  const filter = {
    states: ["ACTIVE" as const, "SUSPECTED" as const],
    ...(scope.assets ? { ids: scope.assets } : {}),
    ...(scope.names ? { names: scope.names } : {}),
  };
  for (let after: string | undefined; !signal.aborted; ) {
    const page = await engine.ledger.pageAssets(
      filter,
      { by: "name", direction: "asc" },
      { limit: PAGE, ...(after === undefined ? {} : { after }) },
    );
    yield page.items.map((it) => it.item);
    after = page.items.at(-1)?.cursor;
    if (!page.hasNext || after === undefined) return;
  }
}

/** What reconcile would do, and would not do and why, from what the ledger knows. Nothing is read from a source or written. */
export async function reportPlan(
  engine: Engine,
  scope: Scope,
  limit: number,
  signal: AbortSignal,
): Promise<PlanReport> {
  const items: PlanItem[] = [];
  let assetsExamined = 0;
  let more = 0;
  const mirrors = engine.sources.ids.filter((it) => scope.sources?.includes(it) ?? true);
  for await (const ids of assetsIn(engine, scope, signal)) {
    for (const state of await engine.ledger.loadStates(ids)) {
      if (!state) continue;
      assetsExamined += 1;
      const found = mirrors.flatMap((it) =>
        itemsOf(state, planMirror(engine.treaty, state, engine.sources.table(), it, engine.clock.now()), engine),
      );
      const room = Math.max(0, limit - items.length);
      items.push(...found.slice(0, room));
      more += Math.max(0, found.length - room);
    }
  }
  return { assetsExamined, items, more };
}

function itemsOf(state: AssetState, plan: MirrorPlan, engine: Engine): readonly PlanItem[] {
  const columns = columnsOf(state);
  const item = (key: FieldKey): Pick<PlanItem, "asset" | "name" | "path"> => ({
    asset: state.asset.id,
    name: state.asset.name,
    path: keyToPath(key, columns),
  });
  const valueAt = (source: PlanItem["source"], key: FieldKey): PlanItem["before"] => {
    const reading = bindingOf(state, source)?.fields[key];
    return reading?.state === "value" ? reading.value : null;
  };
  const fields = [...plan.fields].flatMap(([key, field]): PlanItem[] => {
    if (field.action === null) return [];
    const finding = field.finding === "keep" ? null : field.finding;
    const adopted = [...field.authorityWrites, ...field.heldBack][0];
    const rule = engine.treaty.rules.find((it) => it.name === field.rule);
    const source = adopted ? adopted[0] : plan.mirror;
    const after = adopted ? adopted[1] : (field.mirrorWrite ?? finding?.wanted ?? null);
    const base = {
      ...item(key),
      source,
      authority: finding?.authority ?? rule?.authority ?? plan.mirror,
      action: field.action,
      drift: finding?.kind ?? null,
    };
    return [
      {
        ...base,
        before: valueAt(source, key),
        after,
        rule: field.rule,
        ...(finding?.because === undefined ? {} : { because: finding.because }),
      },
    ];
  });
  const rest = [...plan.findings].flatMap(([key, finding]): PlanItem[] => {
    if (finding === "keep" || plan.fields.has(key)) return [];
    const { authority, because, found, kind, rule, wanted } = finding;
    return [
      {
        ...item(key),
        source: plan.mirror,
        authority,
        action: "HOLD",
        drift: kind,
        before: found,
        after: wanted,
        rule,
        ...(because === undefined ? {} : { because }),
      },
    ];
  });
  return [...fields, ...rest];
}
