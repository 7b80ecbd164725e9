import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { startIcebergSandbox } from "../../../sandbox/iceberg-rest/sandbox.ts";
import { ask } from "./sandbox-client.ts";

const DESCRIPTION = fileURLToPath(
  new URL("../../../../shared/specs/iceberg-rest-catalog-open-api.yaml", import.meta.url),
);
const missing = existsSync(DESCRIPTION) ? "" : " (skipped: the published description is not beside the checkout)";

function answersOf(description: string): (name: string) => z.ZodType {
  const { components } = parse(description) as { components: { schemas: Record<string, unknown> } };
  const text = JSON.stringify(components.schemas).replaceAll("#/components/schemas/", "#/$defs/");
  const $defs = JSON.parse(text, withNull) as Record<string, never>;
  return (name) => z.fromJSONSchema({ $ref: `#/$defs/${name}`, $defs });
}

/** The description writes "or null" in the words of OpenAPI 3.0, which JSON Schema does not know. */
function withNull(_key: string, value: unknown): unknown {
  const schema = value as { nullable?: boolean; type?: string } | null;
  return schema?.nullable === true && typeof schema.type === "string"
    ? { ...schema, type: [schema.type, "null"] }
    : value;
}

describe.skipIf(missing !== "")(`the published description of Iceberg REST${missing}`, () => {
  test("holds for what the sandbox answers", async () => {
    const shape = answersOf(readFileSync(DESCRIPTION, "utf8"));
    await using sandbox = await startIcebergSandbox({ seed: "tpcds" });
    const sales = "namespaces/retail%1Fsales";
    const change = { requirements: [], updates: [{ action: "set-properties", updates: { a: "b" } }] };
    const asked: [string, string, string, unknown?][] = [
      ["CatalogConfig", "GET", "config"],
      ["ListNamespacesResponse", "GET", "namespaces?parent=retail&pageToken=&pageSize=3"],
      ["GetNamespaceResponse", "GET", sales],
      ["CreateNamespaceResponse", "POST", "namespaces", { namespace: ["new"] }],
      ["UpdateNamespacePropertiesResponse", "POST", `${sales}/properties`, { updates: { a: "b" }, removals: ["c"] }],
      ["ListTablesResponse", "GET", `${sales}/tables?pageToken=`],
      ["LoadTableResult", "GET", `${sales}/tables/store_sales`],
      ["CommitTableResponse", "POST", `${sales}/tables/store_sales`, change],
      ["LoadViewResult", "GET", "namespaces/retail%1Freporting/views/daily_store_sales"],
      ["LoadViewResult", "POST", "namespaces/retail%1Freporting/views/daily_store_sales", change],
      ["IcebergErrorResponse", "GET", `${sales}/tables/none`],
    ];
    for (const [name, method, path, body] of asked) {
      const answer = await ask(sandbox, method, path, body);
      expect(shape(name).safeParse(answer.body).error, `${method} ${path} as ${name}`).toBeUndefined();
    }
    expect(shape("LoadTableResult").safeParse({}).success).toBe(false);
    const endpoints = (await ask(sandbox, "GET", "config")).body["endpoints"] as string[];
    const { paths } = parse(readFileSync(DESCRIPTION, "utf8")) as { paths: Record<string, Record<string, unknown>> };
    for (const endpoint of endpoints) {
      const [method = "", path = ""] = endpoint.split(" ");
      expect(paths[path]?.[method.toLowerCase()], endpoint).toBeDefined();
    }
  });
});
