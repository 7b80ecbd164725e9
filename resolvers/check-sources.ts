import type { SourceId } from "../src/domain/ids.ts";
import type { AssetFilter } from "../src/ports/ledger.ts";
import type { GraphContext } from "../src/server/context.ts";
import { badUserInput } from "./graph-error.ts";

/** What of a filter names sources. */
interface NamesSources {
  readonly sources?: readonly SourceId[];
}

/**
 * Refuses a name that no source has: it would match nothing, for ever. A source that was connected once stands in the log still.
 *
 * @returns the filter.
 */
export async function checkSources<T extends NamesSources>(
  filter: T,
  { gateway, ledger }: Pick<GraphContext, "gateway" | "ledger">,
): Promise<T> {
  const named = sourcesIn(filter);
  if (named.length === 0) return filter;
  const connected = gateway.sources().map((it) => it.id);
  if (named.every((it) => connected.includes(it))) return filter;
  const known = [...new Set([...connected, ...(await ledger.readSources()).map((it) => it.id)])];
  const unknown = named.find((it) => !known.includes(it));
  if (unknown === undefined) return filter;
  throw badUserInput(`There is no source "${unknown}". Sources: ${known.join(", ")}.`);
}

function sourcesIn({ sources = [], and = [], or = [], not }: AssetFilter): readonly SourceId[] {
  return [...sources, ...[...and, ...or, ...(not ? [not] : [])].flatMap(sourcesIn)];
}
