import { ApolloServer, type ApolloServerPlugin } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import type { GraphQLSchema } from "graphql";
import type { RequestContext } from "./create-context.ts";
import { maskError, maskFormatted, type ReportUnexpected } from "./mask-error.ts";
import { checkLimits, MAX_TOKENS } from "./query-limits.ts";

/** Serves queries and mutations over HTTP. It sends nothing home and ends only with the gateway. */
export async function startApollo(
  schema: GraphQLSchema,
  report: ReportUnexpected,
): Promise<ApolloServer<RequestContext>> {
  const server = new ApolloServer<RequestContext>({
    schema,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    persistedQueries: false,
    parseOptions: { maxTokens: MAX_TOKENS },
    formatError: (formatted, error) => maskFormatted(formatted, error, report),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      limitOperations(schema),
      tellReportedErrors(report),
      answerByAccept(),
    ],
  });
  await server.start();
  return server;
}

function limitOperations(schema: GraphQLSchema): ApolloServerPlugin<RequestContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, operation, request }) {
          const tooMuch = operation && checkLimits(schema, document, operation, request.variables ?? {});
          if (tooMuch) throw tooMuch;
        },
      };
    },
  };
}

/** Adds the errors that stand beside the data, such as a source that did not answer. */
function tellReportedErrors(report: ReportUnexpected): ApolloServerPlugin<RequestContext> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ response, contextValue }) {
          if (contextValue.reported.length === 0 || response.body.kind !== "single") return;
          const result = response.body.singleResult;
          result.errors = [
            ...(result.errors ?? []),
            ...contextValue.reported.map((it) => maskError(it, report).toJSON()),
          ];
        },
      };
    },
  };
}

const ABOUT_THE_DOCUMENT = new Set([
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "BAD_USER_INPUT",
  "OPERATION_RESOLUTION_FAILURE",
]);

/**
 * A well-formed request whose document is wrong is answered with 200, as clients of application/json expect, unless the client accepts
 * application/graphql-response+json.
 *
 * @see GraphQL over HTTP, 6.4 "Status Codes".
 */
function answerByAccept(): ApolloServerPlugin<RequestContext> {
  return {
    async requestDidStart({ request }) {
      const modern = request.http?.headers.get("accept")?.includes("application/graphql-response+json") ?? false;
      return {
        async willSendResponse({ response }) {
          if (modern || response.http.status !== 400 || response.body.kind !== "single") return;
          const codes = response.body.singleResult.errors?.map((it) => it.extensions?.["code"]) ?? [];
          if (codes.every((it) => ABOUT_THE_DOCUMENT.has(String(it)))) response.http.status = 200;
        },
      };
    },
  };
}
