import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { ApolloServer } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import { fastifyApolloHandler } from "@as-integrations/fastify";
import { makeExecutableSchema } from "@graphql-tools/schema";
import { fastify } from "fastify";
import { readSdl } from "../src/server/schema.ts";
import { tell, tellProcessorTime } from "./child.ts";

/**
 * What the gateway's lists are measured against: Apollo Server on Fastify with the same schema, which answers from one
 * object in memory and has hardly a resolver but the root's. Argument: a file with the gateway's answer.
 */
const [file = ""] = process.argv.slice(2);
const { data } = JSON.parse(await readFile(file, "utf8")) as { data: { assets: object } };
const schema = makeExecutableSchema({
  typeDefs: readSdl(),
  resolvers: {
    Query: { assets: () => data.assets },
    // Asked for three times under other names, by which the answer has it.
    Asset: { custom: (asset: Readonly<Record<string, unknown>>, _args, _context, { path }) => asset[path.key] },
  },
});
const apollo = new ApolloServer({
  schema,
  includeStacktraceInErrorResponses: false,
  stopOnTerminationSignals: false,
  persistedQueries: false,
  plugins: [
    ApolloServerPluginCacheControlDisabled(),
    ApolloServerPluginInlineTraceDisabled(),
    ApolloServerPluginLandingPageDisabled(),
    ApolloServerPluginSchemaReportingDisabled(),
    ApolloServerPluginUsageReportingDisabled(),
  ],
});
await apollo.start();
const app = fastify();
app.route({ method: ["GET", "POST"], url: "/graphql", handler: fastifyApolloHandler(apollo) });
tellProcessorTime();
await app.listen({ host: "127.0.0.1", port: 0 });
tell({ url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/graphql` });
