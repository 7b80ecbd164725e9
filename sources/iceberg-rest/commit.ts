import { createHash } from "node:crypto";
import type { TableRequirement, TableUpdate } from "iceberg-js";
import type { NativeRef } from "../../src/domain/asset.ts";
import type { IntentId } from "../../src/domain/ids.ts";
import type { JsonObject } from "../../src/domain/json.ts";
import type { SourceError } from "../../src/ports/source.ts";
import { type IcebergClient, isOk, type Reply } from "./client.ts";
import { RequestFailure } from "./failure.ts";
import type { Loaded } from "./load.ts";
import type { WritePlan } from "./plan-write.ts";
import { findSameSchema, withDocs } from "./schema-docs.ts";
import { refPath, type Session } from "./session.ts";

/** What became of one request that changes something. */
export type CommitOutcome =
  | { readonly kind: "committed" }
  /** A requirement no longer held; nothing was written. */
  | { readonly kind: "conflict"; readonly error: SourceError }
  | { readonly kind: "missing" }
  | { readonly kind: "rejected"; readonly message: string }
  | { readonly kind: "failed"; readonly error: SourceError }
  | { readonly kind: "unknown"; readonly error: SourceError };

/** Sends a plan as one request. @throws what `signal` aborts with, if it does; then the outcome is unknown. */
export async function commit(
  client: IcebergClient,
  session: Session,
  target: { readonly ref: NativeRef; readonly loaded: Loaded; readonly intent: IntentId; readonly attempt: number },
  plan: WritePlan,
  signal: AbortSignal,
): Promise<CommitOutcome> {
  const { ref } = target;
  const body = JSON.stringify(bodyFor(ref, target.loaded, plan));
  const path = ref.kind === "NAMESPACE" ? `${refPath(session, ref)}/properties` : refPath(session, ref);
  const headers: Record<string, string> = session.idempotencyKeys
    ? { "idempotency-key": idempotencyKey(target.intent, target.attempt, body) }
    : {};
  try {
    return judge(await client.call({ method: "POST", path, lane: "write", body, headers, decode: () => true }, signal));
  } catch (thrown) {
    if (!(thrown instanceof RequestFailure)) throw thrown;
    return { kind: thrown.acted === "no" ? "failed" : "unknown", error: thrown.error };
  }
}

function judge(reply: Reply<true>): CommitOutcome {
  // 204: some servers answer so where the specification has 200 with a body; the body is read back anyway.
  if (isOk(reply) || reply.status === 204) return { kind: "committed" };
  const message = reply.error
    ? `${reply.error.type}: ${reply.error.message.slice(0, 500)}`
    : `The server refused with ${reply.status}.`;
  if (reply.status === 409 || reply.status === 412) return { kind: "conflict", error: { code: "server", message } };
  if (reply.status !== 404) return { kind: "rejected", message };
  return reply.error ? { kind: "missing" } : { kind: "failed", error: { code: "protocol", message } };
}

/** Views take the same updates of properties, and a requirement of their own. */
type Requirement = TableRequirement | { readonly type: "assert-view-uuid"; readonly uuid: string };
/** The schema goes back as the server wrote it, with what no client knows. */
type Update =
  | Exclude<TableUpdate, { action: "add-schema" }>
  | { readonly action: "add-schema"; readonly schema: JsonObject; readonly "last-column-id"?: number };

function bodyFor(ref: NativeRef, loaded: Loaded, plan: WritePlan): object {
  const removals = [...plan.remove];
  if (ref.kind === "NAMESPACE") return { removals, updates: plan.set };
  const metadata = loaded.metadata;
  if (!metadata) throw new TypeError("A table or view was loaded without its metadata.");
  const { uuid } = metadata;
  const requirements: Requirement[] = [
    ref.kind === "TABLE" ? { type: "assert-table-uuid", uuid } : { type: "assert-view-uuid", uuid },
  ];
  const updates: Update[] = [];
  if (plan.docs.size > 0) addSchemaChange(metadata, plan.docs, requirements, updates);
  if (Object.keys(plan.set).length > 0) updates.push({ action: "set-properties", updates: { ...plan.set } });
  if (removals.length > 0) updates.push({ action: "remove-properties", removals });
  const identifier = { namespace: ref.name.slice(0, -1), name: ref.name.at(-1) ?? "" };
  return { identifier, requirements, updates };
}

/** The whole current schema is sent with the new documentation in it, under the requirement that it still is the current one. */
function addSchemaChange(
  metadata: NonNullable<Loaded["metadata"]>,
  docs: WritePlan["docs"],
  requirements: Requirement[],
  updates: Update[],
): void {
  const wanted = withDocs(metadata.currentSchema, docs);
  requirements.push({
    type: "assert-current-schema-id",
    "current-schema-id": metadata.currentSchema["schema-id"] as number,
  });
  const known = findSameSchema(metadata.schemas, wanted);
  if (known !== undefined) {
    updates.push({ action: "set-current-schema", "schema-id": known });
    return;
  }
  const last = metadata.lastColumnId === undefined ? {} : { "last-column-id": metadata.lastColumnId };
  if (metadata.lastColumnId !== undefined) {
    requirements.push({ type: "assert-last-assigned-field-id", "last-assigned-field-id": metadata.lastColumnId });
  }
  updates.push({ action: "add-schema", schema: wanted, ...last }, { action: "set-current-schema", "schema-id": -1 });
}

/** One key per intent, attempt and content, in the form of a UUIDv7 as the specification asks. */
function idempotencyKey(intent: IntentId, attempt: number, body: string): string {
  const hash = createHash("sha256").update(`${intent}\n${attempt}\n${body}`).digest();
  hash.writeUIntBE(ulidTimeMs(intent), 0, 6);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x70, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}

/** A ULID begins with 48 bits of time in ten characters of Crockford's base 32. */
function ulidTimeMs(intent: IntentId): number {
  const time = intent.slice("intent:".length, "intent:".length + 10);
  return [...time].reduce((sum, it) => sum * 32 + "0123456789ABCDEFGHJKMNPQRSTVWXYZ".indexOf(it), 0) % 2 ** 48;
}
