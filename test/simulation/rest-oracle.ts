import type { Drift } from "../../src/domain/drift.ts";
import type { FieldKey } from "../../src/domain/field.ts";
import type { SourceId } from "../../src/domain/ids.ts";
import type { AssetState } from "../../src/domain/state.ts";
import { hasBase } from "./base-oracle.ts";
import { piecesOf } from "./elements.ts";
import type { MemoryTables } from "./memory-tables.ts";
import { FIELDS, LAKE, ruleOf, rulesOf, type SimulatedRule, type SimulatedTreaty } from "./scenario.ts";
import type { System, Thing } from "./system.ts";
import { checkTold } from "./told-at-rest.ts";

const ALL_IS_WELL = { dead: new Set<SourceId>(), poison: undefined };

type Say = (invariant: string, what: string) => void;

/** What must hold when faults and edits have stopped and everything has come to rest. */
export function checkRest(
  systems: ReadonlyMap<SourceId, System>,
  tables: MemoryTables,
  treaty: SimulatedTreaty,
  say: Say,
  /** Systems that do not answer, and the name of a table that breaks whoever touches it: of those nothing is expected now. */
  without: { readonly dead: ReadonlySet<SourceId>; readonly poison: string | undefined } = ALL_IS_WELL,
): void {
  const isWell = without === ALL_IS_WELL;
  const lake = systems.get(LAKE) as System;
  const states = [...tables.assets.values()].map((it) => it.state);
  for (const thing of lake.things.values()) {
    const bound = states.filter((it) => it.bindings.some((b) => b.source === LAKE && b.ref.stableId === thing.id));
    const [state] = bound;
    if (thing.name.at(-1) === without.poison) continue;
    if (bound.length !== 1 || !state) say("identity", `${thing.id} is known as ${bound.length} assets`);
    else checkAsset(systems, state, thing, treaty, say, without.dead);
  }
  if (!isWell) return;
  for (const state of states) checkGone(state, lake, say);
  if (tables.intents.size > 0) say("P8", `${tables.intents.size} intents are open at rest`);
  checkLog(tables, say);
  // Of an authority that only a later treaty made one, the log tells what has changed since, and not what it held then.
  const treaties = new Set(tables.log.flatMap((it) => (it.kind === "TREATY_CHANGED" ? [it.after] : [])));
  if (treaties.size < 2) checkTold(states, tables.log, systems, treaty, say);
}

function checkGone(state: AssetState, lake: System, say: Say): void {
  const binding = state.bindings.find((it) => it.source === LAKE);
  const id = binding?.ref.stableId;
  if (id === null || id === undefined || lake.things.has(id)) return;
  if (state.asset.state !== "RETIRED") say("P9", `${id} is gone, but ${state.asset.id} is ${state.asset.state}`);
  const open = state.drifts.filter((it) => it.kind !== "ORPHAN");
  if (open.length > 0) say("P5", `${state.asset.id} is retired, but its drift of ${open[0]?.key} is open`);
}

function checkAsset(
  systems: ReadonlyMap<SourceId, System>,
  state: AssetState,
  lakeThing: Thing,
  treaty: SimulatedTreaty,
  say: Say,
  dead: ReadonlySet<SourceId>,
): void {
  const { asset } = state;
  if (asset.state !== "ACTIVE") say("P9", `${lakeThing.id} is there, but ${asset.id} is ${asset.state}`);
  if (asset.name !== lakeThing.name.join("."))
    say("identity", `${lakeThing.id} is ${lakeThing.name.join(".")}, but its asset is called ${asset.name}`);
  const things = new Map<SourceId, Thing | undefined>([[LAKE, lakeThing]]);
  const lost = new Set<SourceId>(dead);
  for (const system of systems.values()) {
    if (system.id === LAKE || dead.has(system.id)) continue;
    const record = state.bindings.find((it) => it.source === system.id)?.ref.stableId;
    const held = record === null || record === undefined ? undefined : system.things.get(record);
    if (held && system.manners.capabilities.followsNames && held.name.join(".") !== asset.name)
      say("P2", `${held.id} is still called ${held.name.join(".")}, its asset ${asset.name}`);
    things.set(system.id, held);
    if (record === undefined || held) continue;
    lost.add(system.id);
    const isTold = state.drifts.some((it) => it.source === system.id && it.kind === "MISSING_IN_MIRROR");
    if (!isTold) say("P5", `${record} is gone without a drift`);
  }
  for (const key of FIELDS) checkField(systems, state, treaty, key as string as FieldKey, things, lost, say);
}

/** Each piece by its own rule: what the authority has, the mirror has, or a drift says why not. */
function checkField(
  systems: ReadonlyMap<SourceId, System>,
  state: AssetState,
  treaty: SimulatedTreaty,
  key: FieldKey,
  things: ReadonlyMap<SourceId, Thing | undefined>,
  lost: ReadonlySet<SourceId>,
  say: Say,
): void {
  const held = new Map([...things].map(([id, thing]) => [id, piecesOf(key, thing?.fields.get(key) ?? null)]));
  const names = new Set([...held.values()].flatMap((it) => [...it.keys()]));
  // Of a system that has no place for the field, or neither knows the asset nor can take it, nothing is expected.
  const takesPart = (id: SourceId): boolean => {
    const system = systems.get(id);
    return system?.holds(key) === true && (things.get(id) !== undefined || system.manners.capabilities.createsAssets);
  };
  const differing = new Map<SourceId, SimulatedRule>();
  for (const name of names) {
    const rule = ruleOf(treaty, key, `${key}/${name}`);
    for (const mirror of rule.mirrors) {
      if (!takesPart(rule.authority) || !takesPart(mirror)) continue;
      const [wanted, found] = [rule.authority, mirror].map((id) => toComparable(key, held.get(id)?.get(name)));
      if (wanted !== found && !isOneOf(systems.get(mirror), key, held.get(rule.authority), held.get(mirror)))
        differing.set(mirror, rule);
    }
  }
  for (const mirror of things.keys()) {
    const rule = differing.get(mirror);
    if (lost.has(mirror) || rulesOf(treaty, key).some((it) => lost.has(it.authority))) continue;
    const drift = state.drifts.find((it) => it.source === mirror && it.key === key);
    const where = `${key} of ${state.asset.id} at ${mirror}`;
    // One of several that there is no room for may be told as lacking, and need not.
    const isRoomy = !systems.get(mirror)?.holdsOne(key);
    if (!rule && drift && isRoomy) say("P5", `${where} agrees, but its drift (${drift.kind} ${drift.state}) is open`);
    if (!rule || drift?.state === "IN_REVIEW" || drift?.state === "OPEN") {
      const isTooMany = rule && systems.get(rule.authority)?.holdsOne(key) && (held.get(mirror)?.size ?? 0) > 1;
      const isRightly = isTooMany || (drift && isRefused(systems, drift, key, held, names));
      if (rule && drift && !isRightly && !mayDiffer(state, key, mirror, rule, treaty))
        say("P2", `${where} differs in a ${drift.kind} ${drift.state}, though rule ${rule.name} decides it`);
      continue;
    }
    say(
      drift ? "P2" : "P5",
      `${where} differs: ${show(held.get(mirror))} beside ${show(held.get(rule.authority))}${drift ? ` and stays in ${drift.kind} ${drift.state}` : " and no drift tells it"}`,
    );
  }
}

/** Whether a person, or a mode, can be what keeps them apart. */
function mayDiffer(
  state: AssetState,
  key: FieldKey,
  mirror: SourceId,
  rule: SimulatedRule,
  treaty: SimulatedTreaty,
): boolean {
  const asks =
    rule.onForeignWrite === "review" || rule.onConflict === "review" || rule.onConflict === "most-restrictive";
  return asks || !hasBase(state.agreed, mirror, key, rule, treaty) || rule.mode === "observe";
}

/** A system that has room for one holds one of the authority's. */
function isOneOf(
  system: System | undefined,
  key: string,
  wanted: ReadonlyMap<string, string> = new Map(),
  found: ReadonlyMap<string, string> = new Map(),
): boolean {
  return system?.holdsOne(key) === true && found.size === 1 && [...found.keys()].every((it) => wanted.has(it));
}

/** Whether something is to be written that a system does not take. */
function isRefused(
  systems: ReadonlyMap<SourceId, System>,
  drift: AssetState["drifts"][number],
  key: string,
  held: ReadonlyMap<SourceId, ReadonlyMap<string, string>>,
  names: ReadonlySet<string>,
): boolean {
  const texts = [...held.values()].flatMap((it) => [...it.values()]);
  const pieces = [...names].flatMap((it) => (it === "" ? texts : [it]));
  const leavesOut = [...systems.values()].some((it) => pieces.some((piece) => it.leavesOut(key, piece)));
  return drift.kind === "DELIVERY_FAILED" && leavesOut;
}

function toComparable(key: string, text: string | undefined): string | undefined {
  return key === "owners" && text !== undefined ? "" : text;
}

function show(pieces: ReadonlyMap<string, string> | undefined): string {
  return JSON.stringify([...(pieces ?? [])]);
}

/** P8: every intent has its one outcome, and the positions have no gap. */
function checkLog({ intents, log }: MemoryTables, say: Say): void {
  const open = new Map<string, number>();
  for (const [index, it] of log.entries()) {
    if (it.position !== index + 1) say("P8", `entry ${index + 1} bears position ${it.position}`);
    if (it.intent === undefined) continue;
    if (it.kind === "WRITE_INTENDED") open.set(it.intent, 0);
    else if (it.kind === "WRITE_APPLIED" || it.kind === "WRITE_FAILED")
      open.set(it.intent, (open.get(it.intent) ?? 0) + 1);
  }
  for (const [id, outcomes] of open) {
    const isOpen = [...intents.keys()].some((it) => it === id);
    if (outcomes !== 1 && !isOpen) say("P8", `${id} has ${outcomes} outcomes`);
  }
}

/** What a system does not take is tried once more when somebody asks for it, and all that hangs on it. */
export function findRefused({ assets }: MemoryTables, systems: ReadonlyMap<SourceId, System>): readonly Drift[] {
  if ([...systems.values()].every((it) => it.manners.leavesOut === 0)) return [];
  return [...assets.values()].flatMap((it) => it.state.drifts).filter((it) => it.kind === "DELIVERY_FAILED");
}
