import { ASSET_KINDS } from "../../src/domain/asset.ts";
import { FIELD_KINDS, isFieldOn } from "../../src/domain/field.ts";
import type { SourceCapabilities } from "../../src/ports/source.ts";

/** Everything that is governed, on everything; the schema belongs to lakehouses. */
export const EMBEDDED_CAPABILITIES: SourceCapabilities = {
  fields: FIELD_KINDS.filter((it) => it !== "schema").map((field) => ({
    field,
    kinds: ASSET_KINDS.filter((kind) => isFieldOn(kind, field)),
    write: true,
    cardinality: "many",
    omits: [],
  })),
  conditionalWrite: true,
  createsAssets: true,
  followsNames: true,
  provesExistence: false,
};
