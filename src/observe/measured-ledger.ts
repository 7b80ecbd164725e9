import type { Lease, WorkItem } from "../ports/ledger.ts";
import type { Metrics } from "./metrics.ts";

/** The same ledger; what of it fails is counted. */
export function measureLedger<L extends object>(
  ledger: L,
  metrics: Pick<Metrics, "ledgerFailed" | "leaseTakenOver">,
): L {
  const measured = new Map<PropertyKey, unknown>();
  return new Proxy(ledger, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function" || typeof name === "symbol") return value;
      let call = measured.get(name);
      if (!call) {
        call = measure(target, value as (...args: unknown[]) => unknown, name, metrics);
        measured.set(name, call);
      }
      return call;
    },
  });
}

function measure(
  ledger: object,
  method: (...args: unknown[]) => unknown,
  operation: string,
  metrics: Pick<Metrics, "ledgerFailed" | "leaseTakenOver">,
): (...args: unknown[]) => unknown {
  return async (...args) => {
    try {
      const result = await method.apply(ledger, args);
      countTakeovers(operation, result, metrics);
      return result;
    } catch (error) {
      metrics.ledgerFailed(operation);
      throw error;
    }
  };
}

/** What the ledger gave out although somebody had it: whoever that was died, or stood still for too long. */
function countTakeovers(operation: string, result: unknown, metrics: Pick<Metrics, "leaseTakenOver">): void {
  if (operation === "takeOverIntent" && result !== undefined) metrics.leaseTakenOver("intent", 1);
  if (operation === "claimWork") metrics.leaseTakenOver("work", (result as readonly WorkItem[]).filter(isTaken).length);
  if (operation !== "claimLease") return;
  const lease = result as Lease | undefined;
  if (lease && isTaken(lease)) metrics.leaseTakenOver(lease.name.split(":")[0] ?? lease.name, 1);
}

function isTaken({ takenOver }: Pick<Lease | WorkItem, "takenOver">): boolean {
  return takenOver === true;
}
