import { describe, expect, test } from "vitest";
import type { FaultSpec } from "../../../sandbox/iceberg-rest/fault.ts";
import { type IcebergSandbox, startIcebergSandbox } from "../../../sandbox/iceberg-rest/sandbox.ts";
import type { Source } from "../../../src/ports/source.ts";
import { scan } from "../../contract/source-scans.ts";
import { connectIcebergSource } from "../../support/iceberg-harness.ts";

interface Scene extends AsyncDisposable {
  readonly server: IcebergSandbox;
  readonly source: Source;
}

/** Two namespaces, one in the other, with seven tables each: three pages of a list. */
async function open(): Promise<Scene> {
  const server = await startIcebergSandbox();
  for (const namespace of ["sales", "sales.eu"]) {
    server.edit.createNamespace(namespace);
    for (let index = 0; index < 7; index++)
      server.edit.createTable(`${namespace}.t${index}`, [{ name: "id", type: "long" }]);
  }
  const source = await connectIcebergSource(server.url);
  return {
    server,
    source,
    [Symbol.asyncDispose]: async () => {
      await source[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

describe("a scan", () => {
  test("of a healthy catalog is complete", async ({ signal }) => {
    await using scene = await open();
    const { assets, end } = await scan(scene.source, {}, signal);
    expect(end).toEqual({ complete: true });
    expect(assets).toHaveLength(16);
  });

  test.each<[string, FaultSpec, string]>([
    ["a page of tables fails", { kind: "server-error", path: "namespaces/sales.eu/tables", skip: 2 }, "server"],
    [
      "a page of tables is cut off",
      { kind: "truncated-body", path: "namespaces/sales.eu/tables", skip: 1 },
      "protocol",
    ],
    ["a list breaks after its first page", { kind: "listing-breaks", path: "namespaces/sales/tables" }, "server"],
    [
      "a namespace's tables are forbidden",
      { kind: "listing-forbidden", path: "namespaces/sales.eu/tables" },
      "forbidden",
    ],
    [
      "a namespace that exists is said to be missing",
      { kind: "listing-missing", path: "namespaces/sales.eu/tables" },
      "protocol",
    ],
    ["the namespaces below one are forbidden", { kind: "listing-forbidden", path: "namespaces", skip: 1 }, "forbidden"],
    [
      "the server is overloaded",
      { kind: "unavailable", path: "namespaces/sales/views", retryAfter: 3_600 },
      "throttled",
    ],
  ])("is not complete when %s", async (_what, fault, code) => {
    await using scene = await open();
    scene.server.faults.add(fault);
    const { end } = await scan(scene.source, {}, new AbortController().signal);
    expect(end).toMatchObject({ complete: false, error: { code } });
  });

  test("survives a passing failure of every single request", async ({ signal }) => {
    await using scene = await open();
    scene.server.faults.add({ kind: "server-error", probability: 0.2, seed: 7 });
    scene.server.faults.add({ kind: "truncated-body", path: "namespaces/**", probability: 0.1, seed: 3 });
    const { assets, end } = await scan(scene.source, {}, signal);
    // What still failed after all attempts is told, never left out.
    if (end && "complete" in end && end.complete) expect(assets).toHaveLength(16);
    else expect(end).toMatchObject({ complete: false });
  });

  test("tells a table that is listed but cannot be loaded as failed, and is complete", async ({ signal }) => {
    await using scene = await open();
    scene.server.faults.add({ kind: "server-error", path: "namespaces/sales/tables/t3" });
    const { assets, end } = await scan(scene.source, {}, signal);
    expect(end).toEqual({ complete: true });
    expect(assets.filter((it) => it.kind === "failed")).toMatchObject([
      { ref: { name: ["sales", "t3"] }, error: { code: "server" } },
    ]);
  });

  test("ends early when the server is gone, instead of asking for every table", async ({ signal }) => {
    await using scene = await open();
    const pages = scene.source.scan({}, signal)[Symbol.asyncIterator]();
    scene.server.faults.add({ kind: "connection-reset", path: "namespaces/*/tables/**" });
    let last = await pages.next();
    while (!last.done && !last.value.end) last = await pages.next();
    expect(last.value.end).toMatchObject({
      complete: false,
      error: { code: expect.stringMatching(/unreachable|circuit-open/) as string },
    });
  });

  test("holds no more than a few pages when nobody takes them", async ({ signal }) => {
    await using scene = await open();
    for (let index = 0; index < 600; index++)
      scene.server.edit.createTable(`sales.more${index}`, [{ name: "id", type: "long" }]);
    const pages = scene.source.scan({}, signal)[Symbol.asyncIterator]();
    await pages.next();
    const loads = (): number => scene.server.requests.counts().total;
    // Other work takes its time: enough for the whole scan, if nothing held it back.
    const before = loads();
    const refs = Array.from(
      { length: 600 },
      (_, index) => ({ kind: "TABLE", name: ["sales", `more${index}`], stableId: null }) as const,
    );
    await scene.source.read(refs, signal);
    await scene.source.read(refs, signal);
    expect(loads() - before - 1_200).toBeLessThan(320);
    await pages.return?.();
  });
});
