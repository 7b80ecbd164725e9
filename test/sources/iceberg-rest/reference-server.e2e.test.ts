import { afterAll, beforeAll } from "vitest";
import { describeSourceContract } from "../../contract/source-contract.ts";
import { FaultProxy } from "../../support/fault-proxy.ts";
import { IcebergEditor } from "../../support/iceberg-editor.ts";
import { openIcebergHarness } from "../../support/iceberg-harness.ts";
import { type IcebergReference, startIcebergReference } from "../../support/iceberg-reference.ts";
import { describeWithService } from "../../support/services.ts";

describeWithService("iceberg-reference", "iceberg-rest on the Apache Iceberg reference server", () => {
  let server: IcebergReference;
  beforeAll(async () => {
    server = await startIcebergReference();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  describeSourceContract("iceberg-rest, reference server", async () => {
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
