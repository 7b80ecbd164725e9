import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FAULT_KINDS, type FaultKind } from "../../../sandbox/iceberg-rest/fault.ts";
import { type IcebergSandbox, startIcebergSandbox } from "../../../sandbox/iceberg-rest/sandbox.ts";
import { ask, refusal } from "./sandbox-client.ts";

const TABLE = "namespaces/shop/tables/orders";
const COMMIT = { requirements: [], updates: [{ action: "set-properties", updates: { comment: "changed" } }] };

let sandbox: IcebergSandbox;
beforeEach(async () => {
  sandbox = await startIcebergSandbox();
  sandbox.edit.createNamespace("shop");
  for (const name of ["orders", "refunds", "visits"])
    sandbox.edit.createTable(`shop.${name}`, [{ name: "id", type: "long" }]);
});
afterEach(() => sandbox[Symbol.asyncDispose]());

const load = () => ask(sandbox, "GET", TABLE);
const commit = () => ask(sandbox, "POST", TABLE, COMMIT);
const comment = () => sandbox.edit.properties("shop.orders")["comment"];

describe("what a fault does", () => {
  test("a conflict refuses commits, and applies nothing", async () => {
    sandbox.faults.add({ kind: "commit-conflict", count: 1 });
    expect((await load()).status).toBe(200);
    expect(refusal(await commit())).toEqual([409, "CommitFailedException"]);
    expect(comment()).toBeUndefined();
    expect((await commit()).status).toBe(200);
  });

  test("an error before applying and one after applying look the same to the client, and differ in the catalog", async () => {
    sandbox.faults.add({ kind: "error-before-apply", count: 1 });
    sandbox.faults.add({ kind: "error-after-apply", count: 1 });
    const before = await commit();
    expect(comment()).toBeUndefined();
    const after = await commit();
    expect(comment()).toBe("changed");
    expect(refusal(before)).toEqual([500, "CommitStateUnknownException"]);
    expect(after.body).toEqual(before.body);
  });

  test("an error after applying keeps the catalog's own refusals", async () => {
    sandbox.faults.add({ kind: "error-after-apply" });
    expect(refusal(await ask(sandbox, "POST", "namespaces/shop/tables/ghost", COMMIT))).toEqual([
      404,
      "NoSuchTableException",
    ]);
  });

  test("unavailable says when to come again", async () => {
    sandbox.faults.add({ kind: "unavailable", retryAfter: 7, count: 1 });
    const answer = await load();
    expect(refusal(answer)).toEqual([503, "SlowDownException"]);
    expect(answer.headers.get("retry-after")).toBe("7");
    expect((await load()).status).toBe(200);
  });

  test("a truncated body breaks off", async () => {
    sandbox.faults.add({ kind: "truncated-body", count: 1 });
    await expect(load()).rejects.toThrow("terminated");
    expect((await load()).status).toBe(200);
  });

  test("a reset connection gives no answer; whether it was applied is the fault's choice", async () => {
    sandbox.faults.add({ kind: "connection-reset", count: 1, method: "POST" });
    await expect(commit()).rejects.toThrow("fetch failed");
    expect(comment()).toBeUndefined();
    sandbox.faults.add({ kind: "connection-reset", count: 1, method: "POST", afterApply: true });
    await expect(commit()).rejects.toThrow("fetch failed");
    expect(comment()).toBe("changed");
  });

  test("a drip sends what a healthy answer has, slowly; a client that gives up ends it", async () => {
    sandbox.faults.add({ kind: "drip", bytesPerSecond: 20_000, count: 1, path: "namespaces" });
    expect((await ask(sandbox, "GET", "namespaces")).body).toEqual({ namespaces: [["shop"]] });
    sandbox.faults.add({ kind: "drip", count: 1 });
    const slow = await fetch(`${sandbox.url}/v1/${TABLE}`);
    const reader = slow.body?.getReader();
    expect((await reader?.read())?.value).toHaveLength(1);
    await reader?.cancel();
  });

  test("a hanging request ends when the client gives up", async () => {
    sandbox.faults.add({ kind: "hang", count: 1 });
    const gone = new AbortController();
    const answer = fetch(`${sandbox.url}/v1/${TABLE}`, { signal: gone.signal });
    await expect.poll(() => sandbox.faults.list()[0]?.spent).toBe(true);
    gone.abort();
    await expect(answer).rejects.toThrow("aborted");
    expect((await load()).status).toBe(200);
  });

  test("latency delays and changes nothing", async () => {
    sandbox.faults.add({ kind: "latency", ms: 1 });
    expect((await commit()).status).toBe(200);
    expect(sandbox.faults.list()[0]?.fired).toBe(1);
  });
});

describe("faults of a listing", () => {
  const list = (token?: string) =>
    ask(sandbox, "GET", `namespaces/shop/tables${token === undefined ? "" : `?pageToken=${token}`}`);

  test("a chain of pages breaks half-way", async () => {
    sandbox.faults.add({ kind: "listing-breaks", count: 1 });
    const first = await list("");
    expect(first.body["identifiers"]).toHaveLength(2);
    const next = String(first.body["next-page-token"]);
    expect(refusal(await list(next))).toEqual([500, "InternalServerError"]);
    expect((await list(next)).body).toEqual({
      identifiers: [{ namespace: ["shop"], name: "visits" }],
      "next-page-token": null,
    });
  });

  test("without pages the whole listing breaks", async () => {
    sandbox.faults.add({ kind: "listing-breaks" });
    expect((await list()).status).toBe(500);
  });

  test.each([
    ["listing-empty", [200, undefined]],
    ["listing-forbidden", [403, "ForbiddenException"]],
    ["listing-missing", [404, "NoSuchNamespaceException"]],
  ] as const)("%s hits listings and nothing else", async (kind, expected) => {
    sandbox.faults.add({ kind });
    const { status, body } = await list("");
    expect([status, (body["error"] as { type: string } | undefined)?.type]).toEqual(expected);
    if (status === 200) expect(body).toEqual({ identifiers: [], "next-page-token": null });
    expect((await load()).status).toBe(200);
  });
});

describe("which requests it hits", () => {
  const statuses = async (paths: string[]) =>
    Promise.all(paths.map(async (it) => (await ask(sandbox, "GET", it)).status));

  test("a path narrows it; stars stand for one level or for all", async () => {
    sandbox.edit.createNamespace("shop.emea");
    sandbox.edit.createTable("shop.emea.orders", [{ name: "id", type: "long" }]);
    const paths = [
      "namespaces/shop/tables/orders",
      "namespaces/shop/tables/refunds",
      "namespaces/shop%1Femea/tables/orders",
      "namespaces",
    ];
    using one = sandbox.faults.add({ kind: "server-error", path: "namespaces/shop.emea/tables/*" });
    expect(await statuses(paths)).toEqual([200, 200, 500, 200]);
    one[Symbol.dispose]();
    sandbox.faults.add({ kind: "server-error", path: "namespaces/shop/**", status: 502 });
    expect(await statuses(paths)).toEqual([502, 502, 200, 200]);
    sandbox.faults.clear();
    expect(await statuses(paths)).toEqual([200, 200, 200, 200]);
  });

  test("skip and count choose the requests in between", async () => {
    sandbox.faults.add({ kind: "server-error", skip: 1, count: 2 });
    const seen: number[] = [];
    for (let round = 0; round < 5; round += 1) seen.push((await load()).status);
    expect(seen).toEqual([200, 500, 500, 200, 200]);
  });

  test("a probability hits about that share, the same requests for the same seed", async () => {
    const series = async (seed: number): Promise<number[]> => {
      using _fault = sandbox.faults.add({ kind: "server-error", probability: 0.3, seed });
      const seen: number[] = [];
      for (let round = 0; round < 60; round += 1) seen.push((await load()).status);
      return seen;
    };
    const first = await series(4);
    const hits = first.filter((it) => it === 500).length;
    expect(hits).toBeGreaterThan(6);
    expect(hits).toBeLessThan(36);
    expect(await series(4)).toEqual(first);
    expect(await series(5)).not.toEqual(first);
  });

  test("a mistake in a fault is refused with what is wrong", () => {
    expect(() => sandbox.faults.add({ kind: "flood" as FaultKind })).toThrow("kind");
    expect(() => sandbox.faults.add({ kind: "latency", ms: -1 })).toThrow("ms");
    expect(Object.keys(FAULT_KINDS)).toHaveLength(15);
  });
});

describe("the addresses below /sandbox", () => {
  const admin = (method: string, path: string, body?: unknown) =>
    fetch(`${sandbox.url}/sandbox/${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });

  test("switch faults on and off from another process", async () => {
    const added = (await (await admin("POST", "faults", { kind: "unavailable" })).json()) as { id: string };
    expect((await load()).status).toBe(503);
    expect(await (await admin("GET", "faults")).json()).toMatchObject({
      faults: [{ id: added.id, fired: 1, spec: { kind: "unavailable" } }],
    });
    expect((await admin("DELETE", `faults/${added.id}`)).status).toBe(204);
    expect((await load()).status).toBe(200);
    expect((await admin("DELETE", `faults/${added.id}`)).status).toBe(404);
    expect((await admin("POST", "faults", { kind: "flood" })).status).toBe(400);
  });

  test("count requests and writes by endpoint and status", async () => {
    await load();
    await commit();
    await ask(sandbox, "GET", "namespaces/shop/tables/ghost");
    await expect
      .poll(() => sandbox.requests.counts().endpoints)
      .toEqual({
        "GET /v1/{prefix}/namespaces/{namespace}/tables/{table}": { requests: 2, statuses: { "200": 1, "404": 1 } },
        "POST /v1/{prefix}/namespaces/{namespace}/tables/{table}": { requests: 1, statuses: { "200": 1 } },
      });
    expect(await (await admin("GET", "requests")).json()).toMatchObject({
      total: 3,
      reads: 2,
      writes: 1,
      mostAtOnce: 1,
    });
    await admin("DELETE", "requests");
    expect(sandbox.requests.counts()).toMatchObject({ total: 0, writes: 0, endpoints: {} });
  });
});
