import { ASSET_KINDS, type NativeRef } from "../../src/domain/asset.ts";
import { FIELD_KINDS, type FieldKey, isFieldOn } from "../../src/domain/field.ts";
import type { SourceId } from "../../src/domain/ids.ts";
import type { Json } from "../../src/domain/json.ts";
import type { Reading } from "../../src/domain/reading.ts";
import type {
  ReadResult,
  Scanned,
  ScanPage,
  ScanRequest,
  Source,
  SourceCapabilities,
  SourceError,
  SourceWrite,
  WriteResult,
} from "../../src/ports/source.ts";
import type { Coverage } from "./coverage.ts";
import { sameJson } from "./elements.ts";
import type { Faults } from "./faults.ts";
import type { RandomStream } from "./random-stream.ts";
import type { Lane, Scheduler } from "./scheduler.ts";
import { refOf, type System, snapshotOf, type Thing } from "./system.ts";

export interface Wiring {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly coverage: Coverage;
  readonly random: RandomStream;
  /** The process that asks: its death loses the answer, not what the system does. */
  readonly process: Lane;
  /** The systems themselves, which no crash of ours touches. */
  readonly remote: Lane;
  /** Told of every write that is sent. */
  readonly listed: (source: SourceId, isWhole: boolean) => void;
  readonly sent: (write: SourceWrite, source: SourceId) => void;
  /** Lets somebody edit the same, in the middle of a write. */
  readonly meddle: (thing: Thing, key: FieldKey) => void;
}

export interface Manners {
  readonly capabilities: SourceCapabilities;
  readonly role: Source["role"];
  readonly hasVersions: boolean;
  /** Compares and sets at once. Otherwise it loads, compares and commits, and others come in between. */
  readonly comparesAndSets: boolean;
  /** Whether a name may be used for a record that is there already; for sources that create. */
  readonly isTaken: (thing: Thing) => boolean;
}

const PAGE = 2;
const LOST: SourceError = { code: "timeout", message: "no answer" };
const FAILED: SourceError = { code: "server", message: "refused before acting" };

/** One process's connection to one system, with the manners of its kind. */
export class SimulatedSource implements Source {
  readonly id: SourceId;
  readonly role: Source["role"];
  readonly type: string = "simulated";
  readonly address = "simulated:";
  readonly capabilities: SourceCapabilities;
  readonly #system: System;
  readonly #manners: Manners;
  readonly #wiring: Wiring;

  constructor(system: System, manners: Manners, wiring: Wiring) {
    this.id = system.id;
    this.role = manners.role;
    this.capabilities = manners.capabilities;
    this.#system = system;
    this.#manners = manners;
    this.#wiring = wiring;
  }

  async read(refs: readonly NativeRef[], signal: AbortSignal): Promise<readonly ReadResult[]> {
    signal.throwIfAborted();
    await this.#travel("read");
    const failed = this.#strikes("readFails");
    const results = refs.map((it): ReadResult => (failed ? { kind: "failed", error: LOST } : this.#read(it)));
    await this.#travel("read answers");
    return results;
  }

  async write(write: SourceWrite, signal: AbortSignal): Promise<WriteResult> {
    signal.throwIfAborted();
    this.#wiring.sent(write, this.id);
    await this.#travel("write");
    if (this.#strikes("writeFails")) return { kind: "failed", error: FAILED };
    const found = this.#findForWrite(write);
    if (found === "missing") return { kind: "missing" };
    const loaded = found === "new" ? undefined : found;
    const judged = loaded ? judge(loaded, write) : "write";
    if (loaded && judged === "stale") return { kind: "stale", snapshot: this.#snapshot(loaded) };
    if (loaded && judged === "done") return { kind: "applied", snapshot: this.#snapshot(loaded) };
    return this.#commit(write, loaded);
  }

  /** From here on the write is under way, whatever becomes of the process. */
  async #commit(write: SourceWrite, loaded: Thing | undefined): Promise<WriteResult> {
    const { coverage, random, remote, scheduler } = this.#wiring;
    if (this.#strikes("requestLost")) {
      await this.#travel("write times out", random.int(1, 30_000));
      return this.#settle(write, loaded);
    }
    const late = this.#strikes("late");
    const travel = this.#manners.comparesAndSets && !late ? 0 : random.int(0, late ? 150_000 : 60);
    const seen = new Map(loaded?.fields);
    const [key] = Object.keys(write.fields) as FieldKey[];
    if (travel > 0 && loaded && key && this.#strikes("raced")) this.#wiring.meddle(loaded, key);
    const acted = Promise.withResolvers<WriteResult>();
    const act = (): void => acted.resolve(this.#act(write, loaded, seen));
    if (travel === 0) act();
    else void scheduler.step(remote, `${this.id} acts`, travel).then(act);
    if (late) {
      coverage.count("late application of an unknown write");
      await this.#travel("write times out", random.int(1, 30_000));
      return this.#settle(write, loaded);
    }
    const lost = this.#strikes("answerLost");
    const result = await acted.promise;
    await this.#travel("write answers");
    return lost ? this.#settle(write, loaded) : result;
  }

  /** What an adapter does when it got no answer: one look. */
  async #settle(write: SourceWrite, loaded: Thing | undefined): Promise<WriteResult> {
    const unknown: WriteResult = { kind: "unknown", error: LOST };
    if (this.#wiring.random.chance(0.5)) return unknown;
    await this.#travel("reads back");
    const thing = loaded ? this.#system.things.get(loaded.id) : this.#system.named(write.ref.name);
    if (!thing || judge(thing, write) !== "done") return unknown;
    return { kind: "applied", snapshot: this.#snapshot(thing) };
  }

  #act(write: SourceWrite, loaded: Thing | undefined, seen: ReadonlyMap<FieldKey, Json>): WriteResult {
    const { comparesAndSets } = this.#manners;
    const writer = { by: "gateway" as const, intent: write.intent };
    const found = loaded ?? this.#findForWrite(write);
    if (found === "missing") return { kind: "missing" };
    if (found === "new") {
      const thing = this.#system.make(write.ref.name, {}, writer);
      for (const [key, reading] of Object.entries(write.fields))
        this.#system.set(thing, key as FieldKey, valueOf(reading), writer);
      return { kind: "applied", snapshot: this.#snapshot(thing) };
    }
    if (!this.#system.things.has(found.id)) return { kind: "missing" };
    if (comparesAndSets) {
      const judged = judge(found, write);
      if (judged !== "write") return { kind: judged === "done" ? "applied" : "stale", snapshot: this.#snapshot(found) };
    }
    if (this.capabilities.followsNames && write.ref.stableId !== null) found.name = write.ref.name;
    for (const [text, reading] of Object.entries(write.fields)) {
      const key = text as FieldKey;
      const now = found.fields.get(key) ?? null;
      if (sameJson(now, valueOf(reading))) continue;
      const raced = !sameJson(now, seen.get(key) ?? null);
      if (raced) this.#wiring.coverage.count("an edit between the look and the write was overwritten");
      this.#system.set(found, key, this.#held(key, valueOf(reading)), writer, raced);
    }
    return { kind: "applied", snapshot: this.#snapshot(found) };
  }

  #findForWrite(write: SourceWrite): Thing | "missing" | "new" {
    const { name, stableId } = write.ref;
    const things = [...this.#system.things.values()];
    if (stableId !== null && this.capabilities.followsNames) return this.#system.things.get(stableId) ?? "missing";
    if (stableId !== null) return this.#byName(name)?.id === stableId ? (this.#byName(name) as Thing) : "missing";
    const free = things.find((it) => sameJson(it.name, name) && !(write.create && this.#manners.isTaken(it)));
    return free ?? (write.create && this.capabilities.createsAssets ? "new" : "missing");
  }

  #byName(name: readonly string[]): Thing | undefined {
    return this.#system.named(name);
  }

  #read(ref: NativeRef): ReadResult {
    const byId =
      ref.stableId === null || !this.capabilities.followsNames ? undefined : this.#system.things.get(ref.stableId);
    const thing = byId ?? this.#byName(ref.name);
    if (!thing) return { kind: "missing" };
    const other = ref.stableId !== null && thing.id !== ref.stableId;
    return other
      ? { kind: "missing", replacedBy: this.#snapshot(thing) }
      : { kind: "found", snapshot: this.#snapshot(thing) };
  }

  async *scan(request: ScanRequest, signal: AbortSignal): AsyncGenerator<ScanPage> {
    signal.throwIfAborted();
    await this.#travel("lists");
    this.#wiring.listed(this.id, false);
    if (this.#strikes("listingForbidden")) {
      yield { assets: [], end: { complete: false, error: { code: "forbidden", message: "not allowed" } } };
      return;
    }
    if (this.#strikes("listingEmpty")) {
      this.#wiring.listed(this.id, true);
      yield { assets: [], end: { complete: true } };
      return;
    }
    const listed = this.#listing();
    const torn = this.#strikes("listingTorn");
    const truncated = this.#strikes("listingTruncated");
    const names = torn ? listed.filter(() => this.#wiring.random.chance(0.6)) : listed;
    for (let at = 0; at < names.length; at += PAGE) {
      signal.throwIfAborted();
      if (truncated && at > 0) return;
      const page = names.slice(at, at + PAGE);
      const versions = await request.knownVersions?.(
        page.map((it) => ({ kind: "TABLE", name: it.name, stableId: null })),
      );
      await this.#travel("lists on");
      yield { assets: page.map((it, index) => this.#scanned(it, versions?.[index])) };
    }
    await this.#travel("listed");
    // Something is always listed: a listing of nothing proves nothing, and what is dropped last would never be missed.
    const ref = { kind: "NAMESPACE", name: ["always"], stableId: null } as const;
    this.#wiring.listed(this.id, !truncated);
    if (!truncated) yield { assets: [{ kind: "vanished", ref }], end: { complete: true } };
  }

  /** A cache in front of the listing may not know yet what was made, renamed or dropped. */
  #listing(): readonly { readonly id: string; readonly name: readonly string[] }[] {
    const { scheduler } = this.#wiring;
    const now = [...this.#system.things.values()].map(({ id, name }) => ({ id, name }));
    const kept = this.#system.listed;
    if (kept && kept.until > scheduler.now && this.#wiring.faults.on) return kept.things;
    this.#system.listed = this.#strikes("listingStale") ? { until: scheduler.now + 45_000, things: now } : undefined;
    return now;
  }

  #scanned(
    { id, name }: { readonly id: string; readonly name: readonly string[] },
    known: string | undefined,
  ): Scanned {
    const thing = this.capabilities.followsNames ? this.#system.things.get(id) : this.#byName(name);
    const ref: NativeRef = { kind: "TABLE", name, stableId: this.capabilities.followsNames ? id : null };
    if (this.#strikes("readFails")) return { kind: "failed", ref, error: LOST };
    if (!thing) return { kind: "vanished", ref };
    const snapshot = this.#snapshot(thing);
    return known !== undefined && known === snapshot.version
      ? { kind: "unchanged", ref: this.capabilities.followsNames ? refOf(thing) : ref, version: known }
      : { kind: "found", snapshot };
  }

  async health(signal: AbortSignal): Promise<SourceError | undefined> {
    signal.throwIfAborted();
    return undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #snapshot(thing: Thing): ReturnType<typeof snapshotOf> {
    return snapshotOf(thing, this.#manners.hasVersions);
  }

  /** What the system keeps of a value: some leave out what they have no place for. */
  #held(key: string, value: Json): Json {
    const capability = this.capabilities.fields.find((it) => it.field === key);
    if (!capability?.omits.includes("role") || !Array.isArray(value)) return value;
    return (value as { readonly [it: string]: Json }[]).map((it) => ({ ...it, role: null }));
  }

  #strikes(kind: Parameters<Faults["strikes"]>[0]): boolean {
    return this.#wiring.faults.strikes(kind);
  }

  async #travel(what: string, ms?: number): Promise<void> {
    const { process, random, scheduler } = this.#wiring;
    const slow = this.#strikes("slow") ? random.int(1_000, 100_000) : random.int(0, 40);
    await scheduler.step(process, `${this.id} ${what}`, ms ?? slow);
  }
}

function valueOf(reading: Reading): Json {
  return reading.state === "value" ? reading.value : null;
}

function judge(thing: Thing, write: SourceWrite): "done" | "stale" | "write" {
  const isMoved = write.ref.stableId !== null && !sameJson(thing.name, write.ref.name);
  let verdict: "done" | "write" = isMoved ? "write" : "done";
  for (const [text, reading] of Object.entries(write.fields)) {
    const now = thing.fields.get(text as FieldKey) ?? null;
    if (sameJson(now, valueOf(reading))) continue;
    verdict = "write";
    const expected = write.expected[text as FieldKey];
    if (!sameJson(now, expected ? valueOf(expected) : null)) return "stale";
  }
  return verdict;
}

/** Iceberg REST: no compare-and-set, no versions, ids that only a load tells, owners without roles; it proves existence. */
export const LAKE_MANNERS: Manners = {
  role: "lakehouse",
  hasVersions: false,
  comparesAndSets: false,
  isTaken: () => false,
  capabilities: {
    fields: capabilities(["role"]),
    conditionalWrite: false,
    createsAssets: false,
    followsNames: false,
    provesExistence: true,
  },
};

/** The embedded catalog: compares and sets at once, makes records, follows names. */
export function catalogManners(isTaken: Manners["isTaken"]): Manners {
  return {
    role: "catalog",
    hasVersions: true,
    comparesAndSets: true,
    isTaken,
    capabilities: {
      fields: capabilities([]).filter((it) => it.field !== "schema"),
      conditionalWrite: true,
      createsAssets: true,
      followsNames: true,
      provesExistence: false,
    },
  };
}

function capabilities(ownersOmit: readonly "role"[]): SourceCapabilities["fields"] {
  return FIELD_KINDS.map((field) => ({
    field,
    kinds: ASSET_KINDS.filter((kind) => isFieldOn(kind, field)),
    write: field !== "schema",
    cardinality: "many",
    omits: field === "owners" ? ownersOmit : [],
  }));
}
