import type { FastifyInstance } from "fastify";
import type { Bus } from "../ports/bus.ts";
import type { Gateway } from "../ports/gateway.ts";
import type { BacklogWatch } from "./backlog-watch.ts";
import { checkReadiness } from "./readiness.ts";

/** `showDetail`: whether the caller may know more than the status. */
export function serveHealth(
  app: FastifyInstance,
  {
    backlog,
    bus,
    gateway,
    showDetail,
  }: {
    readonly backlog: BacklogWatch;
    readonly bus: Pick<Bus, "status">;
    readonly gateway: Pick<Gateway, "isCurrent" | "isReplaced" | "sources">;
    readonly showDetail: (authorization: string | undefined) => boolean;
  },
): void {
  app.get("/health/live", async (_request, reply) =>
    reply.header("cache-control", "no-store").send({ status: "live" }),
  );
  app.get("/health/ready", async (request, reply) => {
    const readiness = await checkReadiness({ backlog, bus, gateway });
    void reply.code(readiness.status === "unavailable" ? 503 : 200).header("cache-control", "no-store");
    return reply.send(showDetail(request.headers.authorization) ? readiness : { status: readiness.status });
  });
}
