import { afterAll, beforeAll, expect, test } from "vitest";
import { describeSourceContract } from "../../contract/source-contract.ts";
import { scan } from "../../contract/source-scans.ts";
import { FaultProxy } from "../../support/fault-proxy.ts";
import { IcebergEditor } from "../../support/iceberg-editor.ts";
import { connectIcebergSource, openIcebergHarness } from "../../support/iceberg-harness.ts";
import { type IcebergReference, startIcebergReference } from "../../support/iceberg-reference.ts";
import { describeWithService } from "../../support/services.ts";

for (const [version, service] of [
  ["1.10", "iceberg-reference"],
  ["1.11", "iceberg-reference-1.11"],
] as const) {
  describeWithService(service, `iceberg-rest on the Apache Iceberg reference server ${version}`, () => {
    let server: IcebergReference;
    beforeAll(async () => {
      server = await startIcebergReference(version);
    });
    afterAll(() => server?.[Symbol.asyncDispose]());

    test("a second scan of unchanged tables reads them anew only where the server has no ETags", async ({ signal }) => {
      const editor = new IcebergEditor(server.url);
      await editor.createNamespace(["etags"]);
      await editor.createTable(["etags", "t"], { type: "struct", fields: [] });
      await using source = await connectIcebergSource(server.url);
      const [known] = await source.read([{ kind: "TABLE", name: ["etags", "t"], stableId: null }], signal);
      const token = known?.kind === "found" ? known.snapshot.version : null;
      const { assets } = await scan(
        source,
        { knownVersions: async (refs) => refs.map(() => token ?? undefined) },
        signal,
      );
      expect(assets.map((it) => it.kind)).toEqual(["found", version === "1.10" ? "found" : "unchanged"]);
      await editor.wipe();
    });

    describeSourceContract(`iceberg-rest, reference server ${version}`, async () => {
      const proxy = await FaultProxy.start(server.url);
      return openIcebergHarness({
        url: proxy.url,
        editUrl: server.url,
        close: async () => {
          await proxy[Symbol.asyncDispose]();
          await new IcebergEditor(server.url).wipe();
        },
        breakListing: async () =>
          proxy.add({ matches: (_method, path) => /\/tables\?.*pageToken=[^&]/.test(path), answer: "half" }),
        breakDown: async () => proxy[Symbol.asyncDispose](),
      });
    });
  });
}
