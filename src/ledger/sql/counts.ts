import type { LedgerCounts } from "../../ports/ledger.ts";
import { inSnapshot, type Session, statement } from "../statement.ts";
import { isOpen } from "./drifts.ts";

const countAssets = statement((db) =>
  db
    .selectFrom("asset")
    .select(({ fn }) => ["kind", "status", fn.countAll<number>().as("count")])
    .where("state", "in", ["ACTIVE", "SUSPECTED"])
    .groupBy(["kind", "status"]),
);
const countDrifts = statement((db) =>
  db
    .selectFrom("drift")
    .select(({ fn }) => ["kind", fn.countAll<number>().as("count")])
    .where(isOpen)
    .groupBy("kind"),
);
const countWork = statement((db) =>
  db
    .selectFrom("work")
    .select(({ fn }) => ["source", fn.countAll<number>().as("count")])
    .groupBy("source"),
);
const countIntents = statement((db) => db.selectFrom("intent").select(({ fn }) => fn.countAll<number>().as("count")));

/** Assets that are not RETIRED, drifts that are not RESOLVED, all work, open intents. */
export function counts(session: Session): Promise<LedgerCounts> {
  return inSnapshot(session, async (it) => {
    const assets = await countAssets(it, {});
    const [intents] = await countIntents(it, {});
    return {
      assetsByKind: sumBy(assets, "kind"),
      assetsByStatus: sumBy(assets, "status"),
      driftsByKind: sumBy(await countDrifts(it, {}), "kind"),
      workBySource: sumBy(await countWork(it, {}), "source"),
      openIntents: intents?.count ?? 0,
    };
  });
}

function sumBy<Key extends string>(
  rows: readonly ({ readonly [K in Key]: string } & { readonly count: number })[],
  key: Key,
): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const row of rows) sums[row[key]] = (sums[row[key]] ?? 0) + row.count;
  return sums;
}
