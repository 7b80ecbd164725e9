import { expect, test } from "vitest";
import type { BacklogLedger } from "../../src/ports/backlog.ts";
import type { Ledger } from "../../src/ports/ledger.ts";
import {
  accept,
  assetId,
  CATALOG,
  change,
  drift,
  intent,
  intentId,
  LAKE,
  newAsset,
  seconds,
} from "../support/ledger-fixtures.ts";

/** What a ledger tells of what is yet to be done. */
export function describeBacklog(name: string, open: () => Promise<Ledger & BacklogLedger>): void {
  test(`Ledger contract: ${name}: the backlog tells what waits, and since when`, async () => {
    await using ledger = await open();
    expect(await ledger.backlog()).toEqual({ head: 0, work: [], intents: [], drifts: [] });
    const reread = false;
    await accept(ledger, {
      assets: [newAsset(1, { drifts: [drift(1), drift(2, { state: "IN_REVIEW" }), drift(3, { state: "RESOLVED" })] })],
      changes: [change()],
      dirty: [
        { asset: assetId(1), source: LAKE, reread },
        { asset: assetId(1), source: CATALOG, reread },
      ],
    });
    await accept(ledger, {
      assets: [newAsset(2)],
      changes: [change({ kind: "WRITE_INTENDED", intent: intentId(1), at: seconds(5) })],
      dirty: [{ asset: assetId(2), source: LAKE, reread }],
      openIntents: [intent(1, { asset: assetId(2) })],
    });
    const { drifts, head, intents, work } = await ledger.backlog();
    expect(head).toBe(2);
    expect([...work].sort((left, right) => left.count - right.count)).toEqual([
      { source: CATALOG, count: 1, oldest: 1 },
      { source: LAKE, count: 2, oldest: 1 },
    ]);
    expect(intents).toEqual([{ source: LAKE, count: 1, oldestAt: seconds(5) }]);
    expect(drifts.map((it) => `${it.kind} ${it.state} ${it.count}`).sort()).toEqual([
      "FOREIGN_WRITE IN_REVIEW 1",
      "FOREIGN_WRITE OPEN 1",
    ]);
  });
}
