import { type Expression, type ExpressionBuilder, type SqlBool, sql } from "kysely";
import type { Engine } from "../engine.ts";
import { literalPrefix, parseGlob } from "../name-path.ts";

const MAX_GLOBS = 100;
const LAST_CHARACTER = "\u{10ffff}";

/** Whether `ref` is one of `values`: one parameter, whatever their number. */
export function amongValues(
  engine: Engine,
  ref: Expression<unknown>,
  values: readonly (string | number)[],
): Expression<SqlBool> {
  return engine.among(ref, sql`${engine.bindList(values)}`);
}

/**
 * Whether `ref` matches one of the patterns. What has no `*` is looked up in the index; a pattern that begins literally only
 * looks at what begins so.
 *
 * @throws TypeError if a pattern is malformed or there are more than 100 with `*`.
 */
export function matchesAny<Tables, Table extends keyof Tables>(
  eb: ExpressionBuilder<Tables, Table>,
  engine: Engine,
  ref: Expression<unknown>,
  patterns: readonly string[],
  segmented: boolean,
): Expression<SqlBool> {
  const whole: string[] = [];
  const conditions: Expression<SqlBool>[] = [];
  for (const text of new Set(patterns)) {
    const prefix = literalPrefix(parseGlob({ text, segmented }));
    if (prefix.whole) whole.push(prefix.text);
    else conditions.push(eb.and([...beginsWith(ref, prefix.text), engine.matches(ref, [{ text, segmented }])]));
  }
  if (conditions.length > MAX_GLOBS) throw new TypeError(`A filter holds at most ${MAX_GLOBS} patterns with "*".`);
  if (whole.length > 0 || conditions.length === 0) conditions.push(amongValues(engine, ref, whole));
  return eb.or(conditions);
}

function beginsWith(ref: Expression<unknown>, prefix: string): Expression<SqlBool>[] {
  if (prefix === "") return [];
  return [sql<SqlBool>`${ref} >= ${prefix}`, sql<SqlBool>`${ref} < ${prefix + LAST_CHARACTER}`];
}
