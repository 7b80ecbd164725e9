import { expect } from "vitest";
import { type IcebergSandbox, startIcebergSandbox } from "../../sandbox/iceberg-rest/sandbox.ts";
import { GatewayProcess } from "../support/gateway-process.ts";
import { headOf, listAssets, readField, readLog, scan, settle } from "./graph.ts";
import { governed } from "./treaty.ts";

const TABLES = 100;

/**
 * Lets a gateway see a lakehouse with much governance in it and an empty catalog for the first time, under `union`: both
 * then hold everything, nothing was taken away or changed on the way, and a second look finds nothing to do.
 */
export async function expectUnion(config: Readonly<Record<string, unknown>> = {}): Promise<void> {
  await using sandbox = await startIcebergSandbox({ seed: { tables: TABLES } });
  const names = await listTables(sandbox);
  expect(names).toHaveLength(TABLES);
  const before = names.map((it) => sandbox.edit.properties(it));
  await using gateway = await GatewayProcess.start({ config: { ...governed(sandbox.url), ...config } });
  await settle(gateway);
  expect(names.map((it) => sandbox.edit.properties(it))).toEqual(before);
  const found = (await listAssets(gateway)).map((it) => it.name);
  expect(found.filter((it) => names.includes(it))).toEqual(names.toSorted());
  expect(new Set(found).size).toBe(found.length);
  const lost = (await readLog(gateway, { kinds: ["FIELD_CHANGED"] })).filter((it) => it.after === null);
  expect(lost).toEqual([]);
  const owned = names.filter((_, index) => before[index]?.["owner"] !== undefined).slice(0, 10);
  expect(owned.length).toBeGreaterThan(0);
  for (const name of owned) {
    const { at, status } = await readField(gateway, name, "owners", "LIVE");
    expect(status).toBe("IN_SYNC");
    expect(at["catalog"]).toEqual(at["lakehouse"]);
    expect(at["catalog"]).not.toBeNull();
  }
  const head = await headOf(gateway);
  sandbox.requests.reset();
  for (const source of ["lakehouse", "catalog"]) {
    expect(await scan(gateway, source)).toMatchObject({ complete: true, changed: 0 });
  }
  await settle(gateway);
  expect(sandbox.requests.counts().writes).toBe(0);
  expect(await headOf(gateway)).toBe(head);
}

async function listTables({ url }: IcebergSandbox): Promise<readonly string[]> {
  const answer = await fetch(`${url}/v1/namespaces/lake%1Fsales_0000/tables`);
  const { identifiers } = (await answer.json()) as { identifiers: { namespace: string[]; name: string }[] };
  return identifiers.map((it) => [...it.namespace, it.name].join("."));
}
