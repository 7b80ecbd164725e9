import type { CommitResult, Lease, Leases } from "../../src/ports/ledger.ts";
import type { MemoryTables } from "./memory-tables.ts";
import { renewWork } from "./memory-work.ts";

export function claimLease(
  tables: MemoryTables,
  name: string,
  holder: string,
  now: number,
  until: number,
): Lease | undefined {
  const before = tables.leases.get(name);
  if ((before?.until ?? 0) > now) return undefined;
  tables.token += 1;
  tables.leases.set(name, { token: tables.token, holder, until });
  return { name, token: tables.token, ...(before && { takenOver: true }) };
}

export function releaseLease(tables: MemoryTables, lease: Lease): void {
  if (isHeld(tables, lease)) tables.leases.delete(lease.name);
}

export function checkUnder(
  tables: MemoryTables,
  under: readonly Lease[],
): Extract<CommitResult, { ok: false }> | undefined {
  return under.every((it) => isHeld(tables, it)) ? undefined : { ok: false, reason: "lease-lost" };
}

export function renewLeases(
  tables: MemoryTables,
  holder: string,
  { intents, leases, work }: Leases,
  until: number,
): Pick<Leases, "intents" | "leases"> {
  for (const item of work) renewWork(tables, holder, item, until);
  for (const id of intents) {
    const intent = tables.intents.get(id);
    if (intent?.holder === holder && intent.leaseUntil < until)
      tables.intents.set(id, { ...intent, leaseUntil: until });
  }
  for (const lease of leases) {
    const row = tables.leases.get(lease.name);
    if (row && isHeld(tables, lease)) tables.leases.set(lease.name, { ...row, until: Math.max(row.until, until) });
  }
  return {
    intents: intents.filter((it) => tables.intents.get(it)?.holder !== holder),
    leases: leases.filter((it) => !isHeld(tables, it)),
  };
}

function isHeld(tables: MemoryTables, { name, token }: Lease): boolean {
  return tables.leases.get(name)?.token === token;
}
