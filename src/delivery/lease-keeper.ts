import type { IntentId } from "../domain/ids.ts";
import type { Clock } from "../ports/clock.ts";
import type { Engine, KeptLease, LeaseKeeper } from "../ports/engine.ts";
import type { Lease, Leases, WorkItem } from "../ports/ledger.ts";

/** What a process that dies keeps from the others for so long; one that lives renews it three times meanwhile. */
const LEASE_MS = 10_000;
const RENEW_EVERY_MS = 3_000;

export type LeaseKeeperDeps = Pick<Engine, "clock" | "holder" | "ledger" | "report">;

type Claim =
  | { readonly kind: "work"; readonly item: WorkItem }
  | { readonly kind: "intent"; readonly id: IntentId }
  | { readonly kind: "lease"; readonly lease: Lease };

class Kept implements KeptLease {
  readonly claim: Claim;
  readonly #clock: Clock;
  readonly #letGo: (kept: Kept) => void;
  #until = 0;
  isInLedger = false;

  constructor(claim: Claim, clock: Clock, letGo: (kept: Kept) => void) {
    this.claim = claim;
    this.#clock = clock;
    this.#letGo = letGo;
  }

  get until(): number {
    return this.#clock.isInDoubt ? 0 : this.#until;
  }

  begins(until: number): void {
    this.#until = until;
    this.isInLedger = true;
  }

  renewed(until: number): void {
    this.#until = Math.max(this.#until, until);
  }

  lost(): void {
    this.#until = 0;
  }

  letGo(): void {
    this.#letGo(this);
  }
}

/**
 * Renews everything that this process is at, in one go, every few seconds; nothing runs while there is nothing to renew. Where
 * the ledger does not answer, the ends that are known here pass, and whoever begins a write asks for them first.
 */
export function createLeaseKeeper(deps: LeaseKeeperDeps): LeaseKeeper {
  return new RenewingKeeper(deps);
}

class RenewingKeeper implements LeaseKeeper {
  readonly leaseMs = LEASE_MS;
  readonly #deps: LeaseKeeperDeps;
  readonly #kept = new Set<Kept>();
  #rest: AbortController | undefined;

  constructor(deps: LeaseKeeperDeps) {
    this.#deps = deps;
  }

  keepWork(item: WorkItem, until: number): KeptLease {
    return this.#keepUntil({ kind: "work", item }, until);
  }

  keepIntent(id: IntentId): KeptLease {
    return this.#keep({ kind: "intent", id });
  }

  keepLease(lease: Lease, until: number): KeptLease {
    return this.#keepUntil({ kind: "lease", lease }, until);
  }

  isAt(id: IntentId): boolean {
    return [...this.#kept].some(({ claim }) => claim.kind === "intent" && claim.id === id);
  }

  #keepUntil(claim: Claim, until: number): Kept {
    const kept = this.#keep(claim);
    kept.begins(until);
    return kept;
  }

  #keep(claim: Claim): Kept {
    const kept = new Kept(claim, this.#deps.clock, (it) => {
      this.#kept.delete(it);
      if (this.#kept.size === 0) this.#rest?.abort("nothing to renew"); // a reason spares the making of an error
    });
    this.#kept.add(kept);
    if (!this.#rest) void this.#renewOn();
    return kept;
  }

  async #renewOn(): Promise<void> {
    while (this.#kept.size > 0) {
      this.#rest = new AbortController();
      await this.#deps.clock.sleep(RENEW_EVERY_MS, this.#rest.signal);
      if (this.#kept.size > 0 && !this.#rest.signal.aborted) await this.#renew();
    }
    this.#rest = undefined;
  }

  async #renew(): Promise<void> {
    const { clock, holder, ledger, report } = this.#deps;
    const kept = [...this.#kept].filter((it) => it.isInLedger);
    if (kept.length === 0) return;
    const until = clock.now() + LEASE_MS; // before the question: however long it takes, nobody is promised more
    try {
      const lost = await ledger.renewLeases(holder, claimsOf(kept), until);
      for (const it of kept) {
        if (isLost(it.claim, lost)) it.lost();
        else it.renewed(until);
      }
    } catch (error) {
      report("warn", "renewal-failed", { error: String(error) });
    }
  }
}

function isLost(claim: Claim, lost: Pick<Leases, "intents" | "leases">): boolean {
  if (claim.kind === "intent") return lost.intents.includes(claim.id);
  return claim.kind === "lease" && lost.leases.includes(claim.lease);
}

function claimsOf(kept: readonly Kept[]): Leases {
  const work: WorkItem[] = [];
  const intents: IntentId[] = [];
  const leases: Lease[] = [];
  for (const { claim } of kept) {
    if (claim.kind === "work") work.push(claim.item);
    else if (claim.kind === "intent") intents.push(claim.id);
    else leases.push(claim.lease);
  }
  return { work, intents, leases };
}
