import { createInProcessBus } from "../../src/bus/in-process.ts";
import { createLeaseKeeper } from "../../src/delivery/lease-keeper.ts";
import type { Bus } from "../../src/ports/bus.ts";
import type { Engine } from "../../src/ports/engine.ts";
import { Scanner } from "../../src/reconcile/scanner.ts";
import { Route } from "../../src/route/route.ts";
import { EngineGateway } from "../../src/server/engine-gateway.ts";
import { recordTreaty } from "../../src/server/record-treaty.ts";
import { Registry } from "../../src/server/registry.ts";
import { type CompiledTreaty, compileTreaty } from "../../src/treaty/compile.ts";
import { type EngineHarness, rules } from "./engine-harness.ts";

/** One more process on the harness's ledger and sources; nothing of it works by itself. */
export interface Replica {
  readonly engine: Engine & { readonly treaty: CompiledTreaty };
  readonly route: Route;
  readonly scanner: Scanner;
  readonly gateway: EngineGateway;
  readonly bus: Bus;
}

/** @param treaty in force from now on, if it is another one than before: as when a process with a new treaty starts. */
export async function startReplica(
  harness: EngineHarness,
  name: string,
  treaty: CompiledTreaty = harness.treaty,
): Promise<Replica> {
  const { clock, ledger, sources } = harness;
  const registry = await Registry.open(
    ledger,
    sources.map((source) => ({ source, initialMode: "enforce", prefix: [] })),
  );
  const bus = createInProcessBus();
  const report: Engine["report"] = (_, event, facts) => void harness.reports.push({ event, facts });
  const engine = {
    ...harness.engine,
    sources: registry,
    treaty,
    bus,
    holder: name,
    leases: createLeaseKeeper({ clock, holder: name, ledger, report }),
  };
  await recordTreaty(engine);
  const route = new Route(engine);
  const scanner = new Scanner(engine, new AbortController().signal);
  return { engine, route, scanner, bus, gateway: new EngineGateway({ engine, registry, route, scanner }) };
}

/** The harness's treaty with something else in it: what a roll-out brings. */
export function newTreaty(harness: EngineHarness): CompiledTreaty {
  const text = { deletion: { misses: 3, gracePeriod: "PT2H" }, rules: rules({ onForeignWrite: "adopt" }) };
  const treaty = compileTreaty(
    text,
    harness.sources.map(({ id, role }) => ({ id, role })),
  );
  if (!treaty.ok) throw new Error(treaty.error.map((it) => it.message).join("\n"));
  return treaty.value;
}
