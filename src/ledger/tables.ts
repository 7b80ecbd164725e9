/** No tables of its own: whoever keeps records beside the ledger adds its own with `withTables`. */
export type NoTables = Record<never, never>;

/** The tables as both engines hold them. Times are milliseconds since 1970 or RFC 3339 texts, as the ports say. */
export type LedgerTables = {
  /** One row: the position of the newest log entry. Locked by every commit, so that positions follow the order of commits. */
  head: { id: number; position: number };
  log: LogTable;
  asset: AssetTable;
  /** What lists filter by: one row per owner, classification, sensitivity and domain of an asset. */
  asset_element: { asset: string; kind: ElementKind; value: string };
  binding: BindingTable;
  /** The readings of a binding, apart from it: scans look at every binding and at few readings. */
  reading: { asset: string; source: string; fields: string };
  agreed: { asset: string; mirror: string; body: string };
  drift: DriftTable;
  work: WorkTable;
  intent: IntentTable;
  idempotency: { scope: string; request_hash: string; state: "running" | "done"; outcome: string; expires_at: number };
  source: { id: string; body: string; revision: number };
  /** Named leases, while somebody has them. */
  lease: { name: string; token: number; holder: string; lease_until: number };
  guard_run: { source: string; scope: string; body: string };
  /** What the run of its source and scope has counted. */
  guard_counted: { source: string; scope: string; asset: string; key: string; effect: string };
  review: ReviewTable;
  review_item: ReviewItemTable;
  setting: { name: string; value: string };
  /** SQLite only: PostgreSQL has a sequence. */
  work_token: { id: number; value: number };
};

export type ElementKind = "owner" | "classification" | "sensitivity" | "domain";

type LogTable = {
  position: number;
  kind: string;
  at: string;
  actor: string;
  source: string | null;
  asset: string | null;
  key: string | null;
  field: string | null;
  /** The asset's name then, as `name-path.ts` writes it. */
  path: string | null;
  /** RFC 8785 canonical JSON in UTF-8: the entry itself; all else here is an index of it. */
  bytes: Uint8Array;
};

type AssetTable = {
  id: string;
  revision: number;
  kind: string;
  state: string;
  status: string;
  has_owner: number;
  created_at: string;
  changed_position: number;
  path: string;
  /** The asset as JSON. */
  body: string;
  /** Lower case, for the text filter. */
  name_folded: string;
  description_folded: string;
};

type BindingTable = {
  asset: string;
  source: string;
  kind: string;
  /** The native name as a JSON list. */
  name: string;
  stable_id: string | null;
  state: "present" | "missing";
  misses: number;
  version: string | null;
  digest: string;
  url: string | null;
  observed_at: string;
  observed_from: number;
};

type DriftTable = {
  id: string;
  asset: string;
  key: string;
  path: string;
  source: string;
  kind: string;
  state: string;
  opened_at: string;
  /** Log position of its opening. */
  position: number;
  body: string;
};

type WorkTable = {
  asset: string;
  source: string;
  due_at: number;
  /** When it can be claimed: `due_at`, or the end of the lease while it is claimed. */
  available_at: number;
  token: number;
  holder: string | null;
  attempts: number;
  reread: number;
  position: number;
  /** How often it was marked dirty, and how often it had been when it was claimed. */
  dirty: number;
  claimed_dirty: number;
  /** What marks that came after the claim ask for. */
  next_due_at: number | null;
  next_reread: number;
};

type ReviewTable = {
  id: string;
  kind: string;
  state: string;
  source: string;
  asset: string | null;
  path: string | null;
  opened_at: string;
  /** Log position of its last opening. */
  position: number;
  body: string;
};

type ReviewItemTable = {
  review: string;
  ordinal: number;
  source: string;
  scope: string;
  asset: string;
  key: string;
  body: string;
  /** Set while a person has released it and it has not been done. */
  released_until: number | null;
};

type IntentTable = {
  id: string;
  asset: string;
  source: string;
  holder: string;
  lease_until: number;
  position: number;
  purpose: "mutation" | "mirror" | "adopt";
  /** Kind and name of the record that it makes, if it does. */
  makes: string | null;
  detail: string;
};
