import { type Client, createClient } from "graphql-ws";
import { pino } from "pino";
import WebSocket from "ws";
import type { AccessConfig } from "../../src/access/access.ts";
import { createInProcessBus } from "../../src/bus/in-process.ts";
import type { NewChange } from "../../src/domain/change.ts";
import type { SqlLedger } from "../../src/ledger/sql-ledger.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import type { Bus } from "../../src/ports/bus.ts";
import type { Commit } from "../../src/ports/ledger.ts";
import { createGraphServer, type GraphServer } from "../../src/server/http.ts";
import { FakeGateway } from "./fake-gateway.ts";

export interface GraphAnswer {
  readonly status: number;
  readonly data: Record<string, never> | null | undefined;
  readonly errors: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: Record<string, unknown>;
  }[];
}

/** The graph, served for real over a ledger in memory and an engine whose outcomes the test sets. */
export interface GraphHarness extends AsyncDisposable {
  readonly server: GraphServer;
  readonly gateway: FakeGateway;
  readonly ledger: SqlLedger;
  readonly bus: Bus;
  /** Calls of the ledger since the last `calls.clear()`. */
  readonly calls: Map<string, number>;
  /** Lines of the server's log. */
  readonly log: Record<string, unknown>[];
  ask(query: string, variables?: object, headers?: Record<string, string>): Promise<GraphAnswer>;
  /** Commits, wakes the followers, and answers with the positions of the changes. */
  commit(commit: Commit): Promise<readonly number[]>;
  append(...changes: readonly Partial<NewChange>[]): Promise<readonly number[]>;
  connect(options?: { readonly connectionParams?: Record<string, unknown> }): Client;
}

export interface GraphHarnessOptions {
  readonly access?: AccessConfig;
  readonly slowSubscriberMs?: number;
  readonly rateLimit?: { readonly operations: number; readonly perSeconds: number };
}

export async function openGraph(options: GraphHarnessOptions = {}): Promise<GraphHarness> {
  const calls = new Map<string, number>();
  const ledger = countCalls(await openSqliteLedger({ path: ":memory:" }), calls);
  const bus = createInProcessBus();
  const gateway = new FakeGateway(ledger);
  const log: Record<string, unknown>[] = [];
  const lines = { write: (line: string) => void log.push(JSON.parse(line) as Record<string, unknown>) };
  const { access, ...rest } = options;
  const server = await createGraphServer({
    gateway,
    ledger,
    bus,
    access,
    host: "127.0.0.1",
    port: 0,
    log: pino({ level: "info" }, lines),
    ...rest,
  });
  const clients: Client[] = [];
  const commit = async (it: Commit): Promise<readonly number[]> => {
    const done = await ledger.commit(it);
    if (!done.ok) throw new Error(`The ledger refused: ${done.reason}`);
    bus.announce(done.head);
    return done.positions;
  };
  return {
    server,
    gateway,
    ledger,
    bus,
    calls,
    log,
    commit,
    append: (...changes) => commit({ changes: changes.map((it) => ({ ...SCAN, ...it })) }),
    async ask(query, variables = {}, headers = {}) {
      const response = await fetch(server.graphqlUrl, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ query, variables }),
      });
      const { data, errors = [] } = (await response.json()) as { data?: never; errors?: GraphAnswer["errors"] };
      return { status: response.status, data, errors };
    },
    connect(clientOptions = {}) {
      const url = server.graphqlUrl.replace("http", "ws");
      const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0, lazy: true, ...clientOptions });
      clients.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const it of clients) await it.dispose();
      await server.close();
      await bus[Symbol.asyncDispose]();
      await ledger[Symbol.asyncDispose]();
    },
  };
}

const SCAN: NewChange = {
  kind: "SCAN_COMPLETED",
  at: "2026-03-01T12:00:00.000Z",
  actor: { kind: "gateway", id: "gateway" },
};

function countCalls(ledger: SqlLedger, calls: Map<string, number>): SqlLedger {
  return new Proxy(ledger, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...args: readonly unknown[]): unknown => {
        calls.set(String(name), (calls.get(String(name)) ?? 0) + 1);
        return Reflect.apply(value, target, args);
      };
    },
  });
}

/** The next `count` events of a subscription, or as many as there are before it ends. */
export async function take<T>(events: AsyncIterable<T>, count: number): Promise<T[]> {
  const taken: T[] = [];
  for await (const it of events) {
    taken.push(it);
    if (taken.length === count) break;
  }
  return taken;
}
