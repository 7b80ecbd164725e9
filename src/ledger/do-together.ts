import type { AssetId } from "../domain/ids.ts";
import type { Commit, CommitResult, Ledger } from "../ports/ledger.ts";
import { shareReads } from "./shared-reads.ts";
import { commitAll } from "./sql/commit.ts";
import { CommitQueue } from "./sql/commit-queue.ts";
import { listIntents, listIntentsOf } from "./sql/intents.ts";
import { head } from "./sql/log.ts";
import { StateCache } from "./sql/state-cache.ts";
import { loadStates } from "./sql/states.ts";
import type { Session } from "./statement.ts";

/** Assets that are asked for in one call, at most, to be read together with what others ask for. */
const MOST_SHARED = 16;

/** The calls that everybody makes all the time: what comes at once is done together. */
export function doTogether(session: Session): Pick<Ledger, "commit" | "head" | "listIntents" | "loadStates"> {
  const cache = new StateCache();
  const commits = new CommitQueue(async (commit: Commit): Promise<CommitResult> => {
    const result = await commitAll(session, commit);
    if (result.ok) for (const it of commit.assets ?? []) cache.follow(it);
    return result;
  });
  const readHead = shareReads(async (askers: readonly "asker"[]) => {
    const position = await head(session);
    return askers.map(() => position);
  });
  const readStates = shareReads((ids: readonly AssetId[]) => loadStates(session, cache, ids));
  const readIntents = shareReads((assets: readonly AssetId[]) => listIntentsOf(session, assets));
  return {
    commit: (commit) => commits.commit(commit),
    head: async () => (await readHead(["asker"]))[0] as number,
    // A long list is read by itself: nobody waits for it.
    loadStates: (ids) => (ids.length > MOST_SHARED ? loadStates(session, cache, ids) : readStates(ids)),
    async listIntents(query) {
      const { asset, expiredAt, source } = query;
      if (asset === undefined || expiredAt !== undefined || source !== undefined) return listIntents(session, query);
      return (await readIntents([asset]))[0] ?? [];
    },
  };
}
