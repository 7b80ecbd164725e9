import type { NativeRef } from "../../src/domain/asset.ts";
import type { Json } from "../../src/domain/json.ts";
import type { Snapshot } from "../../src/domain/reading.ts";
import { type Call, type IcebergClient, isOk, type Reply } from "./client.ts";
import { parseExact } from "./exact-json.ts";
import { RequestFailure } from "./failure.ts";
import { toNamespaceSnapshot, toSnapshot } from "./mapping.ts";
import type { Lane } from "./policies.ts";
import { refPath, type Session } from "./session.ts";
import { refusal } from "./status.ts";
import { type LoadedMetadata, parseTable, parseView, WireError } from "./table-wire.ts";
import { GetNamespaceResponse } from "./wire.ts";

/** One asset as it was loaded. */
export interface Loaded {
  readonly snapshot: Snapshot;
  /** As the server holds them, to the byte. */
  readonly properties: Readonly<Record<string, string>>;
  /** Of tables and views. */
  readonly metadata: LoadedMetadata | undefined;
}

export type LoadResult = Loaded | "missing" | "not-modified";

export interface LoadOptions {
  readonly lane: Lane;
  /** An ETag: "not-modified" if the asset still has it. */
  readonly ifNoneMatch?: string;
  /** Parse so that the schema can be sent back to the byte. Slower. */
  readonly exact?: boolean;
}

/**
 * Loads a namespace, table or view by name.
 *
 * @throws RequestFailure if the server gives no usable answer; what `signal` aborts with, if it does.
 */
export async function load(
  client: IcebergClient,
  session: Session,
  ref: Pick<NativeRef, "kind" | "name">,
  options: LoadOptions,
  signal: AbortSignal,
): Promise<LoadResult> {
  const reply = await client.call(callFor(session, ref, options), signal);
  if (isOk(reply)) return reply.body;
  if (reply.status === 304 && options.ifNoneMatch !== undefined) return "not-modified";
  if (reply.status === 404 && (await provesMissing(client, session, reply, signal))) return "missing";
  throw new RequestFailure(refusal(reply.status, reply.error), "no", false);
}

function callFor(session: Session, ref: Pick<NativeRef, "kind" | "name">, options: LoadOptions): Call<Loaded> {
  const parse: (text: string) => unknown = options.exact ? parseExact : JSON.parse;
  const path = refPath(session, ref);
  const { lane } = options;
  if (ref.kind === "NAMESPACE")
    return { method: "GET", path, lane, decode: (text) => toLoadedNamespace(ref.name, JSON.parse(text)) };
  const isTable = ref.kind === "TABLE";
  return {
    method: "GET",
    path: isTable ? `${path}?snapshots=refs` : path,
    lane,
    ...(options.ifNoneMatch === undefined ? {} : { headers: { "if-none-match": options.ifNoneMatch } }),
    decode: (text, etag) => {
      const metadata = isTable ? parseTable(parse(text)) : parseView(parse(text));
      return { snapshot: toSnapshot(ref, metadata, etag), properties: metadata.properties, metadata };
    },
  };
}

function toLoadedNamespace(name: readonly string[], body: Json): Loaded {
  const parsed = GetNamespaceResponse.safeParse(body);
  if (!parsed.success) throw new WireError("a namespace has properties that are no texts");
  const properties = parsed.data.properties ?? null;
  return { snapshot: toNamespaceSnapshot(name, properties), properties: properties ?? {}, metadata: undefined };
}

/**
 * Whether a 404 says that the asset is gone. One from a proxy or about the warehouse must not be taken for that: it counts
 * if its body names the asset's kind, or if the server still lists namespaces.
 */
async function provesMissing(
  client: IcebergClient,
  session: Session,
  reply: Reply<Loaded>,
  signal: AbortSignal,
): Promise<boolean> {
  const type = isOk(reply) ? undefined : reply.error?.type;
  if (type === undefined) return false;
  if (/^NoSuch(Iceberg)?(Table|View|Namespace)Exception$/.test(type)) return true;
  const path = `${session.root}?pageSize=1&pageToken=`;
  const listed = await client.call({ method: "GET", path, lane: "work", decode: () => true }, signal);
  return isOk(listed);
}
