import type { GraphContext } from "../../src/server/context.ts";
import type { LogCursor } from "../../src/server/models.ts";
import { checkPosition } from "../check-position.ts";
import { orBadCursor } from "../graph-error.ts";

/** Where a subscription begins: after the cursor that was given, or now. */
export async function startOf(after: LogCursor | null | undefined, context: GraphContext): Promise<LogCursor> {
  const head = await checkPosition(after, "after", context);
  const initialAfter = after?.initialAfter;
  // A page of nothing: only to see whether the list knows the cursor, before the stream begins.
  if (initialAfter !== undefined) await orBadCursor(context.ledger.pageDrifts({}, { limit: 0, after: initialAfter }));
  return after ?? { position: head };
}
