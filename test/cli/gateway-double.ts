import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { makeExecutableSchema } from "@graphql-tools/schema";
import { type GraphQLSchema, graphql, parse, validate } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";

type Arguments = Readonly<Record<string, unknown>>;
type Resolve = (args: Arguments) => unknown;

/** What the double answers to each root field of the graph; a field that is not here answers with an error. */
export interface Answers {
  readonly query?: Readonly<Record<string, Resolve>>;
  readonly mutation?: Readonly<Record<string, Resolve>>;
  readonly subscription?: Readonly<Record<string, (args: Arguments) => AsyncIterable<unknown>>>;
  /** Replaces the whole HTTP answer. */
  readonly raw?: (request: IncomingMessage, response: ServerResponse) => void;
}

/** The SDL that users are promised, as it stands in schema/. */
function readTypeDefs(): string {
  const folder = join(import.meta.dirname, "../../schema");
  const files = readdirSync(folder).filter((it) => it.endsWith(".graphql"));
  return files.map((it) => readFileSync(join(folder, it), "utf8")).join("\n");
}

export function buildDoubleSchema(answers: Answers = {}): GraphQLSchema {
  const fromArgs = (fields: Answers["query"] = {}) =>
    Object.fromEntries(
      Object.entries(fields).map(([name, resolve]) => [name, (_root: unknown, args: Arguments) => resolve(args)]),
    );
  const subscriptions = Object.entries(answers.subscription ?? {}).map(([name, open]) => [
    name,
    { subscribe: (_root: unknown, args: Arguments) => open(args), resolve: (event: unknown) => event },
  ]);
  return makeExecutableSchema({
    typeDefs: readTypeDefs(),
    resolvers: {
      Query: fromArgs(answers.query),
      Mutation: fromArgs(answers.mutation),
      Subscription: Object.fromEntries(subscriptions),
      GovernedField: { __resolveType: () => "OwnersField" },
    },
  });
}

export interface GatewayDouble extends AsyncDisposable {
  readonly url: string;
  /** The headers of every HTTP request and WebSocket upgrade, in order. */
  readonly headers: readonly IncomingMessage["headers"][];
  /** Resolves when the first WebSocket has closed. */
  readonly firstClosed: Promise<void>;
  /** Cuts every WebSocket, as a network does. */
  cutConnections(): void;
}

/** A small GraphQL server over HTTP and WebSocket, with the schema of schema/, for commands to talk to. */
export async function startGatewayDouble(answers: Answers): Promise<GatewayDouble> {
  const schema = buildDoubleSchema(answers);
  const headers: IncomingMessage["headers"][] = [];
  const http = createServer((request, response) => {
    headers.push(request.headers);
    if (answers.raw) answers.raw(request, response);
    else void answer(schema, request, response);
  });
  const sockets = new WebSocketServer({ server: http, path: "/graphql" });
  const firstClosed = Promise.withResolvers<void>();
  sockets.on("connection", (socket, request) => {
    headers.push(request.headers);
    socket.on("close", () => firstClosed.resolve());
  });
  const cleanup = useServer({ schema }, sockets);
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    headers,
    firstClosed: firstClosed.promise,
    cutConnections: () => sockets.clients.forEach((it) => it.terminate()),
    [Symbol.asyncDispose]: async () => {
      for (const it of sockets.clients) it.terminate();
      await cleanup.dispose();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

async function answer(schema: GraphQLSchema, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { query, variables } = JSON.parse(Buffer.concat(chunks).toString()) as { query: string; variables: Arguments };
  const errors = validate(schema, parse(query));
  const result = errors.length > 0 ? { errors } : await graphql({ schema, source: query, variableValues: variables });
  response.setHeader("content-type", "application/graphql-response+json");
  response.end(JSON.stringify(result));
}
