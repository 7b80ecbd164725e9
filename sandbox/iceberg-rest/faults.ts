import { COMMIT_ENDPOINTS, isWrite, LIST_ENDPOINTS } from "./api.ts";
import { FAULT_KINDS, type FaultSpec, faultSpec, globPattern } from "./fault.ts";
import type { Route } from "./route.ts";
import { seededRandom } from "./seeded-random.ts";

const MAX_FAULTS = 1000;

/** A fault that is switched on; disposing of it (or `remove`) switches it off. */
export interface Fault extends Disposable {
  readonly id: string;
  readonly spec: FaultSpec;
  /** How many requests it has hit. */
  readonly fired: number;
  /** Its `count` is used up. */
  readonly spent: boolean;
}

/** The faults of one sandbox, switched on and off while it runs. */
export class Faults {
  #active: ActiveFault[] = [];
  #lastId = 0;

  /** Whether there is nothing to look for. */
  get none(): boolean {
    return this.#active.length === 0;
  }

  /** @throws TypeError if `spec` is none; says why. */
  add(spec: FaultSpec): Fault {
    const parsed = faultSpec.safeParse(spec);
    if (!parsed.success)
      throw new TypeError(
        `Not a fault: ${parsed.error.issues.map((it) => `${it.path.join(".")}: ${it.message}`).join("; ")}`,
      );
    if (this.#active.length >= MAX_FAULTS) throw new TypeError(`More than ${MAX_FAULTS} faults; remove some first.`);
    this.#lastId += 1;
    const fault = new ActiveFault(String(this.#lastId), parsed.data, (it) => this.remove(it.id));
    this.#active.push(fault);
    return fault;
  }

  remove(id: string): boolean {
    const before = this.#active.length;
    this.#active = this.#active.filter((it) => it.id !== id);
    return this.#active.length < before;
  }

  clear(): void {
    this.#active = [];
  }

  list(): readonly Fault[] {
    return this.#active;
  }

  /** The faults that hit this request: every latency, and the first of the others that is due. Counts them. */
  take(route: Route): readonly FaultSpec[] {
    const taken: FaultSpec[] = [];
    let struck = false;
    for (const it of this.#active) {
      const slows = it.spec.kind === "latency";
      if ((!slows && struck) || !it.takes(route)) continue;
      struck ||= !slows;
      taken.push(it.spec);
    }
    return taken;
  }
}

class ActiveFault implements Fault {
  readonly id: string;
  readonly spec: FaultSpec;
  readonly #path: RegExp | undefined;
  readonly #random: () => number;
  readonly #remove: (fault: ActiveFault) => void;
  #seen = 0;
  fired = 0;

  constructor(id: string, spec: FaultSpec, remove: (fault: ActiveFault) => void) {
    this.id = id;
    this.spec = spec;
    this.#path = spec.path === undefined ? undefined : globPattern(spec.path);
    this.#random = seededRandom(spec.seed ?? 1);
    this.#remove = remove;
  }

  get spent(): boolean {
    return this.spec.count !== undefined && this.fired >= this.spec.count;
  }

  takes(route: Route): boolean {
    const { kind, method, skip = 0, probability = 1 } = this.spec;
    if (this.spent || (method && method !== route.method) || !(this.#path?.test(route.path) ?? true)) return false;
    if (!isInScope(kind, route, method !== undefined)) return false;
    if (kind === "listing-breaks" && isFirstPage(route)) return true;
    this.#seen += 1;
    if (this.#seen <= skip || (probability < 1 && this.#random() >= probability)) return false;
    this.fired += 1;
    return true;
  }

  [Symbol.dispose](): void {
    this.#remove(this);
  }

  toJSON(): object {
    return { id: this.id, spec: this.spec, fired: this.fired, spent: this.spent };
  }
}

/** The page that is only cut short: the fault itself is on the next. */
export function isFirstPage({ query }: Route): boolean {
  return query.get("pageToken") === "";
}

function isInScope(kind: FaultSpec["kind"], { endpoint }: Route, narrowed: boolean): boolean {
  switch (FAULT_KINDS[kind]) {
    case "list":
      return LIST_ENDPOINTS.has(endpoint);
    case "commit":
      return narrowed ? isWrite(endpoint) : COMMIT_ENDPOINTS.has(endpoint);
    case "write":
      return narrowed || isWrite(endpoint);
    case "any":
      return kind !== "token-expired" || endpoint !== "POST /v1/oauth/tokens";
    default:
      return FAULT_KINDS[kind] satisfies never;
  }
}
