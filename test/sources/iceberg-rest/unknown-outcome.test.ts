import { describe, expect, test } from "vitest";
import { type IcebergSandbox, startIcebergSandbox } from "../../../sandbox/iceberg-rest/sandbox.ts";
import type { NativeRef } from "../../../src/domain/asset.ts";
import { plainKey } from "../../../src/domain/field.ts";
import type { Source, WriteResult } from "../../../src/ports/source.ts";
import { writeValues } from "../../contract/source-samples.ts";
import { connectIcebergSource } from "../../support/iceberg-harness.ts";

const KEY = plainKey("description");
const TABLE: NativeRef = { kind: "TABLE", name: ["sales", "orders"], stableId: null };
const NAMESPACE: NativeRef = { kind: "NAMESPACE", name: ["sales"], stableId: null };
const COMMITS = { method: "POST" } as const;

interface Scene extends AsyncDisposable {
  readonly server: IcebergSandbox;
  readonly source: Source;
  write(ref?: NativeRef): Promise<WriteResult>;
}

async function open(signal: AbortSignal): Promise<Scene> {
  const server = await startIcebergSandbox();
  server.edit.createNamespace("sales");
  server.edit.createTable("sales.orders", [{ name: "id", type: "long" }], { keep: "me" });
  const source = await connectIcebergSource(server.url);
  return {
    server,
    source,
    write: (ref = TABLE) => writeValues(source, ref, { [KEY]: "ours" }, signal, {}),
    [Symbol.asyncDispose]: async () => {
      await source[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

describe("a commit whose outcome is in doubt", () => {
  for (const ref of [TABLE, NAMESPACE]) {
    test(`500 after the ${ref.kind} was changed is settled by reading back`, async ({ signal }) => {
      await using scene = await open(signal);
      scene.server.faults.add({ kind: "error-after-apply", count: 1 });
      expect(await scene.write(ref)).toMatchObject({
        kind: "applied",
        snapshot: { fields: { [KEY]: { value: "ours" } } },
      });
    });

    test(`500 before the ${ref.kind} was changed stays in doubt, and is not tried again`, async ({ signal }) => {
      await using scene = await open(signal);
      const fault = scene.server.faults.add({ kind: "error-before-apply" });
      expect(await scene.write(ref)).toMatchObject({ kind: "unknown", error: { code: "server" } });
      expect(fault.fired).toBe(1);
    });
  }

  test("a connection lost after the change is settled by reading back", async ({ signal }) => {
    await using scene = await open(signal);
    scene.server.faults.add({ kind: "connection-reset", ...COMMITS, afterApply: true, count: 1 });
    expect((await scene.write()).kind).toBe("applied");
  });

  test("a connection lost before the change stays in doubt, and is not tried again", async ({ signal }) => {
    await using scene = await open(signal);
    const fault = scene.server.faults.add({ kind: "connection-reset", ...COMMITS });
    expect((await scene.write()).kind).toBe("unknown");
    expect(fault.fired).toBe(1);
  });

  test("an answer cut off half-way is settled by reading back", async ({ signal }) => {
    await using scene = await open(signal);
    scene.server.faults.add({ kind: "truncated-body", ...COMMITS, count: 1 });
    expect((await scene.write()).kind).toBe("applied");
  });

  test("it stays in doubt if it cannot be read back either", async ({ signal }) => {
    await using scene = await open(signal);
    scene.server.faults.add({ kind: "error-after-apply" });
    scene.server.faults.add({ kind: "server-error", method: "GET", path: "namespaces/sales/tables/*", skip: 2 });
    expect((await scene.write()).kind).toBe("unknown");
  });
});

describe("a commit that the server refuses", () => {
  test("for a conflict is tried again as long as the field is as expected", async ({ signal }) => {
    await using scene = await open(signal);
    const fault = scene.server.faults.add({ kind: "commit-conflict", count: 3 });
    expect((await scene.write()).kind).toBe("applied");
    expect(fault.fired).toBe(3);
  });

  test("for one conflict after the other is given up", async ({ signal }) => {
    await using scene = await open(signal);
    const fault = scene.server.faults.add({ kind: "commit-conflict" });
    expect((await scene.write()).kind).toBe("failed");
    expect(fault.fired).toBe(5);
  });

  test("because it is not ready is tried again when it asked to", async ({ signal }) => {
    await using scene = await open(signal);
    scene.server.faults.add({ kind: "unavailable", ...COMMITS, retryAfter: 0, count: 2 });
    expect((await scene.write()).kind).toBe("applied");
  });

  test("because it is not ready for long is left to the caller, with the time to wait", async ({ signal }) => {
    await using scene = await open(signal);
    const fault = scene.server.faults.add({ kind: "unavailable", ...COMMITS, retryAfter: 120 });
    expect(await scene.write()).toMatchObject({ kind: "failed", error: { code: "throttled", retryAfterMs: 120_000 } });
    expect(fault.fired).toBe(1);
  });

  test("leaves what nobody asked for as it was", async ({ signal }) => {
    await using scene = await open(signal);
    scene.server.faults.add({ kind: "commit-conflict", count: 1 });
    await scene.write();
    expect(scene.server.edit.properties("sales.orders")).toEqual({ keep: "me", comment: "ours" });
  });
});
