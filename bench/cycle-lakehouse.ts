import { startIcebergSandbox } from "../sandbox/iceberg-rest/sandbox.ts";
import { tell } from "./child.ts";
import { lakeTableAt, tableAt } from "./cycle-tables.ts";

/** A lakehouse with so many tables of ten governed fields, in a process of its own. Argument: how many. */
const [tables = ""] = process.argv.slice(2);
const sandbox = await startIcebergSandbox({ cacheBytes: 1024 * 1024 * 1024 });
const made = new Set<string>();
sandbox.catalog.namespaces.create(["lake"], {});
for (let index = 0; index < Number(tables); index += 1) {
  const { name, namespace } = tableAt(index);
  if (!made.has(String(namespace))) sandbox.catalog.namespaces.create(namespace, {});
  made.add(String(namespace));
  sandbox.catalog.tables.addGenerated(namespace, name, lakeTableAt(index));
}
process.once("SIGTERM", () => void sandbox[Symbol.asyncDispose]());
tell({ url: sandbox.url });
