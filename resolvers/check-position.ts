import type { AssetFilter, Page } from "../src/ports/ledger.ts";
import type { GraphContext } from "../src/server/context.ts";
import type { LogCursor } from "../src/server/models.ts";
import { badUserInput } from "./graph-error.ts";

/** The end of the log, asked for once a request: a cursor that the request brings was given before it. */
const heads = new WeakMap<GraphContext, Promise<number>>();

/** Refuses a cursor that lies after the end of the log. Answers with the end of the log. */
export async function checkPosition(
  cursor: LogCursor | null | undefined,
  name: string,
  context: GraphContext,
): Promise<number> {
  const asked = heads.get(context) ?? context.ledger.head();
  heads.set(context, asked);
  const head = await asked;
  if (cursor != null && cursor.position > head) {
    throw badUserInput(
      `The cursor is of another installation, or of a log that was lost: it lies after this log's end. Ask without \`${name}\`.`,
    );
  }
  return head;
}

/** A page of the log. One with entries after its cursor needs no further look. */
export async function checkLogPage<T>(
  page: Page<T>,
  after: LogCursor | null | undefined,
  context: GraphContext,
): Promise<Page<T>> {
  if (after != null && page.items.length === 0) await checkPosition(after, "after", context);
  return page;
}

/** Refuses a filter by what changed after a cursor that lies after the end of the log. */
export async function checkChangedSince(filter: AssetFilter, context: GraphContext): Promise<AssetFilter> {
  const position = latestIn(filter);
  if (position !== undefined) await checkPosition({ position }, "changedSince", context);
  return filter;
}

function latestIn({ changedSince, and = [], or = [], not }: AssetFilter): number | undefined {
  const all = [changedSince, ...[...and, ...or, ...(not ? [not] : [])].map(latestIn)].filter((it) => it !== undefined);
  return all.length === 0 ? undefined : Math.max(...all);
}
