import type { NativeRef } from "../../src/domain/asset.ts";
import type { FieldKey } from "../../src/domain/field.ts";
import type { SourceId } from "../../src/domain/ids.ts";
import type { Json } from "../../src/domain/json.ts";
import type { Reading, Snapshot } from "../../src/domain/reading.ts";
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
import { marksOf, sameJson } from "./elements.ts";
import type { Faults } from "./faults.ts";
import { aspectsOf, judgeWrite, valueOf } from "./judge-write.ts";
import type { Manners } from "./manners.ts";
import type { RandomStream } from "./random-stream.ts";
import type { Lane, Scheduler } from "./scheduler.ts";
import { refOf, type System, type Thing, type Writer } from "./system.ts";
import type { Shown } from "./visibility.ts";

export interface Wiring {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly coverage: Coverage;
  readonly random: RandomStream;
  /** The process that asks: its death loses the answer, not what the system does. */
  readonly process: Lane;
  /** The systems themselves, which no crash of ours touches. */
  readonly remote: Lane;
  /** Whether the process reaches the system just now. */
  readonly isReachable: () => boolean;
  /** Whether the system refuses every connection just now. */
  readonly isDown: () => boolean;
  /** Whether a thing of that name breaks whoever touches it. */
  readonly isPoisoned: (name: readonly string[]) => boolean;
  /** Told of every write that is sent. */
  readonly listed: (source: SourceId, isWhole: boolean) => void;
  readonly sent: (write: SourceWrite, source: SourceId) => void;
  /** Told of every answer to one that reaches the process. */
  readonly answered: (intent: SourceWrite["intent"], kind: WriteResult["kind"]) => void;
  /** Whether a name may be used for a record that is there already; for sources that create. */
  readonly isTaken: (thing: Thing, intent: SourceWrite["intent"]) => boolean;
  /** Lets somebody edit the same, in the middle of a write. */
  readonly meddle: (thing: Thing, key: FieldKey) => void;
  /** The same in another system. */
  readonly meddleElsewhere: (thing: Thing, key: FieldKey) => void;
  /** Lets another table take the place of the one of that name. */
  readonly replace: (name: readonly string[]) => void;
}

const PAGE = 2;
const TIMEOUT = 30_000;
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

  constructor(system: System, wiring: Wiring) {
    this.id = system.id;
    this.role = system.manners.role;
    this.capabilities = system.manners.capabilities;
    this.#system = system;
    this.#manners = system.manners;
    this.#wiring = wiring;
  }

  async read(refs: readonly NativeRef[], signal: AbortSignal): Promise<readonly ReadResult[]> {
    signal.throwIfAborted();
    await this.#travel("read");
    if (!this.#wiring.isReachable()) return this.#timesOut(refs.map(() => ({ kind: "failed", error: LOST })));
    if (refs.some((it) => this.#wiring.isPoisoned(it.name))) throw new Error("poison");
    const failed = this.#wiring.isDown() || this.#strikes("readFails");
    const results = refs.map((it): ReadResult => (failed ? { kind: "failed", error: LOST } : this.#read(it)));
    await this.#travel("read answers");
    return results;
  }

  async write(write: SourceWrite, signal: AbortSignal): Promise<WriteResult> {
    signal.throwIfAborted();
    this.#wiring.sent(write, this.id);
    const result = await this.#write(write);
    this.#wiring.answered(write.intent, result.kind);
    return result;
  }

  async #write(write: SourceWrite): Promise<WriteResult> {
    await this.#travel("write");
    if (!this.#wiring.isReachable())
      return this.#timesOut({ kind: this.#wiring.random.pick(["failed", "unknown"]), error: LOST });
    if (this.#wiring.isPoisoned(write.ref.name)) throw new Error("poison");
    if (this.#wiring.isDown() || this.#strikes("writeFails")) return { kind: "failed", error: FAILED };
    const found = this.#findForWrite(write);
    if (found === "missing") return { kind: "missing" };
    const loaded = found === "new" ? undefined : found;
    const judged = loaded ? this.#judge(loaded, write, this.#system.shown(loaded).fields) : "write";
    if (loaded && judged === "stale") return { kind: "stale", snapshot: this.#snapshot(loaded) };
    if (loaded && judged === "done") return { kind: "applied", snapshot: this.#snapshot(loaded) };
    return this.#commit(write, loaded);
  }

  async #timesOut<T>(result: T): Promise<T> {
    await this.#wiring.scheduler.step(this.#wiring.process, `${this.id} does not answer`, TIMEOUT);
    return result;
  }

  /** From here on the write is under way, whatever becomes of the process. */
  async #commit(write: SourceWrite, loaded: Thing | undefined): Promise<WriteResult> {
    const { coverage, random, remote, scheduler } = this.#wiring;
    if (this.#strikes("requestLost")) {
      await this.#travel("write times out", random.int(1, 30_000));
      return this.#settle(write, loaded);
    }
    // Nobody hears of it for a while, and meanwhile somebody writes the same elsewhere.
    const outrun = this.#strikes("outrun");
    const late = outrun || this.#strikes("late");
    const travel = this.#travelOf(late, outrun);
    const seen = new Map(loaded && this.#system.shown(loaded).fields);
    const [key] = Object.keys(write.fields) as FieldKey[];
    if (outrun && loaded && key)
      void scheduler
        .step(remote, "somebody is quicker", random.int(0, travel))
        .then(() => this.#wiring.meddleElsewhere(loaded, key));
    if (outrun && !loaded)
      void scheduler
        .step(remote, "somebody makes it anew", random.int(0, travel))
        .then(() => this.#wiring.replace(write.ref.name));
    if (travel > 0 && loaded && key && this.#strikes("raced")) this.#wiring.meddle(loaded, key);
    const acted = Promise.withResolvers<WriteResult>();
    const act = (): void => void this.#act(write, loaded, seen).then(acted.resolve);
    if (this.#strikes("duplicated")) {
      // The network sends it once more: both arrive, one after the other.
      void scheduler
        .step(remote, `${this.id} acts again`, travel + random.int(0, 200))
        .then(() => this.#act(write, loaded, seen));
    }
    if (travel === 0) act();
    else void scheduler.step(remote, `${this.id} acts`, travel).then(act);
    if (late) {
      coverage.count("late application of an unknown write");
      await this.#travel("write times out", random.int(1, outrun ? 3_000 : 30_000));
      return this.#settle(write, loaded);
    }
    const lost = this.#strikes("answerLost");
    const result = await acted.promise;
    // Before the answer is there, somebody has changed it again.
    if (loaded && key && this.#strikes("overtaken")) {
      this.#wiring.meddle(loaded, key);
      await this.#travel("write is long on its way back", random.int(5_000, 50_000));
    } else await this.#travel("write answers");
    return lost ? this.#settle(write, loaded) : this.#readBack(write, result);
  }

  #travelOf(late: boolean, outrun: boolean): number {
    const { random } = this.#wiring;
    if (outrun) return random.int(5_000, 25_000);
    return this.#manners.comparesAndSets && !late ? 0 : random.int(0, late ? 150_000 : 60);
  }

  /** Where the answer does not tell what is held now, the adapter looks: by then others may have written. */
  #readBack(write: SourceWrite, result: WriteResult): WriteResult {
    if (result.kind !== "applied" || !this.#manners.readsBack) return result;
    const thing = this.#system.things.get(result.snapshot.ref.stableId ?? "");
    const shows = (fields: Shown["fields"]): boolean =>
      thing !== undefined && this.#judge(thing, write, fields) === "done";
    if (thing && shows(thing.fields) && !shows(this.#system.shown(thing).fields))
      this.#wiring.coverage.count("a write was not visible yet when it was read back");
    return thing ? { kind: "applied", snapshot: this.#snapshot(thing) } : { kind: "unknown", error: LOST };
  }

  /** What an adapter does when it got no answer: one look. */
  async #settle(write: SourceWrite, loaded: Thing | undefined): Promise<WriteResult> {
    const unknown: WriteResult = { kind: "unknown", error: LOST };
    if (this.#wiring.random.chance(0.5)) return unknown;
    await this.#travel("reads back");
    const thing = loaded ? this.#system.things.get(loaded.id) : this.#system.named(write.ref.name);
    if (!thing || this.#judge(thing, write, this.#system.shown(thing).fields) !== "done") return unknown;
    return { kind: "applied", snapshot: this.#snapshot(thing) };
  }

  async #act(write: SourceWrite, loaded: Thing | undefined, seen: ReadonlyMap<FieldKey, Json>): Promise<WriteResult> {
    const writer = { by: "gateway" as const, intent: write.intent };
    const found = loaded ?? this.#findForWrite(write);
    if (found === "missing") return { kind: "missing" };
    if (found === "new") return this.#create(write, writer);
    if (!this.#system.things.has(found.id)) return { kind: "missing" };
    if (this.#manners.comparesAndSets) {
      const isOutdated = aspectsOf(this.#manners, write).some(
        (it) => !sameJson(found.fields.get(it) ?? null, seen.get(it) ?? null),
      );
      const judged = this.#judge(found, write, found.fields);
      if (judged === "write" && isOutdated) return { kind: "stale", snapshot: this.#snapshot(found) };
      if (judged !== "write") return { kind: judged === "done" ? "applied" : "stale", snapshot: this.#snapshot(found) };
    }
    if (this.capabilities.followsNames && write.ref.stableId !== null) this.#system.rename(found, write.ref.name);
    let isFirst = true;
    for (const key of Object.keys(write.fields) as FieldKey[]) {
      if (!isFirst && this.#manners.stepwise) {
        await this.#travel("writes on");
        if (this.#strikes("writeFails")) {
          this.#wiring.coverage.count("a write was carried out in part");
          return { kind: "unknown", error: LOST };
        }
      }
      this.#put(found, key, write, seen, writer);
      isFirst = false;
    }
    return { kind: "applied", snapshot: this.#snapshot(found) };
  }

  #create(write: SourceWrite, writer: Writer): WriteResult {
    const thing = this.#system.make(write.ref.name, {}, writer);
    for (const [key, reading] of Object.entries(write.fields))
      this.#set(thing, key as FieldKey, valueOf(reading), writer, false);
    return { kind: "applied", snapshot: this.#snapshot(thing) };
  }

  #put(thing: Thing, key: FieldKey, write: SourceWrite, seen: ReadonlyMap<FieldKey, Json>, writer: Writer): void {
    const now = thing.fields.get(key) ?? null;
    const before = seen.get(key) ?? null;
    const wanted = valueOf(write.fields[key] as Reading);
    const raced = !sameJson(now, before);
    if (raced) this.#wiring.coverage.count("an edit between the look and the write was overwritten");
    const isTags = this.#manners.stepwise && key === "classifications";
    this.#set(thing, key, isTags ? this.#tagged(now, before, wanted) : wanted, writer, raced);
    const aspect = this.#manners.aspects.find((it) => it.includes(key)) ?? [];
    for (const other of aspect as FieldKey[]) {
      const was = seen.get(other) ?? null;
      if (other in write.fields || sameJson(thing.fields.get(other) ?? null, was)) continue;
      this.#wiring.coverage.count("an edit was lost in an aspect that was written as a whole");
      this.#system.set(thing, other, was, writer, true);
    }
  }

  /** Tags are added and removed one by one; one that is there already is a 409, and there all the same. */
  #tagged(now: Json, before: Json, wanted: Json): Json {
    const named = (it: Json): Map<string, Json> =>
      new Map(((it ?? []) as { readonly [it: string]: Json }[]).map((tag) => [String(tag["name"]), tag]));
    const [held, seen, next] = [named(now), named(before), named(wanted)];
    for (const name of seen.keys()) if (!next.has(name)) held.delete(name);
    for (const [name, tag] of next) {
      if (seen.has(name)) continue;
      if (held.has(name)) this.#wiring.coverage.count("a tag that was to be added was there");
      held.set(name, tag);
    }
    const tags = [...held].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, it]) => it);
    return tags.length === 0 ? null : tags;
  }

  /** What the system keeps of a value: some leave out what they have no place for, or do not know. */
  #set(thing: Thing, key: FieldKey, value: Json, writer: Writer, raced: boolean): void {
    const now = thing.fields.get(key) ?? null;
    const kept = this.#system.kept(key, value, now);
    if (marksOf(key, value).some((it) => this.#system.leavesOut(key, it)))
      this.#wiring.coverage.count("a write was accepted and not taken in full");
    if (!sameJson(now, kept)) this.#system.set(thing, key, kept, writer, raced);
  }

  #findForWrite(write: SourceWrite): Thing | "missing" | "new" {
    const { name, stableId } = write.ref;
    const things = [...this.#system.things.values()];
    if (stableId !== null && this.#manners.findsById) return this.#system.things.get(stableId) ?? "missing";
    if (stableId !== null) return this.#byName(name)?.id === stableId ? (this.#byName(name) as Thing) : "missing";
    const free = things.find(
      (it) => sameJson(it.name, name) && !(write.create && this.#wiring.isTaken(it, write.intent)),
    );
    return free ?? (write.create && this.capabilities.createsAssets ? "new" : "missing");
  }

  #byName(name: readonly string[]): Thing | undefined {
    return this.#system.named(name);
  }

  #read(ref: NativeRef): ReadResult {
    const byId = ref.stableId === null || !this.#manners.findsById ? undefined : this.#system.things.get(ref.stableId);
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
    if (!this.#wiring.isReachable()) {
      yield await this.#timesOut({ assets: [], end: { complete: false, error: LOST } } as const);
      return;
    }
    if (this.#wiring.isDown()) {
      yield { assets: [], end: { complete: false, error: FAILED } };
      return;
    }
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
      if (at > 0 && this.#strikes("cursorExpired")) {
        yield { assets: [], end: { complete: false, error: { code: "protocol", message: "the cursor has expired" } } };
        return;
      }
      const page = names.slice(at, at + PAGE);
      // Two records of one name can have counted as many changes: whoever lists ids asks by them.
      const { findsById } = this.#manners;
      const versions = await request.knownVersions?.(
        page.map((it) => ({ kind: "TABLE", name: it.name, stableId: findsById ? it.id : null })),
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
    const { findsById } = this.#manners;
    const thing = findsById ? this.#system.things.get(id) : this.#byName(name);
    const ref: NativeRef = { kind: "TABLE", name, stableId: findsById ? id : null };
    if (this.#strikes("readFails") || this.#wiring.isPoisoned(name)) return { kind: "failed", ref, error: LOST };
    if (!thing) return { kind: "vanished", ref };
    const snapshot = this.#system.snapshot(thing, "list");
    const [now, listed] = [this.#system.shown(thing), this.#system.shown(thing, "list")];
    if (listed.version < now.version)
      this.#wiring.coverage.count("a listing showed what was older than what could be read");
    return known !== undefined && known === snapshot.version
      ? { kind: "unchanged", ref: findsById ? refOf(thing) : ref, version: known }
      : { kind: "found", snapshot };
  }

  async health(signal: AbortSignal): Promise<SourceError | undefined> {
    signal.throwIfAborted();
    return undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #snapshot(thing: Thing): Snapshot {
    return this.#system.snapshot(thing);
  }

  /** Whether a write still has to be made where such fields are seen, and may be. */
  #judge(thing: Thing, write: SourceWrite, seen: Shown["fields"]): "done" | "stale" | "write" {
    return judgeWrite(thing, write, seen, this.capabilities.followsNames);
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
