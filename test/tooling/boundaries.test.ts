import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import extractOptions from "dependency-cruiser/config-utl/extract-depcruise-options";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkBoundaries } from "../../scripts/boundaries.ts";

/** A small tree that keeps every rule; the planted files below break one each. */
const SOUND = {
  "src/domain/ids.ts": 'import { isDeepStrictEqual } from "node:util";\nexport const same = isDeepStrictEqual;\n',
  "src/treaty/decision.ts": 'export { same } from "../domain/ids.ts";\nexport type Rule = string;\n',
  "src/plan/plan-field.ts": 'export { same } from "../treaty/decision.ts";\n',
  "src/ports/source.ts": 'import type { Rule } from "../treaty/decision.ts";\nexport type Source = Rule;\n',
  "src/observe/logger.ts": 'import pino from "pino";\nexport const logger = pino;\n',
  "src/delivery/deliver-write.ts": 'export type { Source } from "../ports/source.ts";\n',
  "src/route/apply-patch.ts": 'import { logger } from "../observe/logger.ts";\nexport const log = logger;\n',
  "src/reconcile/run.ts": 'export type { Source } from "../delivery/deliver-write.ts";\n',
  "src/ledger/sqlite.ts": 'import pg from "pg";\n{\n  using it = pg.open();\n}\nexport const engine = pg;\n',
  "src/redis/link.ts": "export const link = 1;\n",
  "src/server/context.ts": 'export { engine } from "../ledger/sqlite.ts";\nexport type Context = string;\n',
  "src/generated/graphql.ts": 'export type { Context } from "../server/context.ts";\nexport const x = 1;\n',
  "src/cli/main.ts": 'export { catalog } from "../../sandbox/main.ts";\n',
  "resolvers/query/asset.ts": 'import type { Context } from "../../src/server/context.ts";\nexport type C = Context;\n',
  "sources/embedded/source.ts": 'import { readFileSync } from "node:fs";\nexport const read = readFileSync;\n',
  "sources/iceberg-rest/source.ts":
    'import type { Source } from "../../src/ports/source.ts";\nexport type S = Source;\n',
  "sandbox/main.ts": 'import type { same } from "../src/domain/ids.ts";\nexport const catalog: typeof same | 1 = 1;\n',
  "test/support/services.ts": 'export { engine } from "../../src/ledger/sqlite.ts";\n',
  "test/domain/diff.test.ts": "export const drawn = 1;\n",
  "bench/main.ts": 'import { engine } from "../test/support/services.ts";\nexport const rounds = engine ? 1 : 2;\n',
  "node_modules/pg/index.js": "module.exports = {};\n",
  "node_modules/pino/index.js": "module.exports = {};\n",
  "node_modules/graphql/index.js": "module.exports = {};\n",
};

const PLANTED: readonly (readonly [rule: string, file: string, text: string])[] = [
  ["domain-imports-only-what-its-row-allows", "src/domain/x.ts", 'import "../ports/source.ts";'],
  ["domain-imports-only-what-its-row-allows", "src/domain/y.ts", 'import "node:fs";'],
  ["domain-imports-only-what-its-row-allows", "src/domain/z.ts", 'import "pg";'],
  ["treaty-imports-only-what-its-row-allows", "src/treaty/x.ts", 'import "../ports/source.ts";'],
  ["plan-imports-only-what-its-row-allows", "src/plan/x.ts", 'import "node:timers/promises";'],
  ["plan-takes-only-types-there", "src/plan/y.ts", 'import "../ports/source.ts";'],
  ["ports-takes-only-types-there", "src/ports/x.ts", 'export * from "../treaty/decision.ts";'],
  ["ports-imports-only-what-its-row-allows", "src/ports/y.ts", 'import "../ledger/sqlite.ts";'],
  ["route-imports-only-what-its-row-allows", "src/route/x.ts", 'import "../reconcile/run.ts";'],
  ["reconcile-imports-only-what-its-row-allows", "src/reconcile/x.ts", 'import "../../sources/embedded/source.ts";'],
  ["delivery-imports-only-what-its-row-allows", "src/delivery/x.ts", 'import "../route/apply-patch.ts";'],
  ["log-imports-only-what-its-row-allows", "src/log/x.ts", 'import "../ledger/sqlite.ts";'],
  ["ingest-imports-only-what-its-row-allows", "src/ingest/x.ts", 'import "../log/x.ts";'],
  ["access-imports-only-what-its-row-allows", "src/access/x.ts", 'import "../server/context.ts";'],
  ["evidence-imports-only-what-its-row-allows", "src/evidence/x.ts", 'import "node:fs/promises";'],
  ["observe-imports-only-what-its-row-allows", "src/observe/x.ts", 'import "../route/apply-patch.ts";'],
  ["observe-takes-only-types-there", "src/observe/y.ts", 'import "../ports/source.ts";'],
  ["ledger-imports-only-what-its-row-allows", "src/ledger/x.ts", 'import "../route/apply-patch.ts";'],
  ["bus-imports-only-what-its-row-allows", "src/bus/x.ts", 'import "../ledger/sqlite.ts";'],
  ["bus-takes-only-types-there", "src/bus/y.ts", 'import "../redis/link.ts";'],
  ["redis-imports-only-what-its-row-allows", "src/redis/x.ts", 'import "../bus/x.ts";'],
  ["config-imports-only-what-its-row-allows", "src/config/x.ts", 'import "../server/context.ts";'],
  ["generated-imports-only-what-its-row-allows", "src/generated/x.ts", 'import "../ledger/sqlite.ts";'],
  ["generated-takes-only-types-there", "src/generated/y.ts", 'import "../server/context.ts";'],
  ["resolvers-takes-only-types-there", "resolvers/x.ts", 'import { Context } from "../src/server/context.ts";'],
  ["resolvers-imports-only-what-its-row-allows", "resolvers/y.ts", 'import "../sources/embedded/source.ts";'],
  ["resolvers-imports-only-what-its-row-allows", "resolvers/z.ts", 'import "pg";'],
  ["sources-imports-only-what-its-row-allows", "sources/embedded/x.ts", 'import "../../src/route/apply-patch.ts";'],
  ["a-source-never-imports-another-source", "sources/embedded/y.ts", 'import "../iceberg-rest/source.ts";'],
  ["sources-know-no-graph", "sources/embedded/z.ts", 'import "graphql";'],
  ["server-imports-only-what-its-row-allows", "src/server/x.ts", 'import "../../bench/main.ts";'],
  ["cli-imports-only-what-its-row-allows", "src/cli/x.ts", 'await import("../../bench/x.ts");'],
  ["sandbox-takes-only-types-there", "sandbox/x.ts", 'import { same } from "../src/domain/ids.ts";'],
  ["sandbox-imports-only-what-its-row-allows", "sandbox/y.ts", 'import type { Source } from "../src/ports/source.ts";'],
  ["bench-imports-only-what-its-row-allows", "bench/x.ts", 'import "../test/domain/diff.test.ts";'],
  ["scripts-imports-only-what-its-row-allows", "scripts/x.ts", 'import "../test/support/services.ts";'],
  ["nothing-imports-test", "src/cli/y.ts", 'import "../../test/support/services.ts";'],
  ["every-folder-has-a-row", "src/helpers/x.ts", 'import "../domain/ids.ts";'],
  ["every-import-resolves", "src/domain/w.ts", 'import "./nowhere.ts";'],
];

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "concordat-boundaries-"));
  for (const [file, text] of Object.entries(SOUND)) write(file, text);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

describe("The dependency rule", () => {
  test("is kept by imports that point inward", async () => {
    const { files, violations } = await checkBoundaries(root);
    expect(violations).toEqual([]);
    expect(files).toBe(Object.keys(SOUND).filter((it) => it.endsWith(".ts")).length);
  });

  test("catches an import of each kind that does not", async () => {
    for (const [, file, text] of PLANTED) write(file, `${text}\n`);
    const { violations } = await checkBoundaries(root);
    const unseen = PLANTED.filter(([rule, file]) => !violations.some((it) => it.startsWith(`${rule}: ${file} →`)));
    expect(unseen).toEqual([]);
  });

  test("has a planted violation for each of its rules", async () => {
    const { ruleSet } = await extractOptions(fileURLToPath(new URL("../../.dependency-cruiser.mjs", import.meta.url)));
    const planted = new Set<string | undefined>(PLANTED.map(([rule]) => rule));
    const names = ruleSet?.forbidden?.map((it) => it.name) ?? [];
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((it) => !planted.has(it))).toEqual([]);
  });

  test("is not taken for kept where nothing was read", async () => {
    const empty = join(root, "empty");
    mkdirSync(join(empty, "src"), { recursive: true });
    await expect(checkBoundaries(empty)).rejects.toThrow("Nothing was checked");
  });
});
