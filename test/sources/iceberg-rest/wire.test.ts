import { describe, expect, test } from "vitest";
import { z } from "zod";
import { DEFAULT_ENDPOINTS, ENDPOINTS } from "../../../sources/iceberg-rest/endpoints.ts";
import * as wire from "../../../sources/iceberg-rest/wire.ts";
import { isJsonObject, type Json, type JsonObject } from "../../../src/domain/json.ts";
import { describeWithSpecs, readSpec } from "../../support/specs.ts";

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly description?: string }>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonObject>> };
}

/** What the hand-written validator of the hot path and the commits read and write, by the description's schema. */
const PARTS_USED = {
  LoadTableResult: ["metadata", "metadata-location"],
  LoadViewResult: ["metadata", "metadata-location"],
  CommitTableResponse: ["metadata", "metadata-location"],
  TableMetadata: ["table-uuid", "properties", "schemas", "current-schema-id", "last-column-id"],
  ViewMetadata: ["view-uuid", "properties", "schemas", "current-version-id", "versions"],
  ViewVersion: ["version-id", "schema-id"],
  Schema: ["schema-id", "fields"],
  StructField: ["id", "name", "type", "required", "doc"],
  ListType: ["type", "element-id", "element", "element-required"],
  MapType: ["type", "key-id", "key", "value-id", "value", "value-required"],
  CommitTableRequest: ["identifier", "requirements", "updates"],
  CommitViewRequest: ["identifier", "requirements", "updates"],
  UpdateNamespacePropertiesRequest: ["removals", "updates"],
  AddSchemaUpdate: ["action", "schema", "last-column-id"],
  SetCurrentSchemaUpdate: ["action", "schema-id"],
  SetPropertiesUpdate: ["action", "updates"],
  RemovePropertiesUpdate: ["action", "removals"],
  AssertTableUUID: ["type", "uuid"],
  AssertViewUUID: ["type", "uuid"],
  AssertCurrentSchemaId: ["type", "current-schema-id"],
  AssertLastAssignedFieldId: ["type", "last-assigned-field-id"],
  OAuthClientCredentialsRequest: ["grant_type", "scope", "client_id", "client_secret"],
} as const;

const CONSTANTS = {
  AddSchemaUpdate: ["action", "add-schema"],
  SetCurrentSchemaUpdate: ["action", "set-current-schema"],
  SetPropertiesUpdate: ["action", "set-properties"],
  RemovePropertiesUpdate: ["action", "remove-properties"],
  AssertTableUUID: ["type", "assert-table-uuid"],
  AssertViewUUID: ["type", "assert-view-uuid"],
  AssertCurrentSchemaId: ["type", "assert-current-schema-id"],
  AssertLastAssignedFieldId: ["type", "assert-last-assigned-field-id"],
} as const;

describeWithSpecs("the Iceberg REST description", () => {
  const spec = readSpec("iceberg-rest-catalog-open-api.yaml") as Description;
  const { schemas } = spec.components;

  test("knows every endpoint that is called", () => {
    const known = Object.entries(spec.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((it) => `${it.toUpperCase()} ${path}`),
    );
    for (const endpoint of Object.values(ENDPOINTS)) expect(known).toContain(endpoint);
    expect(known).toContain("GET /v1/config");
    expect(known).toContain("POST /v1/oauth/tokens");
  });

  test("has a client assume the same endpoints of a server that names none", () => {
    const text = spec.paths["/v1/config"]?.["get"]?.description ?? "";
    const assumed = [...text.matchAll(/- ((?:GET|POST|DELETE) \/v1\/\S+)/g)].map((it) => it[1]);
    expect(assumed.length).toBeGreaterThan(10);
    for (const [name, endpoint] of Object.entries(ENDPOINTS)) {
      expect(assumed.includes(endpoint), endpoint).toBe(DEFAULT_ENDPOINTS.has(name as keyof typeof ENDPOINTS));
    }
  });

  test.each(Object.entries(PARTS_USED))("has every part of %s that is used", (name, parts) => {
    const known = propertiesOf(schemas, schemas[name]);
    for (const part of parts) expect(Object.keys(known)).toContain(part);
  });

  test.each(Object.entries(CONSTANTS))("writes %s the same way", (name, [key, value]) => {
    expect(propertiesOf(schemas, schemas[name])[key]).toMatchObject({ const: value });
  });

  const SHAPES: Readonly<Record<string, z.ZodType>> = {
    CatalogConfig: wire.CatalogConfig,
    ListNamespacesResponse: wire.ListNamespacesResponse,
    ListTablesResponse: wire.ListTablesResponse,
    GetNamespaceResponse: wire.GetNamespaceResponse,
    ErrorModel: wire.ErrorModel,
    IcebergErrorResponse: wire.IcebergErrorResponse,
    OAuthTokenResponse: wire.OAuthTokenResponse,
  };
  test.each(Object.entries(SHAPES))("asks no more of %s than the validator, and nothing else", (name, shape) => {
    const ours = JSON.parse(JSON.stringify(z.toJSONSchema(shape))) as JsonObject;
    const theirs = propertiesOf(schemas, schemas[name]);
    const definitions = (ours["$defs"] ?? {}) as Record<string, JsonObject>;
    for (const [part, schema] of Object.entries(propertiesOf({}, ours))) {
      expect(Object.keys(theirs)).toContain(part);
      expect(typesOf(definitions, schema), `${name}.${part}`).toEqual(typesOf(schemas, theirs[part] as Json));
    }
    // What we demand, the description must promise.
    const promised = namesIn(schemas[name]?.["required"]);
    expect(namesIn(ours["required"]).filter((it) => !promised.includes(it))).toEqual([]);
  });
});

describe("the validators", () => {
  test("let through what they do not know", () => {
    expect(wire.GetNamespaceResponse.parse({ namespace: ["a"], properties: null, "x-vendor": 1 })).toEqual({
      namespace: ["a"],
      properties: null,
    });
    expect(wire.ListTablesResponse.safeParse({ identifiers: [{ namespace: ["a"], name: "" }] }).success).toBe(false);
  });
});

function namesIn(list: Json | undefined): readonly string[] {
  return Array.isArray(list) ? (list as string[]) : [];
}

function resolve(schemas: Readonly<Record<string, JsonObject>>, schema: Json | undefined): JsonObject {
  if (!isJsonObject(schema)) return {};
  const ref = schema["$ref"];
  return typeof ref === "string" ? resolve(schemas, schemas[ref.split("/").at(-1) ?? ""]) : schema;
}

function propertiesOf(schemas: Readonly<Record<string, JsonObject>>, schema: Json | undefined): Record<string, Json> {
  const found = resolve(schemas, schema);
  const parts = ((found["allOf"] ?? []) as readonly Json[]).map((it) => propertiesOf(schemas, it));
  return Object.assign({}, ...parts, found["properties"] ?? {}) as Record<string, Json>;
}

/** The JSON types that a schema allows, sorted. */
function typesOf(schemas: Readonly<Record<string, JsonObject>>, schema: Json): readonly string[] {
  const found = resolve(schemas, schema);
  const alternatives = (found["anyOf"] ?? found["oneOf"]) as readonly Json[] | undefined;
  if (alternatives) return [...new Set(alternatives.flatMap((it) => typesOf(schemas, it)))].sort();
  const type = found["type"];
  const named = Array.isArray(type) ? (type as string[]) : typeof type === "string" ? [type] : [];
  const types = named.map((it) => (it === "integer" ? "number" : it));
  return [...types, ...(found["nullable"] === true ? ["null"] : [])].sort();
}
