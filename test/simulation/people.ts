import type { Actor } from "../../src/domain/change.ts";
import type { FieldKey } from "../../src/domain/field.ts";
import type { Json } from "../../src/domain/json.ts";
import type { FieldEdit, FieldMutation, MutationOutcome } from "../../src/ports/gateway.ts";
import type { Coverage } from "./coverage.ts";
import { marksOf } from "./elements.ts";
import type { RandomStream } from "./random-stream.ts";
import { FIELDS, LAKE } from "./scenario.ts";
import type { Lane, Scheduler } from "./scheduler.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import type { System, Thing } from "./system.ts";
import type { WriteOracle } from "./write-oracle.ts";

export interface PeopleParts {
  readonly scheduler: Scheduler;
  readonly lane: Lane;
  readonly random: RandomStream;
  readonly oracle: WriteOracle;
  readonly coverage: Coverage;
  /** The lakehouse first. */
  readonly systems: readonly System[];
  /** A process that is at work now, if there is one. */
  readonly process: () => SimulatedProcess | undefined;
}

const PERSON = { by: "person" } as const;
const ALICE: Actor = { kind: "person", id: "alice" };

/** Everybody who changes something: in the systems behind the gateway's back, and through the gateway. */
export class People {
  readonly #parts: PeopleParts;
  #values = 0;
  /** Calls to the gateway that nobody has an answer of yet. */
  waiting = 0;

  constructor(parts: PeopleParts) {
    this.#parts = parts;
  }

  /** A value of the field that nobody ever used before. @param tags what a tag begins with. */
  fresh(key: string, tags?: string): Json {
    this.#values += 1;
    const n = this.#values;
    if (key === "owners") return [{ principal: `u${n}@example.com`, role: null }];
    if (key === "classifications")
      return [{ name: `${tags ?? this.#parts.random.pick(["ops", "pii"])}.t${n}`, value: null }];
    return `v${n}`;
  }

  act(): void {
    const { random } = this.#parts;
    const draw = random.next();
    if (draw < 0.4) this.editBehind();
    else if (draw < 0.75) this.#mutate();
    else if (draw < 0.79) this.#drop();
    else if (draw < 0.83) this.#make();
    else if (draw < 0.88) this.#rename();
    else if (draw < 0.94) this.#ask();
    else this.#editBoth();
  }

  #thing(): Thing | undefined {
    const { random, systems } = this.#parts;
    const all = [...random.pick(systems).things.values()];
    return all.length > 0 ? random.pick(all) : undefined;
  }

  get #lake(): System {
    return this.#parts.systems[0] as System;
  }

  #systemOf(thing: Thing): System {
    return this.#parts.systems.find((it) => it.id === thing.system) as System;
  }

  /** A fresh value, as somebody would enter it in the system itself: only what it knows. */
  #freshIn(system: System, key: string): Json {
    for (;;) {
      const value = this.fresh(key);
      if (!marksOf(key, value).some((it) => system.leavesOut(key, it))) return value;
    }
  }

  editBehind(thing = this.#thing(), key: string = this.#parts.random.pick(FIELDS)): void {
    const { coverage, random, scheduler } = this.#parts;
    if (!thing || !this.#systemOf(thing).things.has(thing.id)) return;
    const system = this.#systemOf(thing);
    if (!system.holds(key)) return;
    const now = thing.fields.get(key as FieldKey) ?? null;
    const value = system.kept(key, nextValue(random, now, this.#freshIn(system, key)), now);
    coverage.count(`people: edit behind the gateway in ${thing.system}`);
    scheduler.note(`person edits ${key} of ${thing.id}: ${JSON.stringify(value)}`);
    system.set(thing, key as FieldKey, value, PERSON);
  }

  /** The same field on both sides at once: a conflict in the making. */
  #editBoth(): void {
    const { random, systems } = this.#parts;
    const thing = this.#thing();
    const other = thing && random.pick(systems.filter((it) => it.id !== thing.system)).named(thing.name);
    const key = random.pick(FIELDS);
    this.editBehind(thing, key);
    if (other) this.editBehind(other, key);
  }

  /** The same field of another system's record of that name. */
  editElsewhere({ name, system }: Thing, key: string): void {
    const others = this.#parts.systems.filter((it) => it.id !== system && it.named(name));
    if (others.length > 0) this.editBehind(this.#parts.random.pick(others).named(name), key);
  }

  /** Another table takes the place of the one of that name. */
  replace(name: readonly string[]): void {
    const thing = this.#lake.named(name);
    if (thing) this.#remake(thing);
  }

  #remake(thing: Thing): void {
    const system = this.#systemOf(thing);
    this.#parts.scheduler.note(`person makes ${thing.name.join(".")} anew`);
    system.drop(thing);
    system.make(thing.name, this.#content(system), PERSON);
  }

  #drop(): void {
    const { coverage, random, scheduler } = this.#parts;
    const thing = this.#thing();
    if (!thing || (thing.system !== LAKE && random.chance(0.7))) return;
    scheduler.note(`person drops ${thing.id}`);
    coverage.count(`people: drop in ${thing.system}`);
    this.#systemOf(thing).drop(thing);
    if (random.chance(0.5)) return;
    coverage.count("people: recreate under the same name");
    const system = this.#systemOf(thing);
    system.make(thing.name, this.#content(system), PERSON);
  }

  #make(): void {
    const { coverage, random, scheduler, systems } = this.#parts;
    const name = ["sales", `t${random.int(1, 6)}`];
    if (this.#lake.named(name)) return;
    coverage.count("people: a new table");
    scheduler.note(`person makes ${name.join(".")}`);
    this.#lake.make(name, this.#content(this.#lake), PERSON);
    // Catalogs that the gateway cannot make records in get them from elsewhere.
    for (const it of systems.slice(1))
      if (!it.manners.capabilities.createsAssets && !it.named(name)) it.make(name, this.#content(it), PERSON);
  }

  #content(system: System): Readonly<Record<string, Json>> {
    const { random } = this.#parts;
    const keys = FIELDS.filter((it) => random.chance(0.4) && system.holds(it));
    return Object.fromEntries(keys.map((it) => [it, this.#freshIn(system, it)]));
  }

  #rename(): void {
    const { coverage, random, scheduler } = this.#parts;
    const all = [...this.#lake.things.values()];
    const name = ["sales", `t${random.int(1, 6)}`];
    if (all.length === 0 || this.#lake.named(name)) return;
    const thing = random.pick(all);
    coverage.count("people: rename");
    scheduler.note(`person renames ${thing.id} to ${name.join(".")}`);
    thing.name = name;
    thing.renamed = true;
    thing.version += 1;
  }

  /** What a dashboard or an operator asks for: it must change nothing for the worse. */
  #ask(): void {
    const { coverage, random } = this.#parts;
    const process = this.#parts.process();
    if (!process?.gateway) return;
    const { gateway, signal } = process;
    coverage.count("people: asked for a live look, a scan or a reconcile");
    const ids = this.#lake.things.size;
    const draw = random.next();
    if (draw < 0.4) this.#watch(gateway.reconcile({}, false, ALICE, signal));
    else if (draw < 0.7) this.#watch(gateway.scan({}, false, ALICE, signal));
    else if (ids > 0) this.#watch(gateway.plan({}, 50, signal));
  }

  #watch(call: Promise<unknown>): void {
    call.catch(() => undefined);
  }

  #mutate(): void {
    const { random } = this.#parts;
    const thing = this.#thing();
    if (!thing) return;
    const key = random.pick(FIELDS);
    const edit = this.#drawEdit(key, thing.fields.get(key as string as FieldKey) ?? null);
    const idempotencyKey = random.chance(0.5) ? `key-${this.#values}` : undefined;
    const mutation: FieldMutation = {
      asset: { name: thing.name.join(".") },
      field: key,
      edit,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    };
    this.waiting += 1;
    void this.#send(mutation, idempotencyKey === undefined ? 1 : 4).then(() => {
      this.waiting -= 1;
    });
  }

  #drawEdit(key: string, now: Json): FieldEdit {
    const { oracle, random } = this.#parts;
    const value = this.fresh(key);
    const fieldKey = key as FieldKey;
    if (!Array.isArray(value)) {
      const set = random.chance(0.85) ? value : null;
      oracle.ask({ op: "set", key: fieldKey, marks: marksOf(key, set) });
      for (const mark of marksOf(key, now))
        if (set === null) oracle.ask({ op: "remove", key: fieldKey, marks: [mark] });
      return { op: "set", value: set };
    }
    const held = marksOf(key, now).map((it) => it.slice(it.indexOf("/") + 1));
    if (held.length > 0 && random.chance(0.3)) {
      const gone = random.pick(held);
      oracle.ask({ op: "remove", key: fieldKey, marks: [`${key}/${gone}`] });
      return { op: "remove", keys: [gone] };
    }
    oracle.ask({ op: "add", key: fieldKey, marks: marksOf(key, value) });
    return { op: "add", elements: value as readonly Json[] };
  }

  /** With a key the client tries again until it has an answer; without one it dare not. */
  async #send(mutation: FieldMutation, tries: number): Promise<void> {
    const { coverage, lane, random, scheduler } = this.#parts;
    for (let left = tries; left > 0; left -= 1) {
      const process = this.#parts.process();
      const answer = process?.gateway && (await this.#answer(process, mutation));
      const code = answer?.userErrors[0]?.code;
      scheduler.note(`answer ${JSON.stringify(mutation.edit)} ${answer ? (code ?? "applied") : "none"}`);
      coverage.count(`mutation: ${answer ? (code ?? "applied") : "no answer"}`);
      if (answer && code === undefined) this.#checkAcknowledged(mutation);
      if (answer && code !== "OUTCOME_UNKNOWN" && code !== "BUSY") return this.#sendTwice(mutation, code);
      await scheduler.step(lane, "tries again", random.int(100, 20_000));
    }
  }

  /** What was acknowledged is delivered once more: with the same key it must change nothing. */
  async #sendTwice(mutation: FieldMutation, code: string | undefined): Promise<void> {
    const { coverage, lane, oracle, random, scheduler } = this.#parts;
    if (code !== undefined || mutation.idempotencyKey === undefined || random.chance(0.6)) return;
    await scheduler.step(lane, "is delivered twice", random.int(100, 60_000));
    coverage.count("mutation: delivered twice");
    const process = this.#parts.process();
    const answer = process?.gateway && (await this.#answer(process, mutation));
    const again = answer?.userErrors[0]?.code;
    if (again !== undefined && !oracle.hasForgotten)
      oracle.say("P4", `${mutation.idempotencyKey} was acknowledged, and answered with ${again} when it came again`);
  }

  /** Undefined: the process died or failed before it answered. */
  async #answer(process: SimulatedProcess, mutation: FieldMutation): Promise<MutationOutcome | undefined> {
    const { mourners } = process.lane;
    const { promise, resolve } = Promise.withResolvers<MutationOutcome | undefined>();
    const dies = (): void => resolve(undefined);
    mourners.add(dies);
    process.gateway?.apply(mutation, ALICE, process.signal).then(resolve, dies);
    return promise.finally(() => mourners.delete(dies));
  }

  /** What was acknowledged was there. That it was not lost since, the watch over every later write sees to. */
  #checkAcknowledged({ edit, field }: FieldMutation): void {
    const { oracle, systems } = this.#parts;
    const value = edit.op === "set" ? (edit.value as Json) : edit.op === "add" ? (edit.elements as Json) : null;
    const { authority } = oracle.ruleFor(field, marksOf(field, value)[0] ?? `${field}/`);
    // After another treaty it may have been acknowledged by the old one.
    const asked = systems.filter((it) => it.id === authority || oracle.hasForgotten);
    for (const mark of marksOf(field, value)) {
      if (!asked.some((it) => it.everHeldAnywhere(field, mark)))
        oracle.say("P5", `${mark} was acknowledged, but ${authority} never held it`);
    }
  }
}

function nextValue(random: RandomStream, now: Json, fresh: Json): Json {
  if (!Array.isArray(fresh)) return now !== null && random.chance(0.25) ? null : fresh;
  const before = Array.isArray(now) ? (now as Json[]) : [];
  const kept =
    before.length > 0 && random.chance(0.35)
      ? before.filter((it) => it !== random.pick(before))
      : [...before, ...fresh];
  return kept.length === 0 ? null : sorted(kept);
}

/** As the systems' adapters would tell it: in the normal form. */
function sorted(value: readonly Json[]): Json {
  const keyOf = (it: Json): string => JSON.stringify(it);
  return [...value].sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
}
