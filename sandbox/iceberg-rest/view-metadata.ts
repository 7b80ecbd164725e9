import { z } from "zod";
import type { Properties, StoredSchema } from "./metadata.ts";

export const viewVersion = z.looseObject({
  "version-id": z.int(),
  "timestamp-ms": z.int(),
  /** -1 stands for the schema that was added last. */
  "schema-id": z.int().min(-1),
  summary: z.record(z.string(), z.string()),
  representations: z
    .array(z.looseObject({ type: z.literal("sql"), sql: z.string().min(1), dialect: z.string().min(1) }))
    .min(1),
  "default-namespace": z.array(z.string()),
  "default-catalog": z.string().nullish(),
});
export type ViewVersion = z.infer<typeof viewVersion>;

/** View metadata, format version 1. */
export interface ViewMetadata {
  readonly "view-uuid": string;
  readonly "format-version": number;
  readonly location: string;
  readonly "current-version-id": number;
  readonly versions: readonly ViewVersion[];
  readonly "version-log": readonly { readonly "timestamp-ms": number; readonly "version-id": number }[];
  readonly schemas: readonly StoredSchema[];
  readonly properties: Properties;
}
