import type { GraphContext } from "../../src/server/context.ts";
import type { LogCursor } from "../../src/server/models.ts";
import { badUserInput } from "../graph-error.ts";

/** Where a subscription begins: after the cursor that was given, or now. */
export async function startOf(after: LogCursor | null | undefined, { ledger }: GraphContext): Promise<LogCursor> {
  const head = await ledger.head();
  if (after == null) return { position: head };
  if (after.position > head) {
    throw badUserInput(
      "The cursor is of another installation, or of a log that was lost: it lies after this log's end. Begin without `after`.",
    );
  }
  return after;
}
