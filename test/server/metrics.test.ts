import { pino } from "pino";
import { describe, expect, test } from "vitest";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { engineReport, reportTo } from "../../src/observe/engine-events.ts";
import { measureLedger } from "../../src/observe/measured-ledger.ts";
import { Metrics } from "../../src/observe/metrics.ts";
import { openGraph } from "../support/graph-harness.ts";
import { accept, assetId, change, drift, intent, intentId, LAKE, newAsset } from "../support/ledger-fixtures.ts";
import { waitFor } from "../support/wait-for.ts";

/** The samples of one text, by name and labels as they stand in it. */
function samples(text: string): ReadonlyMap<string, number> {
  const lines = text.split("\n").filter((it) => it !== "" && !it.startsWith("#"));
  return new Map(lines.map((it) => [it.slice(0, it.lastIndexOf(" ")), Number(it.slice(it.lastIndexOf(" ") + 1))]));
}

async function scrape(address: string, headers: Record<string, string> = {}) {
  const answer = await fetch(`${address}/metrics`, { headers });
  const text = await answer.text();
  return { status: answer.status, type: answer.headers.get("content-type"), text, samples: samples(text) };
}

describe("GET /metrics", () => {
  test("tells what waits, what drifts and how the sources stand, as Prometheus reads it", async () => {
    await using graph = await openGraph();
    graph.gateway.views = graph.gateway.views.map((it) =>
      it.id === "lakehouse"
        ? {
            ...it,
            error: { code: "timeout", message: "No answer." },
            failingSince: new Date(Date.now() - 60_000).toISOString(),
          }
        : it,
    );
    const secret = newAsset(1, { asset: { name: "sales.secret_table" }, drifts: [drift(1, { found: "hunter2" })] });
    await graph.commit({
      assets: [secret],
      changes: [change({ intent: intentId(1), at: new Date(Date.now() - 60_000).toISOString() })],
      dirty: [{ asset: secret.id, source: "lakehouse" as never, reread: false }],
      openIntents: [intent(1, { source: LAKE })],
    });
    const told = await scrape(graph.server.address);
    expect(told).toMatchObject({ status: 200, type: "text/plain; version=0.0.4; charset=utf-8" });
    expect(Object.fromEntries(told.samples)).toMatchObject({
      concordat_ledger_up: 1,
      concordat_log_head: 1,
      'concordat_work_open{source="lakehouse"}': 1,
      'concordat_work_open{source="catalog"}': 0,
      'concordat_intents_open{source="lake"}': 1,
      'concordat_drifts_open{kind="FOREIGN_WRITE",state="OPEN"}': 1,
      'concordat_assets{kind="TABLE"}': 1,
      'concordat_source_up{source="catalog",role="catalog"}': 1,
      'concordat_source_up{source="lakehouse",role="lakehouse"}': 0,
      'concordat_source_mode{source="catalog",mode="enforce"}': 1,
    });
    expect(told.samples.get('concordat_source_failing_seconds{source="lakehouse"}')).toBeGreaterThanOrEqual(60);
    expect(told.samples.get('concordat_intents_oldest_seconds{source="lake"}')).toBeGreaterThanOrEqual(60);
    expect(told.text).not.toMatch(/secret_table|hunter2|owners/);
  });

  test("says that the ledger is down, and still comes", async () => {
    await using graph = await openGraph();
    graph.ledger.backlog = () => Promise.reject(new Error("It is gone."));
    const told = await scrape(graph.server.address);
    expect(told.status).toBe(200);
    expect(told.samples.get("concordat_ledger_up")).toBe(0);
    expect(told.samples.get('concordat_source_up{source="catalog",role="catalog"}')).toBe(1);
  });

  test("where tokens are configured, comes for one that may read and nobody else", async () => {
    const token = "portal-token-0123456789";
    await using graph = await openGraph({ access: { tokens: [{ name: "portal", token, roles: ["reader"] }] } });
    const refused = await scrape(graph.server.address);
    expect(refused).toMatchObject({ status: 401, text: expect.stringContaining("Send your token") });
    expect(refused.text).not.toContain("concordat_");
    expect((await scrape(graph.server.address, { authorization: `Bearer ${token}` })).status).toBe(200);
  });

  test("counts the events that subscribers were given, and who is subscribed", async () => {
    await using graph = await openGraph();
    const client = graph.connect();
    const events = client.iterate({ query: "subscription { changes { kind } }" });
    const first = events.next();
    await waitFor("the subscription is open", async () => {
      return (await scrape(graph.server.address)).samples.get("concordat_subscribers") === 1;
    });
    await graph.append({});
    await first;
    expect((await scrape(graph.server.address)).samples.get("concordat_events_delivered_total")).toBe(1);
    await events.return?.();
  });
});

describe("what the engine reports", () => {
  const render = async (metrics: Metrics) => samples(await metrics.registry.metrics());

  test("is counted beside being logged: mutations by outcome, lag, scans, guards", async () => {
    const metrics = new Metrics();
    const lines: string[] = [];
    const log = pino({ level: "info" }, { write: (line: string) => void lines.push(line) });
    const report = reportTo(engineReport(log), metrics.report);
    report("debug", "mutation-ended", { outcome: "OK", tookMs: 20 });
    report("debug", "mutation-ended", { outcome: "SOURCE_UNAVAILABLE", tookMs: 2_000 });
    report("debug", "mirror-confirmed", { source: "lake", lagMs: 400 });
    report("warn", "guard-tripped", { source: "lake" });
    report("info", "scan-ended", { source: "lake", complete: true, assets: 7, changed: 2, failed: 1, tookMs: 900 });
    expect(Object.fromEntries(await render(metrics))).toMatchObject({
      'concordat_mutation_seconds_count{outcome="OK"}': 1,
      'concordat_mutation_seconds_bucket{le="1",outcome="SOURCE_UNAVAILABLE"}': 0,
      'concordat_mutation_seconds_bucket{le="2.5",outcome="SOURCE_UNAVAILABLE"}': 1,
      'concordat_mirror_lag_seconds_bucket{le="0.5",source="lake"}': 1,
      'concordat_guard_trips_total{source="lake"}': 1,
      'concordat_scan_seconds_count{source="lake",result="complete"}': 1,
      'concordat_scanned_assets_total{source="lake",result="listed"}': 7,
      'concordat_scanned_assets_total{source="lake",result="changed"}': 2,
      'concordat_engine_events_total{event="guard-tripped",level="warn"}': 1,
    });
    expect(lines.map((it) => (JSON.parse(it) as { event: string }).event)).toEqual([
      "engine.guard-tripped",
      "engine.scan-ended",
    ]);
  });

  test("and what was taken over from a process that died is counted by what it was", async () => {
    const metrics = new Metrics();
    await using memory = await openSqliteLedger({ path: ":memory:" });
    const ledger = measureLedger(memory, metrics);
    const [old, heir] = ["old", "heir"];
    await ledger.markDirty([1, 2, 3].map((it) => ({ asset: assetId(it), source: LAKE, reread: false })));
    await ledger.claimWork(LAKE, old, 0, 100, 2);
    await ledger.claimLease("scan:lake", old, 0, 100);
    await accept(ledger, { openIntents: [intent(1, { holder: old, leaseUntil: 100 })] });
    expect((await render(metrics)).get('concordat_lease_takeovers_total{kind="work"}') ?? 0).toBe(0);
    await ledger.claimWork(LAKE, heir, 100, 100, 10);
    await ledger.claimLease("scan:lake", heir, 100, 200);
    await ledger.takeOverIntent(intentId(1), heir, 100, 200);
    const told = await render(metrics);
    expect(["work", "scan", "intent"].map((it) => told.get(`concordat_lease_takeovers_total{kind="${it}"}`))).toEqual([
      2, 1, 1,
    ]);
  });

  test("and what of the ledger fails is counted by operation, the failure going on to whoever asked", async () => {
    const metrics = new Metrics();
    const ledger = measureLedger(
      { head: () => Promise.reject(new Error("It is gone.")), counts: async () => 3 },
      metrics,
    );
    await expect(ledger.head()).rejects.toThrow("It is gone.");
    expect(await ledger.counts()).toBe(3);
    expect((await render(metrics)).get('concordat_ledger_errors_total{operation="head"}')).toBe(1);
  });
});
