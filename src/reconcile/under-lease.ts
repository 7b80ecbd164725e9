import type { Engine, KeptLease } from "../ports/engine.ts";
import type { Commit, Lease, Ledger } from "../ports/ledger.ts";

/** Somebody else is at it by now: whatever would still be concluded here may have been concluded already. */
class LeaseLost extends Error {
  override readonly name = "LeaseLost";

  constructor({ name }: Lease) {
    super(`another process has taken ${name} over`);
  }
}

export type UnderLease<T> =
  | { readonly kind: "done"; readonly value: T }
  /** Another process is at it. */
  | { readonly kind: "taken" }
  /** Another process has taken it over meanwhile. */
  | { readonly kind: "lost" };

/**
 * Does what only one process at a time may do, under a lease that is renewed meanwhile. Everything that is recorded through the
 * ledger that `work` is given is refused once the lease is lost.
 */
export async function underLease<T>(
  { clock, holder, leases, ledger }: Pick<Engine, "clock" | "holder" | "leases" | "ledger">,
  name: string,
  work: (ledger: Ledger) => Promise<T>,
): Promise<UnderLease<T>> {
  const until = clock.now() + leases.leaseMs;
  const lease = await ledger.claimLease(name, holder, clock.now(), until);
  if (!lease) return { kind: "taken" };
  const kept = leases.keepLease(lease, until);
  try {
    return { kind: "done", value: await work(fence(ledger, clock, lease, kept)) };
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
    return { kind: "lost" };
  } finally {
    kept.letGo();
    await ledger.releaseLease(lease).catch(() => undefined); // it runs out by itself
  }
}

/** The ledger as it is written under the lease: under that, or not at all. */
function fence(ledger: Ledger, clock: Engine["clock"], lease: Lease, kept: KeptLease): Ledger {
  const commit = async (it: Commit): ReturnType<Ledger["commit"]> => {
    const result = await ledger.commit({ ...it, under: [...(it.under ?? []), lease] });
    if (!result.ok && result.reason === "lease-lost") throw new LeaseLost(lease);
    return result;
  };
  return {
    ...ledger,
    commit,
    async markDirty(marks) {
      await commit({ dirty: marks });
    },
    async touchBindings(...args) {
      if (kept.until <= clock.now()) throw new LeaseLost(lease);
      await ledger.touchBindings(...args);
    },
  };
}
