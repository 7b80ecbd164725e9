import type { AssetId, IntentId, SourceId } from "../../src/domain/ids.ts";
import type { Json } from "../../src/domain/json.ts";
import type { Commit, Intent } from "../../src/ports/ledger.ts";
import type { SourceWrite, WriteResult } from "../../src/ports/source.ts";
import { AnswerOracle } from "./answer-oracle.ts";
import { checkBases, hasBase, isDecided } from "./base-oracle.ts";
import type { Coverage } from "./coverage.ts";
import { difference, marksOf } from "./elements.ts";
import { ExistenceOracle } from "./existence-oracle.ts";
import { type Asked, type Known, type Origin, partOfField, scopeOf } from "./known-write.ts";
import type { MemoryTables } from "./memory-tables.ts";
import { RemovedPieces } from "./removed-pieces.ts";
import { ScanOracle } from "./scan-oracle.ts";
import { ruleOf, rulesOf, type SimulatedRule, type SimulatedTreaty } from "./scenario.ts";
import type { Edit, System } from "./system.ts";
import { ToldOracle } from "./told-oracle.ts";
import { WorkOracle } from "./work-oracle.ts";

/**
 * Watches every write as it happens and every commit as it is made, and says which of them the invariants forbid. It knows the
 * systems' own truth and the text of the treaty, and nothing of how the engine comes to its conclusions.
 */
export class WriteOracle {
  readonly violations: string[] = [];
  treaty: SimulatedTreaty;
  readonly existence: ExistenceOracle;
  readonly scans: ScanOracle;
  readonly work: WorkOracle;
  readonly #systems: ReadonlyMap<SourceId, System>;
  readonly #coverage: Coverage;
  /** Where a piece came from; at the start the same may stand in several places. */
  readonly #origins = new Map<string, readonly Origin[]>();
  /** Pieces that stood somewhere before the gateway looked for the first time. */
  readonly #atStart = new Set<string>();
  readonly #asked = new Map<string, Asked>();
  readonly #intents = new Map<IntentId, Known>();
  /** Which write made a record. */
  readonly #makers = new Map<string, Known>();
  /** Fields that somebody asked to be emptied. */
  readonly #cleared = new Set<string>();
  readonly #keysUsed = new Set<string>();
  /** Written by the gateway after it had found, and logged, that the write had not taken place: nothing tells it from a foreign write. */
  readonly #landedLate = new Set<string>();
  readonly #removed = new RemovedPieces();
  readonly told: ToldOracle;
  readonly answers: AnswerOracle;
  readonly #assetByThing = new Map<string, AssetId>();
  /** After a ledger was put back to an older copy, or the treaty changed, some pasts are forgotten. */
  #forgotten = false;

  constructor(treaty: SimulatedTreaty, systems: ReadonlyMap<SourceId, System>, coverage: Coverage) {
    this.treaty = treaty;
    this.#systems = systems;
    this.#coverage = coverage;
    const say = (invariant: string, what: string): void => this.say(invariant, what);
    this.scans = new ScanOracle(say);
    this.work = new WorkOracle(coverage, say);
    this.existence = new ExistenceOracle({ systems, say, thingsOf: (asset) => this.#thingsOf(asset) });
    this.answers = new AnswerOracle({
      systems,
      say,
      purposeOf: (intent) => this.#intents.get(intent)?.purpose,
      treaty: () => this.treaty,
    });
    this.told = new ToldOracle({
      systems,
      say,
      thingOf: (asset, system) =>
        [...this.#assetByThing].findLast(([thing, it]) => it === asset && system.has(thing))?.[0],
      isKnown: (intent, asset, key) => {
        const known = this.#intents.get(intent);
        return known?.asset === asset && known?.lost === false && !known.failed && known.fields.has(key);
      },
    });
  }

  say(invariant: string, what: string): void {
    if (this.violations.length < 20) this.violations.push(`${invariant}: ${what}`);
  }

  ruleFor(key: string, mark: string): SimulatedRule {
    return ruleOf(this.treaty, key, mark);
  }

  /** From now on other rules hold, for whoever starts from now on. */
  change(treaty: SimulatedTreaty): void {
    this.treaty = treaty;
    this.answers.forget();
    this.#forgotten = true;
  }

  get hasForgotten(): boolean {
    return this.#forgotten;
  }

  forget(): void {
    this.#forgotten = true;
    this.answers.forget();
    for (const it of this.#intents.values()) it.lost = true;
    this.#assetByThing.clear();
    this.work.forget();
    this.scans.forget();
  }

  ask(asked: Asked): void {
    if (asked.op === "set" && asked.marks.length === 0) this.#cleared.add(asked.key);
    for (const mark of asked.marks) this.#asked.set(`${asked.op === "remove" ? "-" : "+"}${mark}`, asked);
  }

  /** Whether somebody asked through the gateway for one of these pieces to come or to go. */
  isOrdered(key: string, marks: readonly string[]): boolean {
    return this.#cleared.has(key) || marks.some((it) => this.#asked.has(`+${it}`) || this.#asked.has(`-${it}`));
  }

  hasTakenPlace(intents: Iterable<IntentId>): boolean {
    return [...intents].some((it) => (this.#intents.get(it)?.edits ?? 0) > 0);
  }

  sent(write: SourceWrite, source: SourceId): void {
    const known = this.#intents.get(write.intent);
    if (!known) return this.say("P8", `a write to ${source} was sent without an intent in the log`);
    known.sent += 1;
    if (known.sent > 1) this.say("P8", `${write.intent} was sent to ${source} ${known.sent} times`);
    if (known.outcomes > 0) this.say("P8", `${write.intent} was sent to ${source} after its outcome was in the log`);
    for (const key of Object.keys(write.fields)) this.#checkGoverned(key, source);
  }

  /** What a system said of a write; "unknown" where it said nothing. */
  answered(intent: IntentId, kind: WriteResult["kind"]): void {
    const known = this.#intents.get(intent);
    if (known && kind !== "unknown") known.isLookedInto = true;
  }

  #checkGoverned(key: string, source: SourceId): void {
    const isGoverned = rulesOf(this.treaty, key).some((it) => it.authority === source || it.mirrors.includes(source));
    if (!this.#forgotten && !isGoverned) this.say("P10", `${key} was written to ${source}, which no rule gives it`);
  }

  edited(edit: Edit): void {
    const { added, removed } = difference(edit.key, edit.before, edit.after);
    this.#judge(edit, added, removed);
    // What has gone once is no first sight any more, whoever brings it back.
    for (const mark of removed) this.#atStart.delete(`${edit.thing.id} ${mark}`);
  }

  #judge(edit: Edit, added: readonly string[], removed: readonly string[]): void {
    const newest = (marks: readonly string[]): number =>
      Math.max(-1, ...marks.flatMap((it) => (this.#origins.get(it) ?? []).map((origin) => origin.at)));
    this.#removed.note(edit.thing.system, { added, removed }, edit.writer.by === "person");
    if (edit.writer.by !== "gateway") {
      for (const mark of added) this.#addOrigin(edit, mark);
      return;
    }
    const known = this.#intents.get(edit.writer.intent);
    if (!known) return this.say("P8", `${edit.thing.id} changed by a write without an intent`);
    known.edits += 1;
    known.added.push(...added);
    if (edit.isFirst) this.#makers.set(edit.thing.id, known);
    if (edit.raced && !known.fields.has(edit.key)) this.#removed.putBack(edit.thing.system, added);
    if (known.outcomes > 0) {
      this.#coverage.count("a write took place after its outcome was logged");
      this.told.landedLate(edit);
      for (const mark of added) this.#landedLate.add(mark);
    }
    if (known.lost) return added.forEach((mark) => this.#addOrigin(edit, mark));
    // It was sent once, and the network has brought it twice: what was between the two is nobody's fault.
    const place = `${edit.thing.id} ${edit.key}`;
    if (known.wrote.has(place)) return this.#coverage.count("a doubled write changed something again");
    known.wrote.add(place);
    for (const mark of added) this.#judgeAdded(edit, known, mark);
    // What a person took away at a mirror beside an older piece was newer there than its write: once that is adopted, the older one may stand.
    const from = added.flatMap((mark) => (this.#origins.get(mark) ?? []).map((origin) => origin.system));
    const gone = removed.filter((it) => !from.some((system) => this.#removed.byPerson(system, it)));
    if (known.purpose === "adopt" && added.length > 0 && newest(gone) > newest(added))
      this.#judgeOlder(edit, known, added, gone);
    for (const mark of removed) this.#judgeRemoved(edit, known, mark, added.length > 0);
  }

  #addOrigin({ thing, writer }: Edit, mark: string): void {
    if (writer.by === "start") this.#atStart.add(`${thing.id} ${mark}`);
    this.#origins.set(mark, [
      ...(this.#origins.get(mark) ?? []),
      { system: thing.system, thing: thing.id, at: this.#removed.now },
    ]);
  }

  #judgeAdded(edit: Edit, known: Known, mark: string): void {
    const { key, thing } = edit;
    const what = `${mark} was written to ${thing.id} (${known.purpose} of ${known.asset})`;
    const origins = this.#origins.get(mark);
    if (!origins) {
      if (!this.#asked.has(`+${mark}`) || known.purpose !== "mutation")
        this.say("P1", `${what}, though nobody asked for it`);
      this.#addOrigin(edit, mark);
      return;
    }
    if (edit.raced || (known.purpose === "mutation" && this.#asked.has(`+${mark}`))) return;
    if (this.#forgotten) return;
    const families = origins.map((it) => this.#assetByThing.get(it.thing));
    // What a write made after it had been found not to have taken place belongs to whoever bears the name now.
    if (!this.#landedLate.has(mark) && !families.some((it) => it === undefined || it === known.asset))
      this.say("identity", `${what}, but it is of ${origins[0]?.thing}, another asset`);
    const rule = ruleOf(this.treaty, key, mark);
    if (thing.system === rule.authority) {
      if (this.answers.brings(known.asset, key, mark)) this.#coverage.count("a mirror's value was taken as decided");
      else this.#judgeAdopted(edit, what, rule, mark, known);
    } else if (!rule.mirrors.includes(thing.system)) this.say("P10", `${what}, where no rule wants it`);
    else if (!this.#everAtAuthority(rule, known.asset, key, mark))
      this.say("P1", `${what}, but its authority never held it`);
  }

  #judgeAdopted({ key }: Edit, what: string, rule: SimulatedRule, mark: string, known: Known): void {
    const part = partOfField(key, rule);
    const isBased = known.based.has(part);
    const byBase =
      rule.onForeignWrite === "adopt" ||
      rule.onConflict === "newest-at-authority" ||
      rule.onConflict === "most-restrictive";
    // Of several mirrors one may have been compared already, and another not.
    const adopts = isBased ? byBase : rule.onFirstSight === "union" || (byBase && known.partlyBased.has(part));
    if (!adopts)
      this.say("P1", `${what}, though rule ${rule.name} adopts nothing ${isBased ? "later" : "at first sight"}`);
    if (this.#landedLate.has(mark)) return this.#coverage.count("a write that landed late was adopted");
    if (!isBased || this.#removed.wasPutBack(rule.mirrors, mark)) return;
    const origins = this.#origins.get(mark) ?? [];
    if (origins.every((it) => it.system === rule.authority) || this.#removed.has(rule.authority, mark))
      this.say("P5", `${what}: it had been taken away there and came back`);
  }

  /** Nothing that came first takes the place of what came later at the authority, except by a rule that weighs the values. */
  #judgeOlder(edit: Edit, { asset }: Known, added: readonly string[], removed: readonly string[]): void {
    const { key, raced, thing } = edit;
    const rule = ruleOf(this.treaty, key, added[0] ?? `${key}/`);
    const isLate = added.some((it) => this.#landedLate.has(it));
    const isDecided = added.every((it) => this.answers.brings(asset, key, it));
    const isPutBack = added.some((it) => this.#removed.wasPutBack(rule.mirrors, it));
    if (raced || this.#forgotten || isLate || isPutBack || isDecided || rule.onConflict === "most-restrictive") return;
    this.say(
      "P5",
      `${added.join()} took the place of ${removed.join()} in ${thing.id}, its authority, where that was written later`,
    );
  }

  #judgeRemoved(edit: Edit, known: Known, mark: string, isReplaced: boolean): void {
    const { key, thing } = edit;
    const what = `${mark} was taken from ${thing.id} (${known.purpose} of ${known.asset})`;
    const rule = ruleOf(this.treaty, key, mark);
    if (known.purpose === "mutation") {
      if (edit.raced || (edit.after === null && this.#cleared.has(key))) return;
      const wanted = marksOf(key, known.fields.get(key) ?? null); // of which the system may have taken nothing
      const by = [...marksOf(key, edit.after), ...wanted].flatMap((it) => this.#asked.get(`+${it}`) ?? []);
      if (!this.#asked.has(`-${mark}`) && !by.some((it) => it.op === "set"))
        this.say("P1", `${what}, though nobody asked for it`);
      return;
    }
    if (this.#forgotten || edit.raced) return;
    if (!known.partlyBased.has(partOfField(key, rule)) && !isReplaced) this.say("P7", `${what} without a base`);
    if (thing.system === rule.authority) {
      const elsewhere = rule.mirrors.some((it) => this.#removed.has(it, mark));
      if (!elsewhere && !isReplaced && !this.answers.takes(known.asset, key, mark))
        this.say("P1", `${what}, its authority, though no mirror had lost it`);
      return;
    }
    // Where there is room for one only, another one of the authority's may take its place.
    if (isReplaced && this.#systems.get(thing.system)?.holdsOne(key)) return;
    // A write that had been given up when it took place is judged by what was when it was decided on: nobody can call it back. So is
    // one that is under way when another person's answer brings to the authority what it takes away.
    const isBeyondRecall = known.outcomes > 0 || this.answers.brings(known.asset, key, mark);
    const cameSince = isBeyondRecall && this.#removed.cameAfter(rule.authority, mark, known.since);
    const isForeign = cameSince || !this.#everAtAuthority(rule, known.asset, key, mark);
    const isFirstSight = this.#atStart.has(`${thing.id} ${mark}`) && !known.decided.has(key) && !isReplaced;
    if (isForeign && isFirstSight) this.say("P7", `${what}, though it was there before the gateway first looked`);
    if (!isForeign && !this.#removed.has(rule.authority, mark))
      this.say("P5", `${what}, though its authority ${rule.authority} still holds it`);
  }

  #everAtAuthority(rule: SimulatedRule, asset: AssetId, key: string, mark: string): boolean {
    const system = this.#systems.get(rule.authority);
    return this.#thingsOf(asset).some((it) => system?.everHeld(it, key, mark));
  }

  #thingsOf(asset: AssetId): readonly string[] {
    return [...this.#assetByThing].flatMap(([thing, it]) => (it === asset ? [thing] : []));
  }

  tookOver(intent: Intent | undefined): void {
    const known = intent && this.#intents.get(intent.id);
    if (!known) return;
    known.holder = intent.holder;
    known.isLookedInto = true;
  }

  /** Called with every commit that a process made, right after it. */
  committed(commit: Commit, tables: MemoryTables, process: string): void {
    for (const { id, holder } of commit.closeIntents ?? []) {
      const held = this.#intents.get(id)?.holder;
      if (held !== undefined && held !== holder) this.say("P11", `${holder} closed ${id}, which ${held} holds`);
    }
    // Who sets a mode leaves what is known of the last scan as it is.
    const isOfMode = commit.changes?.some((it) =>
      ["SOURCE_MODE_CHANGED", "GUARD_TRIPPED", "REVIEW_DECIDED"].includes(it.kind),
    );
    for (const it of isOfMode ? [] : (commit.sources ?? [])) this.scans.committed(it, process);
    this.work.completed(commit.completed ?? []);
    for (const update of commit.assets ?? []) {
      for (const binding of update.bindings ?? []) this.#checkBinding(update.id, binding.ref.stableId);
      if (!this.#forgotten) checkBases(update, tables, this.treaty, this.#systems, this);
    }
    for (const it of commit.openIntents ?? []) this.#intents.set(it.id, this.#know(it, tables));
    for (const change of commit.changes ?? []) {
      if (change.kind === "WRITE_APPLIED" || change.kind === "WRITE_FAILED")
        this.#checkOutcome(change.intent, change.kind, change.after);
      const isOfOne = !this.#forgotten && rulesOf(this.treaty, change.key ?? "").length === 1;
      if (isOfOne && change.kind === "FIELD_CHANGED") this.told.check(change);
      if (isOfOne && change.kind === "DRIFT_OPENED") this.told.checkForeign(change);
      if (change.kind === "ASSET_SUSPECTED" && change.asset !== undefined) this.existence.suspected(change.asset);
      if (change.kind === "ASSET_RETIRED" && change.asset !== undefined) this.existence.retired(change.asset);
    }
  }

  #know(intent: Omit<Intent, "position">, tables: MemoryTables): Known {
    const { asset, purpose, source } = intent;
    const wanted = new Map(Object.entries((intent.detail as { fields: Record<string, Json> }).fields));
    const fields = [...wanted.keys()];
    const { agreed = [], drifts = [] } = tables.assets.get(asset)?.state ?? {};
    const parts = fields.flatMap((key) => rulesOf(this.treaty, key).map((rule) => ({ key, rule })));
    const mirrorsOf = ({ mirrors }: SimulatedRule): readonly SourceId[] =>
      purpose === "mirror" ? [source] : mirrors.filter((id) => id !== source);
    const basedBy = (quantify: "some" | "every"): ReadonlySet<string> => {
      const isBased = ({ key, rule }: (typeof parts)[0]): boolean =>
        mirrorsOf(rule)[quantify]((id) => {
          // What was asked of one authority says nothing of what another one may take over; what an answer lets go may be any part's.
          const of = quantify === "some" ? undefined : rule.authority;
          return isDecided(drifts, id, key, of) || hasBase(agreed, id, key, rule, this.treaty);
        });
      return new Set(parts.filter(isBased).map(({ key, rule }) => partOfField(key, rule)));
    };
    for (const key of fields) {
      const observed = rulesOf(this.treaty, key).every((it) => it.mode === "observe");
      if (observed && !this.#forgotten)
        this.say("mode", `${key} of ${asset} is to be written to ${source}, though every rule of it only observes`);
    }
    return {
      asset,
      source,
      purpose,
      fields: wanted,
      based: basedBy("every"),
      partlyBased: basedBy("some"),
      decided: new Set(fields.filter((it) => isDecided(drifts, source, it))),
      since: this.#removed.now,
      lost: false,
      holder: intent.holder,
      scope: scopeOf(intent.detail),
      outcomes: 0,
      failed: false,
      added: [],
      wrote: new Set(),
      sent: 0,
      edits: 0,
      isLookedInto: false,
    };
  }

  #checkOutcome(id: IntentId | undefined, kind: string, after: Json | undefined): void {
    const known = id && this.#intents.get(id);
    if (!known) return this.say("P8", `an outcome without an intent: ${kind}`);
    known.outcomes += 1;
    known.failed ||= kind === "WRITE_FAILED";
    if (kind === "WRITE_FAILED" && known.sent > 0 && !known.isLookedInto)
      this.say("P8", `${id} got no answer, and is logged as failed before anybody took it over to look`);
    // It took place, and somebody changed the field again before anybody could see it: the log cannot tell.
    if (kind === "WRITE_FAILED") for (const mark of known.added) this.#landedLate.add(mark);
    if (kind === "WRITE_APPLIED" && known.scope !== undefined && !this.#forgotten) {
      if (this.#keysUsed.has(known.scope)) this.say("P4", `${known.scope} was carried out twice`);
      this.#keysUsed.add(known.scope);
    }
    if (known.outcomes > 1 && !this.#forgotten) this.say("P8", `${id} has ${known.outcomes} outcomes`);
    if (kind !== "WRITE_APPLIED" || known.edits > 0) return;
    const marks = Object.entries((after ?? {}) as Record<string, Json>).flatMap(([key, value]) =>
      marksOf(key, value).map((mark) => [key, mark] as const),
    );
    const system = this.#systems.get(known.source);
    const things = this.#thingsOf(known.asset);
    const isThere = marks.every(([key, mark]) => things.some((it) => system?.everHeld(it, key, mark)));
    if (!isThere) this.say("P8", `${id} is logged as applied, but ${known.source} never held it`);
  }

  #checkBinding(asset: AssetId, thing: string | null): void {
    if (thing === null) return;
    const known = this.#assetByThing.get(thing);
    if (known !== undefined && known !== asset) this.say("identity", `${thing} was of ${known} and is now of ${asset}`);
    const maker = this.#makers.get(thing);
    if (maker && !maker.lost && maker.outcomes === 0 && maker.asset !== asset)
      this.say("identity", `${thing}, which is being made for ${maker.asset}, was given to ${asset}`);
    this.#assetByThing.set(thing, asset);
  }
}
