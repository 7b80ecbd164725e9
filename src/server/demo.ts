import type { IcebergSandbox } from "../../sandbox/iceberg-rest/sandbox.ts";
import { governanceSeed } from "../../sandbox/tpcds/governance.ts";
import { plantDifferences } from "../../sandbox/tpcds/seed.ts";
import type { EmbeddedCatalog } from "../../sources/embedded/source.ts";
import { plainKey } from "../domain/field.ts";
import type { SourceId } from "../domain/ids.ts";
import { isJsonObject, type Json } from "../domain/json.ts";
import type { Engine } from "../ports/engine.ts";
import type { Source } from "../ports/source.ts";
import type { Scanner } from "../reconcile/scanner.ts";
import { settleWork } from "./settle-work.ts";

const SETTING = "demo";

/**
 * Fills the embedded catalog of a demo that begins anew, before anything is scanned. Columns stand in the seed by name;
 * their ids are those that the lakehouse gives them.
 */
export async function importGovernance(
  engine: Engine,
  catalog: EmbeddedCatalog,
  lakehouse: Source,
  signal: AbortSignal,
): Promise<void> {
  if ((await engine.ledger.readSetting(SETTING)) !== undefined) return;
  const refs = governanceSeed.map((it) => ({ kind: it.kind, name: it.name, stableId: null }));
  const found = await lakehouse.read(refs, signal);
  const records = governanceSeed.map(({ columns, fields, kind, name }, index) => {
    const answer = found[index];
    const ids =
      answer?.kind === "found" ? idsByName(answer.snapshot.fields[plainKey("schema")]) : new Map<string, string>();
    const byId = Object.entries(columns ?? {}).flatMap(([column, it]) =>
      ids.has(column) ? [[ids.get(column) as string, it] as const] : [],
    );
    return { kind, name, fields, columns: Object.fromEntries(byId) };
  });
  await catalog.importRecords(records);
  await engine.ledger.commit({ settings: { [SETTING]: "imported" } });
}

function idsByName(schema: { readonly state: string; readonly value?: Json } | undefined): ReadonlyMap<string, string> {
  const columns = isJsonObject(schema?.value) ? schema.value["columns"] : undefined;
  const pairs = Array.isArray(columns)
    ? (columns as Json[]).filter(isJsonObject).map((it) => [String(it["name"]), String(it["id"])] as const)
    : [];
  return new Map(pairs);
}

/**
 * Once everything has been seen in agreement, lets the sandbox's people and jobs do what they do (`sandbox/tpcds/drift.ts`)
 * and scans again, so that the demo begins with real drift, found the real way. Does so once in the life of a data folder.
 */
export async function letThingsHappen(
  engine: Engine,
  scanner: Scanner,
  sandbox: IcebergSandbox,
  lakehouse: SourceId,
  signal: AbortSignal,
): Promise<void> {
  if ((await engine.ledger.readSetting(SETTING)) !== "imported") return;
  await settleWork(engine, signal);
  plantDifferences(sandbox.edit);
  await engine.ledger.commit({ settings: { [SETTING]: "planted" } });
  await scanner.scan(lakehouse);
  await settleWork(engine, signal);
}
