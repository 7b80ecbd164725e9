import { describe, expect, test, vi } from "vitest";
import { type IcebergSandbox, startIcebergSandbox } from "../../sandbox/iceberg-rest/sandbox.ts";
import { GatewayProcess } from "../support/gateway-process.ts";
import { waitFor } from "../support/wait-for.ts";
import { type ChangeNode, headOf, mutate, type Payload, readField, readLog, settle } from "./graph.ts";
import { governed } from "./treaty.ts";

vi.setConfig({ testTimeout: 240_000 });

const TABLES = 12;
const COMMIT = "POST /v1/{prefix}/namespaces/{namespace}/tables/{table}";

/** One change: a value of its own for one field of one table. `field` tells the authority: description the lakehouse, domain the catalog. */
interface Wanted {
  readonly table: string;
  readonly field: "description" | "domain";
  readonly value: string;
  readonly idempotencyKey: string;
}

/** Rounds in which every table gets a new description and a new domain. */
function plan(rounds: number, prefix: string): readonly Wanted[] {
  return Array.from({ length: rounds * TABLES * 2 }, (_, index) => {
    const field = index % 2 === 0 ? "description" : "domain";
    const value = `${prefix} ${index}`;
    return { table: `shop.t${(index >> 1) % TABLES}`, field, value, idempotencyKey: value };
  });
}

/** A lakehouse with some tables and a gateway that has seen them. */
class Shop implements AsyncDisposable {
  readonly sandbox: IcebergSandbox;
  readonly gateway: GatewayProcess;

  private constructor(sandbox: IcebergSandbox, gateway: GatewayProcess) {
    this.sandbox = sandbox;
    this.gateway = gateway;
  }

  static async open(): Promise<Shop> {
    const sandbox = await startIcebergSandbox();
    sandbox.edit.createNamespace("shop");
    for (let index = 0; index < TABLES; index += 1) {
      sandbox.edit.createTable(`shop.t${index}`, [{ name: "id", type: "long" }]);
    }
    const gateway = await GatewayProcess.start({ config: governed(sandbox.url) });
    await settle(gateway);
    return new Shop(sandbox, gateway);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway[Symbol.asyncDispose]();
    await this.sandbox[Symbol.asyncDispose]();
  }

  send({ field, idempotencyKey, table, value }: Wanted): Promise<Payload> {
    const name = field === "domain" ? "setDomain" : "setDescription";
    return mutate(this.gateway, name, { name: table, [field]: value, idempotencyKey });
  }

  /** Sends what is wanted, each table's in order, until a sending fails. Gives what was acknowledged. */
  async run(wanted: readonly Wanted[], acknowledged: Set<Wanted>): Promise<void> {
    const byTable = Map.groupBy(wanted, (it) => it.table);
    const chains = [...byTable.values()].map(async (chain) => {
      for (const it of chain) {
        if (acknowledged.has(it)) continue;
        const payload = await this.send(it).catch(() => undefined); // the gateway is gone
        if (!payload) return;
        if (payload.userErrors.length === 0) acknowledged.add(it);
        else if (payload.userErrors.some((error) => !["BUSY", "OUTCOME_UNKNOWN"].includes(error.code)))
          throw new Error(JSON.stringify(payload));
        else return;
      }
    });
    await Promise.all(chains);
  }

  /** Repeats what was not acknowledged, under its key, until everything is. */
  async finish(wanted: readonly Wanted[], acknowledged: Set<Wanted>): Promise<void> {
    await waitFor("every change is acknowledged", async () => {
      await this.run(wanted, acknowledged);
      return acknowledged.size === wanted.length;
    });
    await settle(this.gateway);
  }

  /** Every value became the field's exactly once, in the order sent; nothing else did; both sides hold the last ones; the log is whole. */
  async check(wanted: readonly Wanted[], after: string): Promise<void> {
    const log = await readLog(this.gateway, {}, after);
    const positions = (await readLog(this.gateway)).map((it) => positionOf(it));
    expect(positions).toEqual(positions.map((_, index) => index + 1));
    for (const field of ["description", "domain"] as const) {
      for (const [table, chain] of Map.groupBy(
        wanted.filter((it) => it.field === field),
        (it) => it.table,
      )) {
        const values = chain.map((it) => it.value);
        const changes = log.filter((it) => it.kind === "FIELD_CHANGED" && it.field === field && it.assetName === table);
        expect(changes.map((it) => it.after)).toEqual(values);
        expect(changes.filter((it) => it.actor.kind === "SOURCE")).toEqual([]); // it is known who made each of them
        const { at, status } = await readField(this.gateway, table, field, "LIVE");
        expect({ status, at }).toEqual({ status: "IN_SYNC", at: { lakehouse: values.at(-1), catalog: values.at(-1) } });
        const property = field === "description" ? "comment" : "concordat.domain";
        expect(this.sandbox.edit.properties(table)[property]).toBe(values.at(-1));
      }
    }
    const intended = log.filter((it) => it.kind === "WRITE_INTENDED").length;
    const outcomes = log.filter((it) => it.kind === "WRITE_APPLIED" || it.kind === "WRITE_FAILED").length;
    expect(outcomes).toBe(intended);
  }
}

// Most of it is waiting for what a dead process may still have under way: they wait together.
describe.concurrent("No acknowledged change is lost and none is made twice", () => {
  test("when the gateway is killed in the middle of a run, several times", async () => {
    await using shop = await Shop.open();
    const { gateway } = shop;
    const after = await headOf(gateway);
    const wanted = plan(8, "killed");
    const acknowledged = new Set<Wanted>();
    for (const kill of [1, 2, 3, 4]) {
      const running = shop.run(wanted, acknowledged);
      await waitFor("some are acknowledged", () => acknowledged.size > kill * 20);
      await gateway.kill();
      await running;
      const known = new Set(acknowledged);
      await gateway.restart();
      // What was acknowledged stands at its authority right after the start, or something sent later does.
      for (const [key, chain] of Map.groupBy(wanted, (it) => `${it.table} ${it.field}`)) {
        const last = chain.findLastIndex((it) => known.has(it));
        const [table = "", field = ""] = key.split(" ");
        const { at } = await readField(gateway, table, field, "LIVE");
        const held = at[field === "domain" ? "catalog" : "lakehouse"];
        if (last >= 0) expect(chain.slice(last, last + 2).map((it) => it.value)).toContain(held);
      }
    }
    expect(acknowledged.size).toBeLessThan(wanted.length);
    await shop.finish(wanted, acknowledged);
    await shop.check(wanted, after);
  });

  test("when the lakehouse answers 500 to every third commit although it has applied it", async () => {
    await using shop = await Shop.open();
    const { gateway, sandbox } = shop;
    const after = await headOf(gateway);
    const wanted = plan(4, "doubted");
    const fault = sandbox.faults.add({ kind: "error-after-apply", probability: 0.33, seed: 7, path: "**/tables/**" });
    sandbox.requests.reset();
    const acknowledged = new Set<Wanted>();
    await shop.finish(wanted, acknowledged);
    expect(fault.fired).toBeGreaterThan(10);
    sandbox.faults.clear();
    await settle(gateway);
    await shop.check(wanted, after);
    const applied = (await readLog(gateway, { kinds: ["WRITE_APPLIED"], sources: ["lakehouse"] }, after)).length;
    expect(sandbox.requests.of(COMMIT)).toBe(applied); // none was sent twice
  });

  test("when connections break after the lakehouse has applied a commit", async () => {
    await using shop = await Shop.open();
    const { gateway, sandbox } = shop;
    const after = await headOf(gateway);
    const wanted = plan(3, "broken");
    const fault = { kind: "connection-reset", afterApply: true, method: "POST", path: "**/tables/**" } as const;
    const { id } = sandbox.faults.add({ ...fault, probability: 0.3, seed: 3 });
    const acknowledged = new Set<Wanted>();
    await shop.finish(wanted, acknowledged);
    expect(sandbox.faults.list().find((it) => it.id === id)?.fired).toBeGreaterThan(5);
    sandbox.faults.clear();
    await settle(gateway);
    await shop.check(wanted, after);
  });

  test("when a connection breaks before anything was applied, nobody knows, and the gateway ends", async () => {
    await using shop = await Shop.open();
    const { gateway, sandbox } = shop;
    const after = await headOf(gateway);
    const [wanted] = plan(1, "unknown");
    if (!wanted) throw new Error("There is no change.");
    sandbox.faults.add({ kind: "connection-reset", method: "POST", path: "**/tables/**", count: 1 });
    const { change, deliveries, userErrors } = await shop.send(wanted);
    expect(change).toBeNull();
    expect(userErrors).toMatchObject([{ code: "OUTCOME_UNKNOWN" }]);
    expect(userErrors[0]?.message).toContain("Retry with the same idempotency key");
    expect(deliveries).toMatchObject([{ source: { name: "lakehouse" }, status: "PENDING" }]);
    await gateway.kill();
    await gateway.restart();
    await waitFor("the doubt is settled", async () => {
      return (await readLog(gateway, { kinds: ["WRITE_FAILED"] }, after)).length > 0;
    });
    await shop.finish([wanted], new Set());
    await shop.check([wanted], after);
  });
});

function positionOf({ cursor }: ChangeNode): number {
  return Number(Buffer.from(cursor, "base64url").toString("utf8").split(":")[1]);
}
