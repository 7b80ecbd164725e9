import type { Change } from "../../src/domain/change.ts";
import type { Json } from "../../src/domain/json.ts";

/** The fields that clients change; a table in `authority.ts` says who has authority over each. */
export type ChangedField = "description" | "domain" | "classifications";

/** One change that a client wanted, under one idempotency key, and what it heard of it. Its value is nobody else's. */
export interface SentMutation {
  readonly key: string;
  readonly client: string;
  readonly kind: "set" | "add" | "remove";
  readonly asset: string;
  readonly field: ChangedField;
  readonly value: string;
  /** Milliseconds of the one clock of the run, before it was first sent. */
  readonly sentAt: number;
  /** When its acknowledgement had come; undefined: the client gave up and does not know. */
  acknowledgedAt?: number;
  /** The log position that the acknowledgement named; null: none. */
  position?: number | null;
  attempts: number;
}

/** What a person did in the lakehouse behind the gateway's back; the sandbox had answered it. */
export interface SentEdit {
  readonly asset: string;
  /** `comment` is the lakehouse's own; `concordat.domain` is a mirror's; `app.note` is not governed at all. */
  readonly property: "comment" | "concordat.domain" | "app.note";
  readonly value: string;
}

/** What one subscriber got, across all of its connections. */
export interface Delivered {
  readonly name: string;
  /** Its filter; undefined: everything. */
  readonly kinds: readonly string[] | undefined;
  /** The position that it began after. */
  readonly after: number;
  readonly events: { readonly position: number; readonly kind: string }[];
  /** How often its connection ended. */
  connections: number;
}

/** Everything that a run is judged by: what clients, people and subscribers saw, and what is held where at the end. */
export interface History {
  /** The position at which the load began; what is before it is no matter of clients and people. */
  readonly begin: number;
  readonly mutations: readonly SentMutation[];
  readonly edits: readonly SentEdit[];
  readonly subscribers: readonly Delivered[];
  /** Read from the database, not through a gateway. */
  readonly log: readonly Change[];
  /** Properties of each table in the lakehouse, by the asset's name. */
  readonly lakehouse: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Fields of each record of the embedded catalog, by the asset's name. */
  readonly catalog: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  /** Drift that still stands, in words. */
  readonly drift: readonly string[];
}
