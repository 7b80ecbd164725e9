import type { Commit, Lease, Leases, Ledger, WorkItem } from "../../src/ports/ledger.ts";
import type { MemoryLedger } from "./memory-ledger.ts";

type Method = (...args: readonly unknown[]) => Promise<unknown>;
/** Fencing tokens of the ledger in memory, by those of the real one: a sequence gives some away that nobody gets. */
export type Tokens = Map<number, number>;

export interface Comparison {
  readonly model: MemoryLedger;
  readonly tokens: Tokens;
  /** One at a time, and no simulated time passes meanwhile. */
  readonly real: <T>(ask: (ledger: Ledger) => Promise<T>) => Promise<T>;
  readonly say: (invariant: string, what: string) => void;
}

/** A real ledger that must answer everything as the one in memory does, which is told everything too. */
export function comparedLedger({ model, real, say, tokens }: Comparison): Ledger {
  const ask = async (name: string, args: readonly unknown[]): Promise<unknown> => {
    const expected = isPaged(args) ? undefined : await askModel(model, name, args, tokens);
    let found: unknown;
    try {
      found = await real((ledger) => (ledger[name as keyof Ledger] as Method).apply(ledger, [...args]));
    } catch (error) {
      say("ledger", `${name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      throw error;
    }
    if (expected === undefined) return found;
    learnTokens(expected.answer, found, tokens);
    const [wanted, is] = [show(expected.answer), show(found)];
    if (wanted !== is) say("ledger", `${name} ${show(args)} answered ${is} and not ${wanted}`);
    return found;
  };
  return new Proxy(model as Ledger, {
    get: (target, name) => {
      if (typeof name === "symbol") return Reflect.get(target, name) as unknown;
      return (...args: readonly unknown[]) => ask(name, args);
    },
  });
}

async function askModel(
  model: MemoryLedger,
  name: string,
  args: readonly unknown[],
  tokens: Tokens,
): Promise<{ readonly answer: unknown } | undefined> {
  const method = model[name as keyof MemoryLedger] as Method;
  return { answer: await method(...args.map((it) => withTokens(it, tokens))) };
}

/** Cursors are each ledger's own: of a list only the first page is compared. */
function isPaged(args: readonly unknown[]): boolean {
  return args.some((it) => typeof it === "object" && it !== null && ("after" in it || "before" in it));
}

/** A commit, a lease, leases or an item of work as the ledger in memory knows it. */
function withTokens(arg: unknown, tokens: Tokens): unknown {
  if (typeof arg !== "object" || arg === null || Array.isArray(arg)) return arg;
  const translate = <T extends Lease | WorkItem>(it: T): T => ({ ...it, token: tokens.get(it.token) ?? it.token });
  if ("token" in arg) return translate(arg as Lease);
  const { completed, leases, under, work, working } = arg as Partial<Commit & Leases>;
  return {
    ...arg,
    ...(completed ? { completed: completed.map(translate) } : {}),
    ...(working ? { working: working.map(translate) } : {}),
    ...(under ? { under: under.map(translate) } : {}),
    ...(leases ? { leases: leases.map(translate) } : {}),
    ...(work ? { work: work.map(translate) } : {}),
  };
}

function learnTokens(expected: unknown, found: unknown, tokens: Tokens): void {
  const [ours, theirs] = [expected, found].map((it) => (Array.isArray(it) ? (it as unknown[])[0] : it));
  const [model, real] = [ours, theirs].map((it) => (it as Partial<Lease> | null | undefined)?.token);
  if (typeof model === "number" && typeof real === "number") tokens.set(real, model);
}

/** Canonical, without what is each ledger's own: tokens and cursors. */
function show(value: unknown): string {
  return (
    JSON.stringify(value, (key, it: unknown) => {
      if (key === "token" || key === "cursor") return undefined;
      if (it instanceof Uint8Array) return new TextDecoder().decode(it);
      if (typeof it !== "object" || it === null || Array.isArray(it)) return it;
      return Object.fromEntries(Object.entries(it).sort(([left], [right]) => (left < right ? -1 : 1)));
    }) ?? "nothing"
  );
}
