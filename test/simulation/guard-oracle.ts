import type { NewChange } from "../../src/domain/change.ts";
import type { GuardEffect, GuardedChange, GuardScope } from "../../src/domain/guard-run.ts";
import type { AssetId, IntentId, SourceId } from "../../src/domain/ids.ts";
import type { Json } from "../../src/domain/json.ts";
import type { Commit, Intent } from "../../src/ports/ledger.ts";
import type { Coverage } from "./coverage.ts";
import { difference, marksOf, sameJson } from "./elements.ts";
import type { MemoryTables } from "./memory-tables.ts";

const SCOPES = ["writes", "existence"] as const;
const MINUTE = 60_000;
const HOUR = 3_600_000;

export interface GuardGround {
  readonly coverage: Coverage;
  readonly say: (invariant: string, what: string) => void;
  /** Whether somebody asked through the gateway for one of these pieces to come or to go. */
  readonly isOrdered: (key: string, marks: readonly string[]) => boolean;
  /** Removals, rewrites and retirements that one run may make; 0: nobody counts. */
  readonly bound: number;
  /** The clocks can be trusted. */
  readonly isOnTime: () => boolean;
}

/** What was counted in one run, at least: what the gateway may leave out of its count is left out here too. */
interface Run {
  readonly counted: Map<GuardEffect, Set<string>>;
  lastAt: number;
  startedAt: number;
}

interface Released {
  readonly change: GuardedChange;
  readonly place: string;
  isUsed: boolean;
}

/** Watches that nothing is written where nothing may be written, and that no run does more than a guard allows without a person. */
export class GuardOracle {
  readonly #ground: GuardGround;
  readonly #modes = new Map<SourceId, string[]>();
  readonly #runs = new Map<string, Run>();
  #released: Released[] = [];
  readonly #underWay = new Map<IntentId, readonly Released[]>();
  /** Fields whose newest change at their authority was ordered through the gateway. */
  readonly #ordered = new Set<string>();
  /** Places whose run was stopped. */
  readonly #stopped = new Set<string>();

  constructor(ground: GuardGround) {
    this.#ground = ground;
  }

  /** All modes that the source has had since the history began, or since the ledger was put back; the newest last. */
  modesOf(source: SourceId): readonly string[] {
    return this.#modes.get(source) ?? ["enforce"];
  }

  /** The ledger is another one. */
  restart({ reviews, runs, sources }: MemoryTables): void {
    this.#modes.clear();
    for (const it of sources.values()) this.#modes.set(it.id, [it.mode]);
    this.#runs.clear();
    this.#underWay.clear();
    this.#ordered.clear();
    this.#stopped.clear();
    for (const [place, { run }] of runs) if (run.trip) this.#stopped.add(place);
    this.#released = [...reviews.values()].flatMap(({ released, review }) =>
      review.kind === "GUARD"
        ? released.map((change) => ({ change, place: placeOf(review.source, review.scope), isUsed: false }))
        : [],
    );
  }

  /** Called with every commit, right after it was made. */
  committed(commit: Commit, tables: MemoryTables, now: number): void {
    const at = commit.guard?.at ?? now;
    for (const it of commit.openIntents ?? []) this.#checkWrite(it, tables, at);
    const isAnswered = commit.changes?.some((it) => it.kind === "REVIEW_DECIDED") === true;
    for (const it of commit.changes ?? []) this.#follow(it, tables, at, isAnswered);
  }

  #checkWrite(intent: Omit<Intent, "position">, tables: MemoryTables, at: number): void {
    const { asset, id, purpose, source } = intent;
    const mode = this.modesOf(source).at(-1);
    if (mode === "observe" || mode === "pause")
      this.#ground.say("mode", `${asset} is about to be written to ${source} (${purpose}), which is in mode ${mode}`);
    if (purpose === "mutation") return;
    const state = tables.assets.get(asset)?.state;
    const held = state?.bindings.find((it) => it.source === source)?.fields ?? {};
    const { fields } = intent.detail as { readonly fields: Readonly<Record<string, Json>> };
    for (const [key, after] of Object.entries(fields)) {
      const reading = Object.entries(held).find(([it]) => it === key)?.[1];
      const before = reading?.state === "value" ? reading.value : null;
      const isDecided = state?.drifts.some((it) => it.key === key && it.decision !== undefined) === true;
      const marks = [...marksOf(key, before), ...marksOf(key, after)];
      if (before === null || isDecided || this.#ground.isOrdered(key, marks)) continue;
      const { removed } = difference(key, before, after);
      // Told last is what somebody ordered; what came before it at the authority goes along.
      if (removed.length === 0 && this.#ordered.has(`${asset} ${key}`)) continue;
      const isRemoval = after === null || (Array.isArray(after) && removed.length > 0);
      this.#count(placeOf(source, "writes"), { asset, key, before, after }, isRemoval ? "removal" : "rewrite", { at, id, tables }); // biome-ignore format: one glance
    }
  }

  #count(
    place: string,
    change: { readonly asset: AssetId; readonly key: string; readonly before: Json; readonly after: Json },
    effect: GuardEffect,
    { at, id, tables }: { readonly at: number; readonly id: IntentId | undefined; readonly tables: MemoryTables },
  ): void {
    const { bound, isOnTime, say } = this.#ground;
    const { after, asset, before, key } = change;
    const free = this.#released.find(
      (it) =>
        it.place === place && !it.isUsed && it.change.asset === asset && it.change.key === key &&
        sameJson(it.change.before, before) && sameJson(it.change.after, after),
    ); // biome-ignore format: one glance
    if (free) {
      if (id) this.#underWay.set(id, [...(this.#underWay.get(id) ?? []), free]);
      return;
    }
    const startedAt = tables.runs.get(place)?.run.startedAt ?? at;
    const last = this.#runs.get(place);
    const isOver = !last || at - last.lastAt >= MINUTE || startedAt - last.startedAt >= HOUR;
    const run = isOver ? { counted: new Map<GuardEffect, Set<string>>(), lastAt: at, startedAt } : last;
    this.#runs.set(place, run);
    run.lastAt = Math.max(run.lastAt, at);
    const counted = run.counted.get(effect) ?? new Set<string>();
    run.counted.set(effect, counted.add(`${asset} ${key}`));
    if (bound > 0 && counted.size > bound && isOnTime())
      say("guard", `${counted.size} ${effect}s in one run (${place}), where ${bound} are allowed: ${[...counted].join(", ")}`); // biome-ignore format: one glance
  }

  #follow(change: NewChange, tables: MemoryTables, at: number, isAnswered: boolean): void {
    const { actor, asset, key, kind, source } = change;
    if (kind === "FIELD_CHANGED") {
      if (actor.kind === "person" || actor.kind === "service") this.#ordered.add(`${asset} ${key}`);
      else this.#ordered.delete(`${asset} ${key}`);
    }
    if (kind === "WRITE_APPLIED" && change.intent !== undefined) this.#useUp(change.intent);
    if (kind === "ASSET_SUSPECTED" || kind === "ASSET_RETIRED") this.#checkRetirement(change, tables, at);
    if (source === undefined) return;
    if (kind === "GUARD_TRIPPED") this.#trip(change, source);
    if (kind === "SOURCE_MODE_CHANGED") this.#setMode(change, source, isAnswered);
    const review = change.review === undefined ? undefined : tables.reviews.get(change.review)?.review;
    if (review?.kind !== "GUARD") return;
    const place = placeOf(review.source, review.scope);
    if (kind === "REVIEW_WITHDRAWN") this.#arm(place);
    if (kind !== "REVIEW_DECIDED") return;
    this.#ground.coverage.count(`people: answered a guard with ${review.decided?.answer}`);
    if (review.decided?.answer !== "RELEASE") return;
    this.#arm(place);
    const items = tables.reviews.get(review.id)?.items ?? [];
    this.#released.push(...items.map((it) => ({ change: it, place, isUsed: false })));
  }

  #trip({ after, detail }: NewChange, source: SourceId): void {
    const { scope } = detail as { readonly scope: GuardScope };
    this.#ground.coverage.count(`a guard stopped ${scope}`);
    this.#stopped.add(placeOf(source, scope));
    this.#push(source, String(after));
  }

  /** Who sets the mode begins new runs; a release puts it back, and begins its own run only. */
  #setMode({ after }: NewChange, source: SourceId, isAnswered: boolean): void {
    this.#push(source, String(after));
    if (after !== "enforce" || isAnswered) return;
    for (const scope of SCOPES) this.#arm(placeOf(source, scope));
  }

  #checkRetirement({ asset, kind, source }: NewChange, tables: MemoryTables, at: number): void {
    if (asset === undefined || source === undefined) return;
    const place = placeOf(source, "existence");
    const free = this.#released.filter((it) => it.place === place && !it.isUsed && it.change.asset === asset);
    if (kind === "ASSET_RETIRED" && free.length > 0) this.#ground.coverage.count("what a person released was retired");
    for (const it of free) it.isUsed = kind === "ASSET_RETIRED";
    if (free.length > 0) return;
    if (this.#stopped.has(place))
      this.#ground.say("guard", `${asset} was taken to be gone from ${source} (${kind}), whose guard had stopped that`);
    this.#count(place, { asset, key: "existence", before: null, after: null }, "retirement", { at, id: undefined, tables }); // biome-ignore format: one glance
  }

  #push(source: SourceId, mode: string): void {
    this.#modes.set(source, [...this.modesOf(source), mode]);
  }

  #arm(place: string): void {
    this.#stopped.delete(place);
    this.#runs.delete(place);
  }

  #useUp(intent: IntentId): void {
    for (const used of this.#underWay.get(intent) ?? []) {
      this.#ground.coverage.count("what a person released was carried out");
      for (const it of this.#released) if (it.place === used.place && it.change.asset === used.change.asset && it.change.key === used.change.key) it.isUsed = true; // biome-ignore format: one glance
    }
    this.#underWay.delete(intent);
  }
}

function placeOf(source: SourceId, scope: GuardScope): string {
  return `${source} ${scope}`;
}
