import { sql } from "kysely";
import type { DriftKind, DriftState } from "../../domain/drift.ts";
import type { SourceId } from "../../domain/ids.ts";
import type { ReviewKind } from "../../domain/review.ts";
import type { Backlog } from "../../ports/backlog.ts";
import { inSnapshot, type Session, statement } from "../statement.ts";
import { isOpen } from "./drifts.ts";

const readHead = statement((db) => db.selectFrom("head").select("position"));
const readWork = statement((db) =>
  db
    .selectFrom("work")
    .select(({ fn }) => ["source", fn.countAll<number>().as("count"), fn.min<number>("position").as("oldest")])
    .groupBy("source"),
);
const readIntents = statement((db) =>
  db
    .selectFrom("intent")
    .innerJoin("log", "log.position", "intent.position")
    .select(({ fn }) => ["intent.source", fn.countAll<number>().as("count"), fn.min<string>("log.at").as("oldestAt")])
    .groupBy("intent.source"),
);
const readDrifts = statement((db) =>
  db
    .selectFrom("drift")
    .select(({ fn }) => ["kind", "state", fn.countAll<number>().as("count")])
    .where(isOpen)
    .groupBy(["kind", "state"]),
);

const readReviews = statement((db) =>
  db
    .selectFrom("review")
    .select(({ fn }) => ["kind", fn.countAll<number>().as("count")])
    .where("state", "=", sql.lit("OPEN"))
    .groupBy("kind"),
);

/** Costs as much as there is to be done, whatever the size of the ledger. */
export function backlog(session: Session): Promise<Backlog> {
  return inSnapshot(session, async (it) => {
    const [head] = await readHead(it, {});
    return {
      head: head?.position ?? 0,
      work: (await readWork(it, {})).map((row) => ({ ...row, source: row.source as SourceId })),
      intents: (await readIntents(it, {})).map((row) => ({ ...row, source: row.source as SourceId })),
      reviews: (await readReviews(it, {})).map((row) => ({ ...row, kind: row.kind as ReviewKind })),
      drifts: (await readDrifts(it, {})).map((row) => ({
        kind: row.kind as DriftKind,
        state: row.state as DriftState,
        count: row.count,
      })),
    };
  });
}
