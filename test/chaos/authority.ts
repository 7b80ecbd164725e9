import type { ChangedField } from "./history.ts";

/** Who has authority over what the clients change; the other one is its mirror. */
export const AUTHORITY = {
  description: "lakehouse",
  domain: "catalog",
  classifications: "catalog",
} as const satisfies Record<ChangedField, "lakehouse" | "catalog">;
