import type { FieldKey } from "../../src/domain/field.ts";
import type { SourceId } from "../../src/domain/ids.ts";
import type { Coverage } from "./coverage.ts";
import type { LedgerStore } from "./ledger-store.ts";
import type { MemoryTables } from "./memory-tables.ts";
import type { RandomStream } from "./random-stream.ts";
import type { Scheduler } from "./scheduler.ts";
import type { System } from "./system.ts";
import type { WriteOracle } from "./write-oracle.ts";

/** The bases of one asset are gone from the ledger, and nobody is told. */
export function loseBase(
  store: LedgerStore,
  systems: ReadonlyMap<SourceId, System>,
  {
    coverage,
    oracle,
    scheduler,
  }: { readonly coverage: Coverage; readonly oracle: WriteOracle; readonly scheduler: Scheduler },
  random: RandomStream,
): void {
  const rows = [...store.tables.assets].filter(([, it]) => it.state.agreed.length > 0);
  if (rows.length === 0) return;
  const [id, row] = random.pick(rows);
  const held = row.state.bindings
    .map((it) => it.ref.stableId ?? "")
    .map((thing) => [...systems.values()].map((it) => it.things.get(thing)).find((it) => it !== undefined));
  const texts = new Set(held.map((it) => JSON.stringify(it?.fields.get("domain" as FieldKey) ?? null)));
  if (texts.size > 1) coverage.count("a base was lost while the sides differed");
  scheduler.note(`base of ${id} lost`);
  store.loseBases(id);
  oracle.told.basesWereLost = true;
}

/** What the crash that happens now comes in the middle of. */
export function noteCrash({ intents }: MemoryTables, oracle: WriteOracle, coverage: Coverage): void {
  coverage.count("crash");
  if (intents.size > 0) coverage.count("crash while a write is under way");
  if (oracle.hasTakenPlace(intents.keys())) coverage.count("crash between a write and its outcome in the log");
}
