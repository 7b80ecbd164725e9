import { plainKey } from "../../src/domain/field.ts";
import type { Json } from "../../src/domain/json.ts";
import type { People } from "./people.ts";
import type { RandomStream } from "./random-stream.ts";
import { FIELDS } from "./scenario.ts";
import type { System, Thing } from "./system.ts";

const TAGS = plainKey("classifications");
const START_WRITER = { by: "start" } as const;

/** What stands in the systems before the gateway first looks. @param own what the tags begin with that each has for itself. */
export function furnish(
  systems: readonly System[],
  tables: number,
  people: People,
  random: RandomStream,
  own: string | undefined,
): void {
  for (let n = 1; n <= tables; n += 1) {
    const values = FIELDS.map((it) => [it, people.fresh(it), random.next()] as const);
    for (const [index, system] of systems.entries())
      if (index === 0 || random.chance(0.7)) furnishOne(system, ["sales", `t${n}`], values, index);
  }
  if (own === undefined) return;
  for (const system of systems)
    for (const thing of system.things.values()) addTag(system, thing, people.fresh(TAGS, own));
}

function addTag(system: System, thing: Thing, tag: Json): void {
  if (!system.holds(TAGS)) return;
  const before = thing.fields.get(TAGS) ?? null;
  const tags = [...((before ?? []) as Json[]), ...(tag as Json[])];
  const keyOf = (it: Json): string => JSON.stringify(it);
  tags.sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
  system.set(thing, TAGS, system.kept(TAGS, tags, before), START_WRITER);
}

/** Some values stand everywhere, some in one system only. */
function furnishOne(
  system: System,
  name: readonly string[],
  values: readonly (readonly [string, Json, number])[],
  index: number,
): void {
  const fields: Record<string, Json> = {};
  for (const [key, value, draw] of values) {
    const isThere = draw < 0.5 || (draw < 0.8 && Math.floor((draw - 0.5) * 10) === index);
    const kept = system.kept(key, value, null);
    if (isThere && kept !== null) fields[key] = kept;
  }
  system.make(name, fields, START_WRITER);
}
