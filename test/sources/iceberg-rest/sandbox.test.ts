import { startIcebergSandbox } from "../../../sandbox/iceberg-rest/sandbox.ts";
import { describeSourceContract } from "../../contract/source-contract.ts";
import { openIcebergHarness } from "../../support/iceberg-harness.ts";

describeSourceContract("iceberg-rest, sandbox", async () => {
  const server = await startIcebergSandbox();
  return openIcebergHarness({
    url: server.url,
    close: async () => server[Symbol.asyncDispose](),
    breakListing: async () => void server.faults.add({ kind: "listing-breaks" }),
    breakDown: async () => server[Symbol.asyncDispose](),
  });
});
