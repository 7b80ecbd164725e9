import { GraphQLScalarType, Kind, type ValueNode } from "graphql";
import { splitField } from "../../src/domain/field.ts";
import { badUserInput } from "../graph-error.ts";

/** A scalar that is a text inside and outside; `check` answers with the text to use, or undefined if it is none. */
function textScalar(
  name: string,
  check: (text: string) => string | undefined,
  expected: string,
  bareWords = false,
): GraphQLScalarType<string, string> {
  const parse = (value: unknown): string => {
    const text = typeof value === "string" ? check(value) : undefined;
    if (text === undefined) throw badUserInput(`Not a ${name}: ${JSON.stringify(value) ?? "nothing"}. ${expected}`);
    return text;
  };
  const literal = (node: ValueNode): unknown => {
    if (node.kind === Kind.STRING) return node.value;
    return bareWords && node.kind === Kind.ENUM ? node.value : undefined;
  };
  return new GraphQLScalarType<string, string>({
    name,
    serialize: (value) => String(value),
    parseValue: parse,
    parseLiteral: (node) => parse(literal(node)),
  });
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i;

/** RFC 3339 with any offset comes in, UTC goes on. */
export const DateTime = textScalar(
  "DateTime",
  (text) => {
    const ms = MOMENT.test(text) ? Date.parse(text) : Number.NaN;
    return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
  },
  'Write RFC 3339, such as "2026-03-01T12:00:00Z".',
);

export const FieldPath = textScalar(
  "FieldPath",
  (text) => (text.length <= 500 && splitField(text) ? text : undefined),
  'Write "owners", "custom.costCenter" or "columns.price.description".',
);

export const Sensitivity = textScalar(
  "Sensitivity",
  (text) => (text.trim() !== "" && text.length <= 200 ? text : undefined),
  "Write one of treaty.sensitivityLevels.",
  true,
);
