import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { formatProblem } from "../../src/config/config-problem.ts";
import { configJsonSchema, type JsonSchema, treatyJsonSchema } from "../../src/config/json-schema.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import { describeAuthorities } from "../../src/treaty/describe-authorities.ts";

const ROOT = `${import.meta.dirname}/../..`;
const ENV = { ICEBERG_CLIENT_SECRET: "secret" };
const configs = globSync("examples/*/concordat.yaml", { cwd: ROOT });
const treaties = globSync("examples/*/treaty.yaml", { cwd: ROOT });
const read = (path: string) => readFile(`${ROOT}/${path}`, "utf8");

/** As an editor sees it: by the published schema alone. */
async function holds(schemaFile: string, data: unknown): Promise<boolean> {
  const schema = JSON.parse(await read(schemaFile)) as Parameters<typeof z.fromJSONSchema>[0];
  return z.fromJSONSchema(schema).safeParse(data).success;
}

describe("The published JSON Schemas", () => {
  test.each<[string, () => JsonSchema]>([
    ["concordat.schema.json", configJsonSchema],
    ["concordat-treaty.schema.json", treatyJsonSchema],
  ])("%s is current (if not: node scripts/generate-config-schema.ts)", async (file, generate) => {
    expect(await read(file)).toBe(`${JSON.stringify(generate(), null, 2)}\n`);
  });

  test("refuse what the gateway refuses", async () => {
    const good = parse(await read("examples/iceberg-and-embedded/concordat.yaml")) as Record<string, unknown>;
    expect(await holds("concordat.schema.json", good)).toBe(true);
    expect(await holds("concordat.schema.json", { ...good, prot: 1 })).toBe(false);
    expect(await holds("concordat.schema.json", { ...good, server: { port: "x" } })).toBe(false);
    expect(await holds("concordat-treaty.schema.json", { rules: [{ name: "a", fields: ["owners"] }] })).toBe(false);
  });
});

describe("The examples", () => {
  test("are there", () => {
    expect([configs.length, treaties.length]).toEqual([2, 1]);
  });

  test.each(configs)("%s can be used as it stands, and completed by editors", async (path) => {
    const result = await loadConfig({ file: path, env: ENV, cwd: ROOT });
    expect(result.ok ? [] : result.error.map(formatProblem)).toEqual([]);
    const text = await read(path);
    expect(text.split("\n")[0]).toBe("# yaml-language-server: $schema=../../concordat.schema.json");
    expect(await holds("concordat.schema.json", parse(text))).toBe(true);
  });

  test.each(treaties)("%s is completed by editors", async (path) => {
    const text = await read(path);
    expect(text.split("\n")[0]).toBe("# yaml-language-server: $schema=../../concordat-treaty.schema.json");
    expect(await holds("concordat-treaty.schema.json", parse(text))).toBe(true);
  });

  test("for a lakehouse of one's own writes nothing until a person says so", async () => {
    const result = await loadConfig({ file: "examples/iceberg-and-embedded/concordat.yaml", env: ENV, cwd: ROOT });
    if (!result.ok) return expect.fail();
    expect(result.value.sources.map((it) => it.mode)).toEqual(["observe", "observe"]);
    const modes = describeAuthorities(result.value.treaty).flatMap((it) => it.modes.map(({ mode }) => mode));
    expect(new Set(modes)).toEqual(new Set(["observe"]));
  });

  test("the demo enforces, repairs some drift and leaves some to people", async () => {
    const result = await loadConfig({ file: "examples/demo/concordat.yaml", env: {}, cwd: ROOT });
    if (!result.ok) return expect.fail();
    const { sources, treaty, sandbox } = result.value;
    expect(sandbox).toEqual({ port: 8181 });
    expect(sources.map((it) => [it.id, it.mode, it.scan.everyMs])).toEqual([
      ["lakehouse", "enforce", 30_000],
      ["catalog", "enforce", 30_000],
    ]);
    expect(new Set(treaty.rules.map((it) => it.onForeignWrite))).toEqual(new Set(["revert", "review", "adopt"]));
    expect(treaty.rules.every((it) => it.defaultMode === "enforce")).toBe(true);
    const rows = describeAuthorities(treaty).filter((it) => it.assetKind === "TABLE");
    expect(rows.filter((it) => it.rule.authority === "lakehouse").map((it) => it.fields)).toEqual([
      "description",
      "schema",
      "columns.*.description",
    ]);
  });
});
