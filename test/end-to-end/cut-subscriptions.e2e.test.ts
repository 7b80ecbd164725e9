import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type IcebergSandbox, startIcebergSandbox } from "../../sandbox/iceberg-rest/sandbox.ts";
import { GatewayProcess } from "../support/gateway-process.ts";
import { waitFor } from "../support/wait-for.ts";
import {
  CHANGE_EVENTS,
  DRIFT_EVENTS,
  type DriftEventNode,
  headOf,
  listAssets,
  readLog,
  scan,
  setMode,
  settle,
} from "./graph.ts";
import { governed } from "./treaty.ts";

vi.setConfig({ testTimeout: 180_000 });

const TABLES = 120;
const CHANGES = 1_000;
const DRIFT_KINDS = ["DRIFT_OPENED", "DRIFT_CHANGED", "DRIFT_RESOLVED"];

interface Follower {
  /** Cursors of the events, in the order in which they came. */
  readonly cursors: readonly string[];
  readonly cuts: number;
  stop(): Promise<void>;
}

describe("A subscriber that is cut off again and again", () => {
  let sandbox: IcebergSandbox;
  let gateway: GatewayProcess;
  let tables: readonly string[];

  beforeAll(async () => {
    sandbox = await startIcebergSandbox({ seed: { tables: TABLES } });
    gateway = await GatewayProcess.start({ config: governed(sandbox.url) });
    await settle(gateway);
    tables = (await listAssets(gateway)).filter((it) => it.kind === "TABLE").map((it) => it.name);
  });
  afterAll(async () => {
    await gateway?.[Symbol.asyncDispose]();
    await sandbox?.[Symbol.asyncDispose]();
  });

  /** Follows a subscription from `after`, resets its connection after every `every` events, and comes back with its cursor. */
  function followCut(
    document: string,
    read: (event: Record<string, { cursor: string }>) => { cursor: string },
    after: string,
    every: number,
  ): Follower {
    const cursors: string[] = [];
    let cuts = 0;
    let stopped = false;
    let open: ReturnType<GatewayProcess["subscribe"]> | undefined;
    const run = async (): Promise<void> => {
      while (!stopped) {
        await using stream = gateway.subscribe<Record<string, { cursor: string }>>(document, {
          after: cursors.at(-1) ?? after,
        });
        open = stream;
        const enough = cursors.length + every;
        for await (const event of stream) {
          cursors.push(read(event).cursor);
          if (cursors.length < enough) continue;
          stream.cut(); // what has arrived and was not read is lost with the connection
          cuts += 1;
          break;
        }
      }
    };
    const running = run();
    return {
      cursors,
      get cuts() {
        return cuts;
      },
      stop: async () => {
        stopped = true;
        open?.cut();
        await running;
      },
    };
  }

  /** Sets one custom field after the other, on all tables. */
  async function applyThousand(): Promise<void> {
    const changes = Array.from({ length: CHANGES }, (_, index) => ({
      name: tables[index % tables.length],
      field: `custom.field${Math.floor(index / tables.length)}`,
      operation: "SET",
      value: `v${index}`,
    }));
    const document = `mutation ($input: ApplyChangesInput!) {
      applyChanges(input: $input) { succeeded failed userErrors { message } } }`;
    const answer = await gateway.query(document, { input: { changes } });
    expect(answer).toEqual({ applyChanges: { succeeded: CHANGES, failed: 0, userErrors: [] } });
  }

  test("misses no change and sees none twice while a thousand are made", async () => {
    const before = await headOf(gateway);
    const follower = followCut(CHANGE_EVENTS, (it) => it["changes"] as { cursor: string }, before, 137);
    await applyThousand();
    await settle(gateway);
    const logged = (await readLog(gateway, {}, before)).map((it) => it.cursor);
    await waitFor("the subscriber has come to the end", () => follower.cursors.length >= logged.length);
    await follower.stop();
    expect(logged.length).toBeGreaterThan(3 * CHANGES); // intent, outcome and change of each, and what mirrors got
    expect(follower.cursors).toEqual(logged);
    expect(follower.cuts).toBeGreaterThan(20);
  });

  test("misses no drift and sees none twice while hundreds come and go", async () => {
    const before = await headOf(gateway);
    const follower = followCut(DRIFT_EVENTS, (it) => it["drift"] as { cursor: string }, before, 23);
    for (const round of [1, 2, 3]) {
      // A part of the tables only: more rewrites in one run would be more than the guards let pass.
      for (const name of tables.filter((_, index) => index % 4 === round)) {
        sandbox.edit.setProperties(name, { "concordat.custom.field0": "foreign", "concordat.custom.field1": null });
      }
      await scan(gateway);
    }
    await settle(gateway);
    const logged = (await readLog(gateway, { kinds: DRIFT_KINDS }, before)).map((it) => it.cursor);
    await waitFor("the subscriber has come to the end", () => follower.cursors.length >= logged.length);
    await follower.stop();
    expect(logged.length).toBeGreaterThanOrEqual(2 * 2 * 90); // two fields of each table, opened and resolved
    expect(follower.cursors).toEqual(logged);
    expect(follower.cuts).toBeGreaterThan(10);
    expect(new Set(logged).size).toBe(logged.length);
  });

  test("sees each drift that stands open once, also where it is cut in the middle of them", async () => {
    await setMode(gateway, "lakehouse", "OBSERVE");
    for (const name of tables.slice(0, 50)) sandbox.edit.setProperties(name, { "concordat.custom.field1": "foreign" });
    await scan(gateway);
    await settle(gateway);
    const first = await take({ initial: true }, 20);
    const rest = await take({ after: first.at(-1)?.cursor }, 30);
    const told = [...first, ...rest];
    expect(new Set(told.map((it) => it.drift.asset.name))).toEqual(new Set(tables.slice(0, 50)));
    expect(told.every((it) => it.type === "OPENED" && it.drift.kind === "FOREIGN_WRITE")).toBe(true);
    // Then what is new: every one of them is resolved, each once.
    const resolving = take({ after: rest.at(-1)?.cursor, filter: { states: ["RESOLVED"] } }, 50);
    await setMode(gateway, "lakehouse", "ENFORCE");
    const resolved = await resolving;
    expect(new Set(resolved.map((it) => it.drift.id))).toEqual(new Set(told.map((it) => it.drift.id)));
  });

  /** The first `count` events of one subscription. */
  async function take(variables: Record<string, unknown>, count: number): Promise<readonly DriftEventNode[]> {
    const document = DRIFT_EVENTS.replace("$after: Cursor", "$after: Cursor, $initial: Boolean").replace(
      "after: $after",
      "after: $after, initial: $initial",
    );
    const events: DriftEventNode[] = [];
    await using stream = gateway.subscribe<{ drift: DriftEventNode }>(document, variables);
    for await (const event of stream) {
      events.push(event.drift);
      if (events.length === count) break;
    }
    return events;
  }
});
