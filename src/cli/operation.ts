import type { z } from "zod";

/** One document that the command line sends, and the shape of the data that it relies on getting back. */
export interface Operation<Data> {
  /** Name of the operation in `document`. */
  readonly name: string;
  readonly document: string;
  readonly data: z.ZodType<Data>;
}

export type Variables = Readonly<Record<string, unknown>>;
