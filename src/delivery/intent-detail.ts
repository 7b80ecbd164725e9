import { ASSET_KINDS, type NativeRef } from "../domain/asset.ts";
import type { Actor } from "../domain/change.ts";
import { type FieldKey, parseFieldKey } from "../domain/field.ts";
import { parseSourceId } from "../domain/ids.ts";
import { isJsonObject, type Json, type JsonObject } from "../domain/json.ts";
import type { Reading } from "../domain/reading.ts";
import { type AgreedValue, type ComparedPart, comparedPart } from "../domain/state.ts";
import type { Adopted, PlannedWrite } from "../plan/plan-mirror.ts";
import type { IdempotencyRecord, Intent } from "../ports/ledger.ts";
import { actorOf, type DeliveryRequest, reasonOf } from "./delivery-request.ts";

type Wanted = Exclude<Reading, { state: "unknown" }>;

/** Wanted values by field; null is ABSENT. */
export function wantedValues(write: PlannedWrite): Record<string, Json> {
  return Object.fromEntries([...write.fields].map(([key, it]) => [key, it.state === "value" ? it.value : null]));
}

/** What an intent keeps of its request: enough for another process to settle it. */
export function toDetail(request: DeliveryRequest): Json {
  const { idempotency, write } = request;
  return {
    fields: wantedValues(write),
    rules: Object.fromEntries(write.rules),
    bases: Object.fromEntries([...(write.bases ?? [])].map(([key, it]) => [key, { ...it }])),
    adopted: write.adopted ? { mirror: write.adopted.mirror, held: Object.fromEntries(write.adopted.held) } : null,
    ref: { ...write.ref },
    create: write.create,
    actor: { ...actorOf(request) },
    reason: reasonOf(request) ?? null,
    whole: request.isWhole === true,
    idempotency: idempotency ? { ...idempotency } : null,
  };
}

/** Reads an intent back into its request; undefined if its detail is none that `toDetail` makes. */
export function toRequest({ asset, detail, purpose, source }: Intent): DeliveryRequest | undefined {
  if (!isJsonObject(detail)) return undefined;
  const actor = actorIn(detail);
  const ref = refOf(detail["ref"]);
  const fields = fieldsOf(detail["fields"]);
  if (!actor || !ref || !fields) return undefined;
  const { create, reason } = detail;
  const idempotency = recordOf(detail["idempotency"]);
  const adopted = adoptedIn(detail["adopted"]);
  return {
    asset,
    purpose,
    actor,
    ...(typeof reason === "string" ? { reason } : {}),
    ...(detail["whole"] === true ? { isWhole: true } : {}),
    ...(idempotency ? { idempotency } : {}),
    write: {
      source,
      ref,
      create: create === true,
      purpose: purpose === "mirror" ? "mirror" : "adopt",
      fields,
      rules: rulesOf(detail["rules"]),
      bases: basesOf(detail["bases"]),
      ...(adopted ? { adopted } : {}),
    },
  };
}

/** Who wanted the write. */
export function actorIn(detail: JsonObject): Actor | undefined {
  const actor = detail["actor"];
  if (!isJsonObject(actor)) return undefined;
  const { id, kind, onBehalfOf } = actor;
  if (typeof id !== "string" || !isActorKind(kind)) return undefined;
  return { kind, id, ...(typeof onBehalfOf === "string" ? { onBehalfOf } : {}) };
}

function isActorKind(kind: Json | undefined): kind is Actor["kind"] {
  return kind === "person" || kind === "service" || kind === "source" || kind === "gateway";
}

function refOf(ref: Json | undefined): NativeRef | undefined {
  if (!isJsonObject(ref) || !Array.isArray(ref["name"])) return undefined;
  const kind = ASSET_KINDS.find((it) => it === ref["kind"]);
  const { stableId } = ref;
  return (
    kind && {
      kind,
      name: (ref["name"] as Json[]).map(String),
      stableId: typeof stableId === "string" ? stableId : null,
    }
  );
}

function fieldsOf(fields: Json | undefined): ReadonlyMap<FieldKey, Wanted> | undefined {
  if (!isJsonObject(fields)) return undefined;
  const toWanted = (it: Json): Wanted => (it === null ? { state: "absent" } : { state: "value", value: it });
  return new Map(Object.entries(fields).map(([key, it]) => [parseFieldKey(key), toWanted(it)]));
}

function rulesOf(rules: Json | undefined): ReadonlyMap<FieldKey, string> {
  return new Map(Object.entries(isJsonObject(rules) ? rules : {}).map(([key, it]) => [parseFieldKey(key), String(it)]));
}

function basesOf(bases: Json | undefined): ReadonlyMap<FieldKey, AgreedValue> {
  return new Map(
    Object.entries(isJsonObject(bases) ? bases : {}).flatMap(([key, it]) => {
      if (!isJsonObject(it) || typeof it["with"] !== "string") return [];
      const { compared, value = null, with: authority } = it;
      const others = Array.isArray(compared) ? { compared: compared.map(toComparedPart) } : {};
      return [[parseFieldKey(key), { with: parseSourceId(authority), value, ...others }] as const];
    }),
  );
}

function toComparedPart(text: Json): ComparedPart {
  const [authority = "", scope] = String(text).split("/");
  return comparedPart(parseSourceId(authority), scope);
}

function adoptedIn(adopted: Json | undefined): Adopted | undefined {
  if (!isJsonObject(adopted) || typeof adopted["mirror"] !== "string") return undefined;
  const held = Object.entries(isJsonObject(adopted["held"]) ? adopted["held"] : {});
  return { mirror: parseSourceId(adopted["mirror"]), held: new Map(held.map(([key, it]) => [parseFieldKey(key), it])) };
}

function recordOf(record: Json | undefined): IdempotencyRecord | undefined {
  if (!isJsonObject(record)) return undefined;
  const { expiresAt, requestHash, scope } = record;
  if (typeof scope !== "string" || typeof requestHash !== "string" || typeof expiresAt !== "number") return undefined;
  return { scope, requestHash, state: "running", outcome: null, expiresAt };
}
