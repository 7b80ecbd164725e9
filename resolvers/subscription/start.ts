import type { GraphContext } from "../../src/server/context.ts";
import type { LogCursor } from "../../src/server/models.ts";
import { checkPosition } from "../check-position.ts";

/** Where a subscription begins: after the cursor that was given, or now. */
export async function startOf(after: LogCursor | null | undefined, context: GraphContext): Promise<LogCursor> {
  const head = await checkPosition(after, "after", context);
  return after ?? { position: head };
}
