import type { SourceId } from "../domain/ids.ts";
import type { Engine, KeptLease } from "../ports/engine.ts";
import type { Commit, Lease, Ledger } from "../ports/ledger.ts";

/** Somebody else scans the source by now: whatever this scan would still conclude may have been concluded already. */
class ScanLost extends Error {
  override readonly name = "ScanLost";

  constructor(source: string) {
    super(`another process has taken the scan of ${source} over`);
  }
}

/**
 * Does what only one process at a time may do with a source, under a lease that is renewed meanwhile. Everything that it records is
 * refused once the lease is lost, so that no listing is counted twice.
 *
 * @returns undefined if another process is at it, or has taken it over.
 */
export async function underScanLease<T>(
  engine: Engine,
  source: SourceId,
  scan: (engine: Engine) => Promise<T>,
): Promise<T | undefined> {
  const { clock, holder, leases, ledger, report } = engine;
  const until = clock.now() + leases.leaseMs;
  const lease = await ledger.claimLease(`scan:${source}`, holder, clock.now(), until);
  if (!lease) return undefined;
  const kept = leases.keepLease(lease, until);
  try {
    return await scan({ ...engine, ledger: fence(engine, source, lease, kept) });
  } catch (error) {
    if (!(error instanceof ScanLost)) throw error;
    report("warn", "scan-lost", { source });
    return undefined;
  } finally {
    kept.letGo();
    await ledger.releaseLease(lease).catch(() => undefined); // it runs out by itself
  }
}

/** The ledger as the scan writes it: under its lease, or not at all. */
function fence({ clock, ledger }: Engine, source: SourceId, lease: Lease, kept: KeptLease): Ledger {
  const commit = async (it: Commit): ReturnType<Ledger["commit"]> => {
    const result = await ledger.commit({ ...it, under: [...(it.under ?? []), lease] });
    if (!result.ok && result.reason === "lease-lost") throw new ScanLost(source);
    return result;
  };
  return {
    ...ledger,
    commit,
    async markDirty(marks) {
      await commit({ dirty: marks });
    },
    async touchBindings(...args) {
      if (kept.until <= clock.now()) throw new ScanLost(source);
      await ledger.touchBindings(...args);
    },
  };
}
