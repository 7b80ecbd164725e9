import type { GraphContext } from "../src/server/context.ts";
import type { LogCursor } from "../src/server/models.ts";
import { badUserInput } from "./graph-error.ts";

/** Refuses a cursor that lies after the end of the log. Answers with the end of the log. */
export async function checkPosition(
  cursor: LogCursor | null | undefined,
  name: string,
  { ledger }: Pick<GraphContext, "ledger">,
): Promise<number> {
  const head = await ledger.head();
  if (cursor != null && cursor.position > head) {
    throw badUserInput(
      `The cursor is of another installation, or of a log that was lost: it lies after this log's end. Ask without \`${name}\`.`,
    );
  }
  return head;
}
