import { isDeepStrictEqual } from "node:util";
import type { TableSchema } from "iceberg-js";
import type { NativeRef } from "../../src/domain/asset.ts";
import { isJsonObject, type Json, type JsonObject } from "../../src/domain/json.ts";

/** Edits an Iceberg REST catalog over HTTP behind the gateway's back, with nothing of the gateway's own client. */
export class IcebergEditor {
  readonly #url: string;
  #separator: string | undefined;

  /** @param url the catalog's `uri`; the server has no prefix and asks for no token. */
  constructor(url: string) {
    this.#url = url;
  }

  /** With the namespaces above it. */
  async createNamespace(name: readonly string[], properties: Record<string, string> = {}): Promise<void> {
    for (let depth = 1; depth <= name.length; depth++) {
      const body = { namespace: name.slice(0, depth), properties: depth === name.length ? properties : {} };
      await this.#send("POST", "namespaces", body, 409);
    }
  }

  /** Gives the UUID. */
  async createTable(
    name: readonly string[],
    schema: TableSchema,
    properties: Record<string, string> = {},
  ): Promise<string> {
    const body = { name: last(name), schema, properties };
    const answer = await this.#send("POST", `namespaces/${await this.#path(name.slice(0, -1))}/tables`, body);
    return String(metadataOf(answer)["table-uuid"]);
  }

  /** Gives the UUID. */
  async createView(
    name: readonly string[],
    schema: TableSchema,
    properties: Record<string, string> = {},
  ): Promise<string> {
    const namespace = name.slice(0, -1);
    const version = {
      "version-id": 1,
      "timestamp-ms": 1_700_000_000_000,
      "schema-id": 0,
      summary: { "engine-name": "test" },
      representations: [{ type: "sql", sql: "SELECT 1", dialect: "spark" }],
      "default-namespace": namespace,
    };
    const body = { name: last(name), schema: { ...schema, "schema-id": 0 }, "view-version": version, properties };
    const answer = await this.#send("POST", `namespaces/${await this.#path(namespace)}/views`, body);
    return String(metadataOf(answer)["view-uuid"]);
  }

  /** null removes a property. */
  async setProperties(ref: NativeRef, properties: Readonly<Record<string, string | null>>): Promise<void> {
    const removals = Object.keys(properties).filter((it) => properties[it] === null);
    const sets = Object.fromEntries(Object.entries(properties).filter((it): it is [string, string] => it[1] !== null));
    if (ref.kind === "NAMESPACE") {
      await this.#send("POST", `${await this.#pathOf(ref)}/properties`, { updates: sets, removals });
      return;
    }
    const updates = [
      ...(Object.keys(sets).length > 0 ? [{ action: "set-properties", updates: sets }] : []),
      ...(removals.length > 0 ? [{ action: "remove-properties", removals }] : []),
    ];
    await this.#send("POST", await this.#pathOf(ref), { requirements: [], updates });
  }

  /** Changes the current schema of a table. */
  async changeSchema(name: readonly string[], change: (schema: JsonObject) => JsonObject): Promise<void> {
    const metadata = await this.metadata({ kind: "TABLE", name, stableId: null });
    const schemas = metadata["schemas"] as readonly JsonObject[];
    const current = schemas.find((it) => it["schema-id"] === metadata["current-schema-id"]) as JsonObject;
    const wanted = change(current);
    // The server keeps every schema it ever had, and adds none twice.
    const known = schemas.find((it) => isDeepStrictEqual({ ...it, "schema-id": 0 }, { ...wanted, "schema-id": 0 }));
    const updates = [
      ...(known ? [] : [{ action: "add-schema", schema: wanted, "last-column-id": metadata["last-column-id"] }]),
      { action: "set-current-schema", "schema-id": known?.["schema-id"] ?? -1 },
    ];
    await this.#send("POST", await this.#pathOf({ kind: "TABLE", name }), { requirements: [], updates });
  }

  /** The whole metadata of a table or view; of a namespace `{ properties }`. */
  async metadata(ref: NativeRef): Promise<JsonObject> {
    const answer = await this.#send("GET", await this.#pathOf(ref));
    return ref.kind === "NAMESPACE" ? (answer as JsonObject) : metadataOf(answer);
  }

  async rename(ref: NativeRef, to: readonly string[]): Promise<void> {
    const identifier = (name: readonly string[]) => ({ namespace: name.slice(0, -1), name: last(name) });
    const collection = ref.kind === "TABLE" ? "tables" : "views";
    await this.#send("POST", `${collection}/rename`, { source: identifier(ref.name), destination: identifier(to) });
  }

  async drop(ref: NativeRef): Promise<void> {
    await this.#send("DELETE", await this.#pathOf(ref));
  }

  /** Drops everything in the catalog. */
  async wipe(): Promise<void> {
    for (const it of await this.#list("namespaces", "namespaces")) await this.#wipe(it as string[]);
  }

  async #wipe(namespace: readonly string[]): Promise<void> {
    const path = await this.#path(namespace);
    for (const it of await this.#list(`namespaces?parent=${path}`, "namespaces")) await this.#wipe(it as string[]);
    for (const kind of ["TABLE", "VIEW"] as const) {
      const collection = kind === "TABLE" ? "tables" : "views";
      for (const it of await this.#list(`namespaces/${path}/${collection}`, "identifiers")) {
        await this.drop({ kind, name: [...namespace, (it as { name: string }).name], stableId: null });
      }
    }
    await this.drop({ kind: "NAMESPACE", name: namespace, stableId: null });
  }

  async #list(path: string, key: string): Promise<readonly unknown[]> {
    const answer = await this.#send("GET", path);
    return isJsonObject(answer) && Array.isArray(answer[key]) ? (answer[key] as unknown[]) : [];
  }

  async #pathOf(ref: Pick<NativeRef, "kind" | "name">): Promise<string> {
    if (ref.kind === "NAMESPACE") return `namespaces/${await this.#path(ref.name)}`;
    const collection = ref.kind === "TABLE" ? "tables" : "views";
    return `namespaces/${await this.#path(ref.name.slice(0, -1))}/${collection}/${encodeURIComponent(last(ref.name))}`;
  }

  async #path(namespace: readonly string[]): Promise<string> {
    const config = this.#separator === undefined ? await this.#send("GET", "config") : null;
    const overrides = isJsonObject(config) ? config["overrides"] : undefined;
    const told = isJsonObject(overrides) ? overrides["namespace-separator"] : undefined;
    this.#separator ??= typeof told === "string" ? told : "%1F";
    return namespace.map(encodeURIComponent).join(this.#separator);
  }

  async #send(method: string, path: string, body?: unknown, fine?: number): Promise<Json> {
    const response = await fetch(`${this.#url}/v1/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const text = await response.text();
    if (response.status === fine) return null;
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`);
    return text === "" ? null : (JSON.parse(text) as Json);
  }
}

function last(name: readonly string[]): string {
  return name.at(-1) as string;
}

function metadataOf(answer: Json): JsonObject {
  const metadata = isJsonObject(answer) ? answer["metadata"] : undefined;
  if (!isJsonObject(metadata)) throw new TypeError("The answer has no metadata.");
  return metadata;
}
