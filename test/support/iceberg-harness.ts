import type { TableSchema } from "iceberg-js";
import { connectIcebergRest } from "../../sources/iceberg-rest/source.ts";
import type { NativeRef } from "../../src/domain/asset.ts";
import type { FieldKey } from "../../src/domain/field.ts";
import { parseSourceId } from "../../src/domain/ids.ts";
import type { Json, JsonObject } from "../../src/domain/json.ts";
import type { Source } from "../../src/ports/source.ts";
import { type AssetSpec, CONTRACT_COLUMNS, type SourceHarness } from "../contract/source-harness.ts";
import { IcebergEditor } from "./iceberg-editor.ts";
import { systemClock } from "./system-clock.ts";

/** The columns that the contract asks for, with what only Iceberg knows and the gateway must not lose. */
const SCHEMA: TableSchema = {
  type: "struct",
  "schema-id": 0,
  "identifier-field-ids": [1],
  fields: CONTRACT_COLUMNS.map((it) => ({ id: Number(it.id), name: it.name, type: it.type, required: it.required })),
};
const VIEW_SCHEMA: TableSchema = { type: "struct", fields: SCHEMA.fields };
const PROPERTIES = { "write.parquet.compression-codec": "zstd", "concordat-like": " spaces kept ", "owner-note": "é" };

export interface IcebergHarnessOptions {
  /** The catalog's `uri`. */
  readonly url: string;
  /** Where it is edited, if the source is to reach it another way. */
  readonly editUrl?: string;
  /** Closes what belongs to this harness; a server that others share is wiped instead. */
  readonly close: () => Promise<void>;
  readonly breakListing?: () => Promise<void>;
  readonly breakDown?: () => Promise<void>;
}

/** Any Iceberg REST server that can be edited over HTTP, under the gateway's source. */
export async function openIcebergHarness(options: IcebergHarnessOptions): Promise<SourceHarness> {
  const editor = new IcebergEditor(options.editUrl ?? options.url);
  const source = await connectIcebergSource(options.url);
  return {
    source,
    kinds: ["NAMESPACE", "TABLE", "VIEW"],
    create: (asset) => create(editor, asset),
    edit: (ref, fields) => edit(editor, ref, fields),
    drop: (ref) => editor.drop(ref),
    rename: (ref, to) => editor.rename(ref, to),
    ungoverned: async (ref) => withoutGoverned(await editor.metadata(ref)),
    corrupt: async (ref, key) => {
      await editor.setProperties(ref, { [propertyOf(key)]: '{"duration": 7}' });
      return '{"duration": 7}';
    },
    ...(options.breakListing ? { breakListing: options.breakListing } : {}),
    ...(options.breakDown ? { breakDown: options.breakDown } : {}),
    [Symbol.asyncDispose]: async () => {
      await source[Symbol.asyncDispose]();
      await options.close();
    },
  };
}

/** As the gateway would connect it, with little patience and small pages. */
export function connectIcebergSource(uri: string): Promise<Source> {
  return connectIcebergRest(
    {
      id: parseSourceId("lakehouse"),
      uri,
      auth: "none",
      pageSize: 3,
      retries: { attempts: 2, baseMs: 1, capMs: 2 },
      timeouts: { attemptMs: 10_000, overallMs: 20_000 },
    },
    { clock: systemClock, random: { next: () => 0.5 } },
  );
}

async function create(editor: IcebergEditor, asset: AssetSpec): Promise<NativeRef> {
  const { kind, name } = asset;
  const stableId = await createEmpty(editor, asset);
  const ref: NativeRef = { kind, name, stableId };
  if (asset.fields) await edit(editor, ref, asset.fields);
  return ref;
}

async function createEmpty(editor: IcebergEditor, { kind, name }: AssetSpec): Promise<string | null> {
  if (kind === "NAMESPACE") {
    await editor.createNamespace(name, PROPERTIES);
    return null;
  }
  await editor.createNamespace(name.slice(0, -1));
  return kind === "TABLE"
    ? editor.createTable(name, SCHEMA, PROPERTIES)
    : editor.createView(name, VIEW_SCHEMA, PROPERTIES);
}

/** Iceberg's own terms, written down a second time: the suite holds the source's mapping against them. */
async function edit(editor: IcebergEditor, ref: NativeRef, fields: Readonly<Record<FieldKey, Json>>): Promise<void> {
  for (const [key, value] of Object.entries(fields) as [FieldKey, Json][]) {
    const column = /^columns\.#(\d+)\.description$/.exec(key);
    if (column) await editor.changeSchema(ref.name, (schema) => withDoc(schema, Number(column[1]), value));
    else await editor.setProperties(ref, { [propertyOf(key)]: value === null ? null : textOf(key, value) });
  }
}

function withDoc(schema: JsonObject, id: number, doc: Json): JsonObject {
  const fields = (schema["fields"] as readonly JsonObject[]).map(({ doc: old, ...it }) => {
    if (it["id"] !== id) return old === undefined ? it : { ...it, doc: old };
    return doc === null ? it : { ...it, doc };
  });
  return { ...schema, fields };
}

function propertyOf(key: FieldKey): string {
  if (key === "description") return "comment";
  if (key === "owners") return "owner";
  return `concordat.${key.replace("columns.#", "columns.")}`;
}

function textOf(key: FieldKey, value: Json): string {
  if (key === "owners") return ` ${(value as readonly JsonObject[]).map((it) => it["principal"]).join(" , ")}`;
  if (key.endsWith("classifications")) {
    return JSON.stringify(
      (value as readonly JsonObject[]).map((it) =>
        it["value"] === null ? it["name"] : `${String(it["name"])}=${String(it["value"])}`,
      ),
    );
  }
  return typeof value === "string" ? value : JSON.stringify(value, null, 1);
}

/** What a write must leave alone: everything but the governed properties, docs and the counters that every commit moves. */
function withoutGoverned(metadata: JsonObject): Json {
  const properties = Object.entries((metadata["properties"] ?? {}) as JsonObject);
  const governed = (key: string): boolean => key === "comment" || key === "owner" || key.startsWith("concordat.");
  const schemas = (metadata["schemas"] ?? []) as readonly JsonObject[];
  const current = schemas.find((it) => it["schema-id"] === metadata["current-schema-id"]) ?? schemas[0];
  const fields = ((current?.["fields"] ?? []) as readonly JsonObject[]).map(({ doc: _doc, ...it }) => it);
  const moving = ["properties", "schemas", "current-schema-id", "last-updated-ms", "metadata-log"];
  return {
    ...Object.fromEntries(Object.entries(metadata).filter(([key]) => !moving.includes(key))),
    properties: Object.fromEntries(properties.filter(([key]) => !governed(key))),
    fields,
    identifiers: current?.["identifier-field-ids"] ?? [],
  };
}
