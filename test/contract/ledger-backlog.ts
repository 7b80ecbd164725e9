import { expect, test } from "vitest";
import { parseReviewId } from "../../src/domain/ids.ts";
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

const NOTHING = { changes: 0, assets: 0 };

/** What a ledger tells of what is yet to be done. */
export function describeBacklog(name: string, open: () => Promise<Ledger & BacklogLedger>): void {
  test(`Ledger contract: ${name}: the backlog tells what waits, and since when`, async () => {
    await using ledger = await open();
    expect(await ledger.backlog()).toEqual({ head: 0, work: [], intents: [], reviews: [], drifts: [] });
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
    const review = { kind: "GUARD", state: "OPEN", source: LAKE, openedAt: seconds(6), because: "too much" } as const;
    const counted = {
      scope: "writes",
      effect: "removal",
      spent: NOTHING,
      bound: NOTHING,
      modeBefore: "enforce",
    } as const;
    const id = parseReviewId(`review:${"0".repeat(26)}`);
    await accept(ledger, {
      reviews: [{ review: { ...review, ...counted, id, total: 0, listed: 0 }, expects: "none", items: [] }],
    });
    const { drifts, head, intents, reviews, work } = await ledger.backlog();
    expect(head).toBe(2);
    expect(reviews).toEqual([{ kind: "GUARD", count: 1 }]);
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
