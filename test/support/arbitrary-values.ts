import fc from "fast-check";
import type { FieldKind } from "../../src/domain/field.ts";
import type { Json } from "../../src/domain/json.ts";
import { normalise } from "../../src/domain/normalise.ts";

const note = fc.constantFrom(null, undefined, "x", " y ");

/** Values as they may come in, of few kinds and contents, so that equal ones are common. */
export function rawValue(kind: FieldKind): fc.Arbitrary<unknown> {
  switch (kind) {
    case "owners":
      return fc.array(
        fc.oneof(
          fc.constantFrom("alice", "bob", " carol "),
          fc.record({
            principal: fc.constantFrom("alice", "bob", "carol"),
            role: fc.constantFrom(null, "steward", " owner", undefined),
          }),
        ),
        { maxLength: 4 },
      );
    case "classifications":
    case "columns.classifications":
      return fc.array(
        fc.oneof(
          fc.constantFrom("pii.email", "ops.tier"),
          fc.record({
            name: fc.constantFrom("pii.email", "pii.name", "ops.tier", "ops.team"),
            value: fc.constantFrom(null, "gold", "silver"),
          }),
        ),
        { maxLength: 4 },
      );
    case "sensitivity":
      return fc.constantFrom("PUBLIC", "INTERNAL", " CONFIDENTIAL ", "RESTRICTED", "odd", "");
    case "domain":
    case "description":
    case "columns.description":
      return fc.constantFrom("sales", "Finance ", "", "  ", "a\nb");
    case "retention":
      return fc.oneof(
        fc.constantFrom("P7Y", " P30D ", "PT12H", "P1M"),
        fc.record({
          duration: fc.constantFrom("P7Y", "P1Y", "P30D"),
          basis: note,
          legalHold: fc.constantFrom(true, false, null, undefined),
        }),
      );
    case "lifecycle":
      return fc.oneof(
        fc.constantFrom("active", "deprecated"),
        fc.record({ stage: fc.constantFrom("active", "retired"), note, replacedBy: note }),
      );
    case "schema":
      return fc.record({
        columns: fc.array(
          fc.record({
            id: fc.constantFrom("1", "2"),
            name: fc.constantFrom("a", "b"),
            type: fc.constantFrom("int", "string"),
            required: fc.boolean(),
          }),
          { maxLength: 2 },
        ),
      });
    case "custom":
      return fc.oneof(
        fc.constantFrom<unknown[]>("x", " x ", "", 1, true, {}, [], { "": 1 }, { a: 1, "": 2 }, { a: 1, b: {} }),
        fc.jsonValue({ maxDepth: 2 }),
      );
    default:
      return kind satisfies never;
  }
}

/** Normalised values of a field, null (none) among them. */
export function normalisedValue(kind: FieldKind): fc.Arbitrary<Json> {
  return rawValue(kind).map((raw) => {
    const value = normalise(kind, raw);
    if (!value.ok) throw new Error(`${kind}: ${value.error}`);
    return value.value;
  });
}
