import { describe, expect, test } from "vitest";
import type { Backlog } from "../../src/ports/backlog.ts";
import type { BusStatus } from "../../src/ports/bus.ts";
import { BacklogWatch } from "../../src/server/backlog-watch.ts";
import { checkReadiness } from "../../src/server/readiness.ts";
import { CATALOG, FakeGateway, LAKEHOUSE } from "../support/fake-gateway.ts";

const NOW = Date.UTC(2026, 2, 1, 12);
const IDLE: Backlog = { head: 7, work: [], intents: [], reviews: [], drifts: [] };
const gateway = () => new FakeGateway({ loadStates: async () => [] });
const check = (backlog: Backlog, from = gateway(), status: BusStatus = { kind: "in-process" }) =>
  checkReadiness({
    backlog: new BacklogWatch({ backlog: async () => backlog }),
    bus: { status: () => status },
    gateway: from,
    now: () => NOW,
  });

test("with nothing wrong it is ready, and names no problem", async () => {
  expect(await check(IDLE)).toMatchObject({ status: "ready", problems: [], ledger: { status: "up", head: 7 } });
});

test("a gateway whose treaty is no longer in force is not to be asked, and says why", async () => {
  const from = gateway();
  from.current = false;
  const told = await check(IDLE, from);
  expect(told.status).toBe("unavailable");
  expect(told.problems[0]).toContain("Another treaty is in force");
});

test("a gateway below which the ledger went back is not to be asked, and says what to do", async () => {
  const from = gateway();
  from.replaced = true;
  expect(await check(IDLE, from)).toMatchObject({
    status: "unavailable",
    problems: [
      expect.stringContaining("older copy of itself while this gateway ran: it changes nothing any more. Restart it"),
    ],
    ledger: { status: "replaced", code: "LEDGER_REPLACED", head: 7 },
  });
});

test("a ledger that never answers is told as one that is gone, in time, and is not asked again meanwhile", async () => {
  let asked = 0;
  const ledger = {
    backlog: () => {
      asked += 1;
      return new Promise<never>(() => undefined);
    },
  };
  const watch = new BacklogWatch(ledger, undefined, 20);
  for (const _ of [1, 2, 3]) {
    const told = await checkReadiness({
      backlog: watch,
      bus: { status: () => ({ kind: "polling" }) },
      gateway: gateway(),
    });
    expect(told).toMatchObject({ status: "unavailable", ledger: { status: "down", error: "No answer within 20 ms." } });
    expect(told.problems[0]).toContain("The ledger does not answer");
  }
  expect(asked).toBe(1);
});

describe("what is late is degraded, and the problem says whom it concerns", () => {
  test("a source that fails: since when, why, and how much waits for it", async () => {
    const from = gateway();
    const error = { code: "timeout" as const, message: "No answer." };
    from.views = from.views.map((it) =>
      it.id === LAKEHOUSE ? { ...it, error, failingSince: "2026-03-01T11:00:00.000Z" } : it,
    );
    const told = await check({ ...IDLE, work: [{ source: LAKEHOUSE, count: 12, oldest: 3 }] }, from);
    expect(told).toMatchObject({
      status: "degraded",
      sources: [
        { name: "catalog", status: "up", backlog: 0 },
        { name: "lakehouse", status: "failing", failingSince: "2026-03-01T11:00:00.000Z", backlog: 12 },
      ],
    });
    expect(told.problems).toEqual([
      "lakehouse fails since 2026-03-01T11:00:00.000Z: No answer. 12 assets wait for it. Work on other sources goes on.",
    ]);
  });

  test("Redis that is gone: things are heard of later, and nothing is lost", async () => {
    const down: BusStatus = { kind: "redis", state: "down", since: NOW - 60_000, error: "connection refused" };
    const told = await check(IDLE, gateway(), down);
    expect(told).toMatchObject({ status: "degraded", bus: { kind: "redis", status: "down" } });
    expect(told.problems).toEqual([
      "Redis does not answer since 2026-03-01T11:59:00.000Z (connection refused): replicas hear of each other's changes later, from the ledger. Nothing is lost.",
    ]);
  });

  test("writes of unknown outcome, once they are older than it takes to settle them", async () => {
    const opened = (secondsAgo: number): Backlog => {
      const oldestAt = new Date(NOW - secondsAgo * 1_000).toISOString();
      return { ...IDLE, intents: [{ source: CATALOG, count: 2, oldestAt }] };
    };
    expect(await check(opened(30))).toMatchObject({ status: "ready", intents: { open: 2, status: "settling" } });
    const told = await check(opened(600));
    expect(told).toMatchObject({ status: "degraded", intents: { open: 2, oldestSeconds: 600, status: "stuck" } });
    expect(told.problems[0]).toContain("writes to catalog");
  });
});
