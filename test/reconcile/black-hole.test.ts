import { expect, test } from "vitest";
import { parseSourceId, type SourceId } from "../../src/domain/ids.ts";
import type { Source } from "../../src/ports/source.ts";
import { runLane } from "../../src/reconcile/lane.ts";
import { Scanner } from "../../src/reconcile/scanner.ts";
import { Route } from "../../src/route/route.ts";
import { Registry } from "../../src/server/registry.ts";
import { monitorSources } from "../../src/server/source-monitor.ts";
import { watchSources } from "../../src/server/watched-source.ts";
import { ALICE, EngineHarness, heldBy, rules } from "../support/engine-harness.ts";
import { MemorySource } from "../support/memory-source.ts";

const OTHER = parseSourceId("other");
const NEVER = new AbortController().signal;
const MINUTE = 60_000;
const TABLES = 40;
const UNBOUNDED = { maxRemovals: 1_000, maxRemovalPercent: 100, maxRewrites: 1_000, maxRewritePercent: 100 };
const table = (index: number) => ({ kind: "TABLE" as const, name: ["sales", `t${index}`] });

test("an hour of black hole: the other mirror keeps its pace, the backlog stays one piece an asset, and drains (P12)", async () => {
  const other = new MemorySource({
    id: OTHER,
    role: "catalog",
    capabilities: { provesExistence: false, createsAssets: true },
  });
  const all = rules().map((it) => ({ ...it, mirrors: [...(it.mirrors ?? []), "other"] }));
  await using harness = await EngineHarness.open({ rules: all, more: [other], treaty: { guards: UNBOUNDED } });
  const { catalog, clock, lakehouse, ledger } = harness;
  for (let index = 0; index < TABLES; index += 1)
    for (const it of [catalog, lakehouse, other])
      it.assets.put({ ...table(index), fields: { domain: "sales", description: "A table" } });
  await harness.sync();

  const silent = { code: "timeout" as const, message: "The server did not answer in time." };
  let isSilent = false;
  let asked = 0;
  /** As a client with a time limit of 30 s sees a server that takes connections and says nothing. */
  const blackHole: Source = Object.assign(Object.create(lakehouse) as Source, {
    read: async (...[refs, signal]: Parameters<Source["read"]>) => {
      if (!isSilent) return lakehouse.read(refs, signal);
      asked += 1;
      await clock.sleep(30_000, signal);
      return refs.map(() => ({ kind: "failed" as const, error: silent }));
    },
    write: async (...[write, signal]: Parameters<Source["write"]>) => {
      if (!isSilent) return lakehouse.write(write, signal);
      asked += 1;
      await clock.sleep(30_000, signal);
      return { kind: "failed" as const, error: silent };
    },
    health: async () => (isSilent ? silent : undefined),
  });
  const entries = [catalog, blackHole, other].map((source) => ({
    source,
    initialMode: "enforce" as const,
    prefix: [],
  }));
  const { registered, watched } = watchSources(entries, clock, {});
  const registry = await Registry.open(ledger, registered);
  const engine = { ...harness.engine, sources: registry };
  const route = new Route(engine);
  const stop = new AbortController();
  const scanner = new Scanner(engine, stop.signal);
  const scan = (id: SourceId) => scanner.scan(id);
  const running = [
    ...engine.sources.ids.map((it) => runLane(engine, it, stop.signal)),
    monitorSources(engine, watched, { scan }, stop.signal),
  ];

  isSilent = true;
  const late: number[] = [];
  for (let minute = 0; minute < 60; minute += 1) {
    const ref = table(minute % TABLES);
    const edit = { op: "set", value: `domain-${minute}` } as const;
    const began = clock.now();
    await route.apply({ asset: { name: ref.name.join(".") }, field: "domain", edit }, ALICE, NEVER);
    for (let tries = 0; heldBy(other, "domain", ref) !== edit.value && tries < 600; tries += 1) {
      await turns();
      if (heldBy(other, "domain", ref) !== edit.value) await clock.advance(100);
    }
    late.push(clock.now() - began);
    await clock.advance(MINUTE - ((clock.now() - began) % MINUTE));
    expect((await ledger.counts()).workBySource[lakehouse.id] ?? 0).toBeLessThanOrEqual(TABLES);
  }
  // Whoever asked it when it fell silent waits for as long as one call takes; from then on nobody does.
  expect(Math.max(...late.slice(0, 1))).toBeLessThanOrEqual(30_000);
  expect(Math.max(...late.slice(1))).toBe(0);
  expect(registry.failing(lakehouse.id)).toBeDefined();
  expect(asked).toBeLessThan(60);

  isSilent = false;
  const returned = clock.now();
  while (Object.values((await ledger.counts()).workBySource).some((it) => it > 0)) {
    await turns();
    await clock.advance(1_000);
    expect(clock.now() - returned).toBeLessThan(3 * MINUTE);
  }
  for (let index = 0; index < TABLES; index += 1)
    expect(heldBy(lakehouse, "domain", table(index))).toBe(heldBy(catalog, "domain", table(index)));
  stop.abort();
  await clock.run(Promise.all(running));
});

/** Whatever needs no time takes place. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
