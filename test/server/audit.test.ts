import { serverAudits } from "graphql-http";
import { describe, expect, test } from "vitest";
import { openGraph } from "../support/graph-harness.ts";

/** A GET needs a header that no form of another site can send; the audits know nothing of it. */
const fetchFn = (url: string, init: RequestInit = {}): Promise<Response> =>
  fetch(url, { ...init, headers: { "apollo-require-preflight": "true", ...(init.headers as Record<string, string>) } });

describe("GraphQL over HTTP", () => {
  for (const audit of serverAudits({ url: "http://unset", fetchFn })) {
    test(audit.name, async () => {
      await using graph = await openGraph();
      const same = serverAudits({ url: graph.server.graphqlUrl, fetchFn }).find((it) => it.id === audit.id);
      const result = await same?.fn();
      expect([result?.status, result && "reason" in result ? result.reason : undefined]).toEqual(["ok", undefined]);
    });
  }
});
