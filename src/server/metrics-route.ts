import type { FastifyInstance } from "fastify";
import { type Authenticate, may } from "../access/access.ts";
import type { Standing } from "./standing.ts";

/** Prometheus reads here. Where tokens are configured it shows one that may read, as for the graph. */
export function serveMetrics(
  app: FastifyInstance,
  { authenticate, standing }: { readonly authenticate: Authenticate; readonly standing: Standing },
): void {
  app.get("/metrics", async (request, reply) => {
    void reply.header("cache-control", "no-store");
    const caller = authenticate(request.headers.authorization);
    if (!caller.ok)
      return reply.code(401).header("www-authenticate", "Bearer").type("text/plain").send(`${caller.error.message}\n`);
    if (!may(caller.value, "read"))
      return reply.code(403).type("text/plain").send("Your token may not read. Use one of a role that may.\n");
    return reply.type("text/plain; version=0.0.4; charset=utf-8").send(await standing.render());
  });
}
