import type { FastifyInstance } from "fastify";
import type { Gateway } from "../ports/gateway.ts";
import type { Ledger } from "../ports/ledger.ts";

const LEDGER_TIMEOUT_MS = 2_000;

/** What the gateway depends on, and how it stands. A source that is down leaves it able to answer from the ledger: degraded, not unready. */
export interface Readiness {
  readonly status: "ready" | "degraded" | "unavailable";
  readonly ledger:
    | { readonly status: "up"; readonly head: number }
    | { readonly status: "down"; readonly error: string };
  readonly sources: readonly {
    readonly name: string;
    readonly role: string;
    readonly status: "up" | "failing";
    readonly mode: string;
    readonly error?: { readonly code: string; readonly message: string };
    readonly lastCompleteScanAt?: string;
  }[];
}

async function checkReadiness(ledger: Pick<Ledger, "head">, gateway: Pick<Gateway, "sources">): Promise<Readiness> {
  const sources = gateway.sources().map(({ id, role, error, record }) => ({
    name: id,
    role,
    status: error ? ("failing" as const) : ("up" as const),
    mode: record.mode,
    ...(error && { error: { code: error.code, message: error.message } }),
    ...(record.lastCompleteScanAt !== undefined && { lastCompleteScanAt: record.lastCompleteScanAt }),
  }));
  try {
    const head = await withTimeout(ledger.head(), LEDGER_TIMEOUT_MS);
    const degraded = sources.some((it) => it.status === "failing");
    return { status: degraded ? "degraded" : "ready", ledger: { status: "up", head }, sources };
  } catch (error) {
    return {
      status: "unavailable",
      ledger: { status: "down", error: error instanceof Error ? error.message : String(error) },
      sources,
    };
  }
}

/** `showDetail`: whether the caller may know more than the status. */
export function serveHealth(
  app: FastifyInstance,
  {
    ledger,
    gateway,
    showDetail,
  }: {
    readonly ledger: Pick<Ledger, "head">;
    readonly gateway: Pick<Gateway, "sources">;
    readonly showDetail: (authorization: string | undefined) => boolean;
  },
): void {
  app.get("/health/live", async (_request, reply) =>
    reply.header("cache-control", "no-store").send({ status: "live" }),
  );
  app.get("/health/ready", async (request, reply) => {
    const readiness = await checkReadiness(ledger, gateway);
    void reply.code(readiness.status === "unavailable" ? 503 : 200).header("cache-control", "no-store");
    return reply.send(showDetail(request.headers.authorization) ? readiness : { status: readiness.status });
  });
}

async function withTimeout<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${ms} ms.`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
