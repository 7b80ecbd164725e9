import { PLAIN_FIELDS, splitField } from "./field.ts";
import { type Glob, parseTextGlob } from "./glob.ts";
import { intersectGlobs } from "./glob-intersection.ts";

const PATHS: readonly Glob[] = [...PLAIN_FIELDS, "custom.*", "columns.*.description", "columns.*.classifications"].map(
  parseTextGlob,
);

/** A field's public path, or a pattern of such: `columns.*.description`. @throws TypeError, saying what there is, if no field can match. */
export function parseFieldGlob(pattern: string): Glob {
  const glob = parseTextGlob(pattern);
  const isPath = pattern.includes("*")
    ? PATHS.some((it) => intersectGlobs(glob, it) !== undefined)
    : splitField(pattern) !== undefined;
  if (isPath) return glob;
  throw new TypeError(`No field has the path "${pattern}". Fields: ${PATHS.map((it) => it.text).join(", ")}.`);
}
