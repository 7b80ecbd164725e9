import { type OperationDefinitionNode, parse, validate } from "graphql";
import { describe, expect, test } from "vitest";
import * as lists from "../../src/cli/list-operations.ts";
import type { Operation } from "../../src/cli/operation.ts";
import * as operations from "../../src/cli/operations.ts";
import * as reviews from "../../src/cli/review-operations.ts";
import { SUGGESTED_QUERY } from "../../src/cli/suggestions.ts";
import { checkLimits } from "../../src/server/query-limits.ts";
import { buildDoubleSchema } from "./gateway-double.ts";

const schema = buildDoubleSchema();
const all: Operation<unknown>[] = Object.values({ ...operations, ...lists, ...reviews });

describe("What the command line asks", () => {
  test("covers every command that talks to a gateway", () => {
    expect(all.map((it) => it.name).sort()).toEqual([
      "AssetByName", "ChangeEvents", "Changes", "Decide", "Drift", "DriftEvents", "Explain", "LogHead", "Plan", "Reconcile", "Review", "ReviewEvents", "Reviews", "Scan", "Scanning",
    ]); // biome-ignore format: one glance
  });

  test.each(all.map((it) => [it.name, it] as const))("%s fits the schema", (name, operation) => {
    const document = parse(operation.document);
    expect(validate(schema, document).map((it) => it.message)).toEqual([]);
    expect((document.definitions[0] as OperationDefinitionNode).name?.value).toBe(name);
  });

  test.each(all.map((it) => [it.name, it] as const))(
    "%s stays below what the gateway lets one operation ask for",
    (_name, { document }) => {
      const parsed = parse(document);
      const limits = checkLimits(schema, parsed, parsed.definitions[0] as OperationDefinitionNode, {
        first: 1_000,
        last: 500,
      });
      expect(limits).toBeUndefined();
    },
  );

  test("the query that start prints fits the schema", () => {
    expect(validate(schema, parse(SUGGESTED_QUERY)).map((it) => it.message)).toEqual([]);
  });
});
