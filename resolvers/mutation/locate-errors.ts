import type { MutationOutcome, UserError } from "../../src/ports/gateway.ts";

/** Where in an input the things stand that the engine knows without their place. */
export interface InputPlaces {
  readonly asset: "asset" | "name";
  /** Empty where the mutation itself names the field. */
  readonly field: readonly string[];
  readonly value: string;
}

/** Points errors about the asset, the field and the value at the input that the caller wrote. */
export function locateErrors(outcome: MutationOutcome, places: InputPlaces): MutationOutcome {
  if (outcome.userErrors.length === 0) return outcome;
  return { ...outcome, userErrors: outcome.userErrors.map((it) => ({ ...it, path: pathOf(it, places) })) };
}

function pathOf({ code, path }: UserError, places: InputPlaces): readonly string[] {
  if (code === "INVALID_VALUE" || code === "CANNOT_HOLD") return [places.value];
  switch (path[0]) {
    case "asset":
      return [places.asset];
    case "field":
    case "column":
      return places.field;
    default:
      return path;
  }
}

/** The places in the input of the mutation for one field, by the field's public path. */
export function placesOf(field: string, { name }: { readonly name?: string | null | undefined }): InputPlaces {
  const asset = name == null ? "asset" : "name";
  if (field.startsWith("custom.")) return { asset, field: ["field"], value: "value" };
  const isColumn = field.startsWith("columns.");
  return { asset, field: isColumn ? ["column"] : [], value: field.slice(field.lastIndexOf(".") + 1) };
}
