import type { SourceId } from "../domain/ids.ts";
import type { Engine } from "../ports/engine.ts";
import type { Commit, CommitResult } from "../ports/ledger.ts";

/** Another treaty than this process's is in force: it neither writes nor concludes any more. Nothing was recorded. */
export class OutdatedTreaty extends Error {
  override readonly name = "OutdatedTreaty";

  constructor() {
    super("another treaty is in force; this gateway was started with an older one");
  }
}

/** Whether the treaty of this process is the one in force, as far as is known here. What is recorded is checked by the ledger. */
export function isCurrent({ sources, treaty }: Pick<Engine, "sources" | "treaty">): boolean {
  return sources.treatyInForce() === treaty.hash;
}

/**
 * Commits what was worked out under the treaty of this process and, where it opens intents or completes work, on the modes that are
 * known here. Where they are others by now, on whichever process they were set, it is refused, and known here from then on.
 *
 * @param seen the revisions of the sources on which it was worked out.
 * @throws OutdatedTreaty if another treaty is in force.
 */
export async function record(
  { ledger, sources, treaty }: Pick<Engine, "ledger" | "sources" | "treaty">,
  commit: Commit,
  seen: Readonly<Record<SourceId, number>> = sources.revisions(),
): Promise<CommitResult> {
  const rests = Boolean(commit.openIntents?.length || commit.completed?.length);
  const assumes = { treaty: treaty.hash, ...(rests ? { sources: seen } : {}), ...commit.assumes };
  const result = await ledger.commit({ ...commit, assumes });
  if (result.ok || result.reason !== "outdated") return result;
  await sources.refresh();
  if (result.what === "treaty") throw new OutdatedTreaty();
  return result;
}
