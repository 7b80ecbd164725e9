import { isWrite } from "./api.ts";

export interface EndpointCount {
  readonly requests: number;
  /** How often each status was answered; "none" where the connection ended without an answer. */
  readonly statuses: Readonly<Record<string, number>>;
}

export interface RequestCounts {
  readonly total: number;
  readonly reads: number;
  /** Requests that change the catalog, whatever was answered; neither tokens nor metrics. */
  readonly writes: number;
  /** Most requests that were open at one moment. */
  readonly mostAtOnce: number;
  /** Keys in the words of the specification: "GET /v1/{prefix}/namespaces". */
  readonly endpoints: Readonly<Record<string, EndpointCount>>;
}

/** Counts what is asked of the sandbox, its own /sandbox addresses left out. */
export class RequestCounters {
  #endpoints = new Map<string, { requests: number; statuses: Record<string, number> }>();
  #open = 0;
  #mostAtOnce = 0;

  begin(endpoint: string): void {
    let count = this.#endpoints.get(endpoint);
    if (!count) this.#endpoints.set(endpoint, (count = { requests: 0, statuses: {} }));
    count.requests += 1;
    this.#open += 1;
    if (this.#open > this.#mostAtOnce) this.#mostAtOnce = this.#open;
  }

  end(endpoint: string, status: number | undefined): void {
    this.#open -= 1;
    const statuses = this.#endpoints.get(endpoint)?.statuses;
    const key = status ?? "none";
    if (statuses) statuses[key] = (statuses[key] ?? 0) + 1;
  }

  counts(): RequestCounts {
    const counted = [...this.#endpoints].sort(([left], [right]) => (left < right ? -1 : 1));
    const sum = (which: (endpoint: string) => boolean): number =>
      counted.reduce((total, [endpoint, it]) => total + (which(endpoint) ? it.requests : 0), 0);
    const writes = sum(isWrite);
    const total = sum(() => true);
    const endpoints = Object.fromEntries(counted.map(([key, it]) => [key, { ...it, statuses: { ...it.statuses } }]));
    return { total, reads: total - writes, writes, mostAtOnce: this.#mostAtOnce, endpoints };
  }

  /** How many requests went to this endpoint. */
  of(endpoint: string): number {
    return this.#endpoints.get(endpoint)?.requests ?? 0;
  }

  reset(): void {
    this.#endpoints = new Map();
    this.#mostAtOnce = this.#open;
  }
}
