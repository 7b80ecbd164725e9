import { readdirSync, readFileSync } from "node:fs";

/** Of a Linux kernel: clock ticks a second in /proc. */
const TICKS = 100;

interface Process {
  readonly parent: number;
  readonly name: string;
  readonly ms: number;
}

/** A process that this one started, with all that it started in turn, living or gone: PostgreSQL is a process a connection. */
export interface Family {
  readonly pid: number;
  readonly name: string;
  /** Processor time so far, in milliseconds. */
  readonly ms: number;
}

/** The families below this process; none where there is no /proc. */
export function readFamilies(): readonly Family[] {
  const all = readAll();
  const childrenOf = Map.groupBy(all.keys(), (it) => all.get(it)?.parent ?? 0);
  const sum = (pid: number): number =>
    (all.get(pid)?.ms ?? 0) + (childrenOf.get(pid) ?? []).reduce((total, it) => total + sum(it), 0);
  return (childrenOf.get(process.pid) ?? []).map((pid) => ({ pid, name: all.get(pid)?.name ?? "", ms: sum(pid) }));
}

function readAll(): ReadonlyMap<number, Process> {
  const found = new Map<number, Process>();
  for (const pid of safely(() => readdirSync("/proc")) ?? []) {
    if (!/^\d+$/.test(pid)) continue;
    const text = safely(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
    if (text === undefined) continue; // it has ended meanwhile
    const end = text.lastIndexOf(")");
    // After the name: state, parent, and later utime, stime and those of children that were waited for.
    const rest = text.slice(end + 2).split(" ");
    const ticks = rest.slice(11, 15).reduce((total, it) => total + Number(it), 0);
    const name = text.slice(text.indexOf("(") + 1, end);
    found.set(Number(pid), { parent: Number(rest[1]), name, ms: (ticks * 1_000) / TICKS });
  }
  return found;
}

function safely<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
