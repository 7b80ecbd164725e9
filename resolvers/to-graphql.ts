import type { Column } from "../src/domain/asset.ts";
import type { Actor } from "../src/domain/change.ts";
import type { GuardEffect } from "../src/domain/guard-run.ts";
import { isJsonObject, type Json } from "../src/domain/json.ts";
import type { Classification, Owner } from "../src/domain/normalise.ts";
import type * as graph from "../src/generated/graphql.ts";
import type { FieldView } from "../src/ports/gateway.ts";
import type { Page } from "../src/ports/ledger.ts";
import type { SourceError, SourceRole } from "../src/ports/source.ts";
import type { Mode } from "../src/treaty/decision.ts";

// Together with from-graphql.ts the only mapping between the domain and the graph. Values come from other systems: what has not the
// shape of its field reads as null here, while its observation shows it as it is.

export function toPageInfo(page: Page<unknown>): graph.PageInfo {
  return {
    hasNextPage: page.hasNext,
    hasPreviousPage: page.hasPrevious,
    startCursor: page.items[0]?.cursor ?? null,
    endCursor: page.items.at(-1)?.cursor ?? null,
  };
}

const ACTOR_KINDS = { person: "PERSON", service: "SERVICE", source: "SOURCE", gateway: "GATEWAY" } as const;

export function toActor({ kind, id, onBehalfOf }: Actor): graph.Actor {
  return { kind: ACTOR_KINDS[kind], id, onBehalfOf };
}

export function toSourceMode(mode: Mode): graph.SourceMode {
  const modes = { pause: "PAUSE", observe: "OBSERVE", "seed-once": "SEED_ONCE", enforce: "ENFORCE" } as const;
  return modes[mode];
}

/** A mode as the ledger's bodies name it. */
export function toModeName(mode: string): graph.SourceMode {
  return toSourceMode((["pause", "observe", "seed-once", "enforce"] as const).find((it) => it === mode) ?? "observe");
}

export function toGuardEffect(effect: GuardEffect): graph.GuardEffect {
  const effects = { removal: "REMOVAL", rewrite: "REWRITE", retirement: "RETIREMENT" } as const;
  return effects[effect];
}

export function toSourceRole(role: SourceRole): graph.SourceRole {
  return role === "catalog" ? "CATALOG" : "LAKEHOUSE";
}

export function toSourceProblem(error: SourceError | undefined): graph.SourceProblem | null {
  return error ? { code: error.code, message: error.message, retryAfterMs: error.retryAfterMs } : null;
}

/** Milliseconds → ISO 8601 of fixed length: "P7D", "PT90S". */
export function toDuration(ms: number): string {
  const days = Math.floor(ms / 86_400_000);
  const seconds = (ms % 86_400_000) / 1_000;
  if (days > 0 && seconds === 0) return `P${days}D`;
  return `P${days > 0 ? `${days}D` : ""}T${seconds}S`;
}

export function toOwners({ value }: FieldView): Owner[] | null {
  return elements(value, "principal", (it) => ({ principal: String(it["principal"]), role: textOrNull(it["role"]) }));
}

export function toClassifications({ value }: FieldView): Classification[] | null {
  return elements(value, "name", (it) => ({ name: String(it["name"]), value: textOrNull(it["value"]) }));
}

export function toText({ value }: FieldView): string | null {
  return textOrNull(value);
}

export function toRetention({ value }: FieldView): graph.Retention | null {
  if (!isJsonObject(value) || typeof value["duration"] !== "string") return null;
  return { duration: value["duration"], basis: textOrNull(value["basis"]), legalHold: value["legalHold"] === true };
}

export function toLifecycle({ value }: FieldView): graph.Lifecycle | null {
  if (!isJsonObject(value) || typeof value["stage"] !== "string") return null;
  return { stage: value["stage"], note: textOrNull(value["note"]), replacedBy: textOrNull(value["replacedBy"]) };
}

export function toSchema({ value }: FieldView): { columns: Column[] } | null {
  if (!isJsonObject(value) || !Array.isArray(value["columns"])) return null;
  return { columns: (value["columns"] as readonly Json[]).filter(isColumn) };
}

function isColumn(it: Json): it is Json & Column {
  return isJsonObject(it) && typeof it["id"] === "string" && typeof it["name"] === "string";
}

function elements<T>(
  value: Json | undefined,
  key: string,
  read: (it: { readonly [key: string]: Json }) => T,
): T[] | null {
  if (value === null) return []; // ABSENT: it is known that there is none
  if (!Array.isArray(value)) return null;
  return (value as readonly Json[])
    .filter((it) => isJsonObject(it) && typeof it[key] === "string")
    .map((it) => read(it as { readonly [key: string]: Json }));
}

function textOrNull(value: Json | undefined): string | null {
  return typeof value === "string" ? value : null;
}
