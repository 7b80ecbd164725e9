import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { FastifyInstance, FastifyReply } from "fastify";

const PREFIX = "/graphql/assets/";
const JAVASCRIPT = "text/javascript; charset=utf-8";
const require = createRequire(import.meta.url);

/** Files of npm packages, so that the page needs nothing from the internet. */
const FILES: Readonly<Record<string, { readonly manifest: string; readonly path: string; readonly type: string }>> = {
  "react.js": {
    manifest: require.resolve("react/package.json"),
    path: "umd/react.production.min.js",
    type: JAVASCRIPT,
  },
  "react-dom.js": {
    manifest: require.resolve("react-dom/package.json"),
    path: "umd/react-dom.production.min.js",
    type: JAVASCRIPT,
  },
  "graphiql.js": { manifest: require.resolve("graphiql/package.json"), path: "graphiql.min.js", type: JAVASCRIPT },
  "graphiql.css": {
    manifest: require.resolve("graphiql/package.json"),
    path: "graphiql.min.css",
    type: "text/css; charset=utf-8",
  },
};
/** graphql-ws names its chunks after their content. */
const GRAPHQL_WS = /^graphql-ws\/((?:client|common-[\w-]{1,40})\.js)$/;

/** Everything comes from the gateway itself. GraphiQL's components set inline styles; no inline script runs. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Concordat · GraphiQL</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="${PREFIX}graphiql.css">
    <link rel="stylesheet" href="${PREFIX}page.css">
    <script src="${PREFIX}react.js" defer></script>
    <script src="${PREFIX}react-dom.js" defer></script>
    <script src="${PREFIX}graphiql.js" defer></script>
    <script src="${PREFIX}page.js" type="module"></script>
  </head>
  <body><div id="graphiql">Loading GraphiQL …</div></body>
</html>
`;

const STYLE = "html, body, #graphiql { height: 100%; margin: 0; }\n";

const FIRST_QUERY = `# Concordat: one graph over your catalogs.
# Run this with Ctrl-Enter; Ctrl-Space completes.
query Assets {
  assets(first: 10, filter: { kind: TABLE }) {
    nodes {
      name
      status
      owners {
        status
        authority { name }
        value { principal { name } role }
      }
      sensitivity { value }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`;

/** Subscriptions go over a WebSocket of their own, with the headers of the page's header editor as connection parameters. */
const SCRIPT = `import { createClient } from "${PREFIX}graphql-ws/client.js";
const url = new URL("/graphql", location.href).href;
const wsUrl = url.replace(/^http/, "ws");
const fetcher = (params, options = {}) =>
  GraphiQL.createFetcher({ url, wsClient: createClient({ url: wsUrl, connectionParams: options.headers ?? {} }) })(params, options);
const root = document.getElementById("graphiql");
const defaultQuery = ${JSON.stringify(FIRST_QUERY)};
ReactDOM.createRoot(root).render(React.createElement(GraphiQL, { fetcher, defaultQuery, defaultEditorToolsVisibility: true }));
`;

/** Whether a person opened the address in a browser. */
export function wantsPage(accept: string | undefined): boolean {
  return accept?.includes("text/html") ?? false;
}

export function sendGraphiql(reply: FastifyReply): FastifyReply {
  return reply
    .type("text/html; charset=utf-8")
    .header("content-security-policy", POLICY)
    .header("referrer-policy", "no-referrer")
    .header("cache-control", "no-cache")
    .send(PAGE);
}

export function serveGraphiqlAssets(app: FastifyInstance): void {
  app.get<{ Params: { "*": string } }>(`${PREFIX}*`, async (request, reply) => {
    const name = request.params["*"];
    void reply.header("cache-control", "max-age=3600").header("x-content-type-options", "nosniff");
    if (name === "page.js") return reply.type(JAVASCRIPT).send(SCRIPT);
    if (name === "page.css") return reply.type("text/css; charset=utf-8").send(STYLE);
    const file = locate(name);
    if (!file) return reply.code(404).type("text/plain").send("There is no such file.\n");
    return reply.type(file.type).send(await readFile(file.path));
  });
}

function locate(name: string): { readonly path: string; readonly type: string } | undefined {
  const chunk = GRAPHQL_WS.exec(name)?.[1];
  if (chunk !== undefined)
    return { path: join(dirname(require.resolve("graphql-ws/package.json")), "dist", chunk), type: JAVASCRIPT };
  const file = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
  return file && { path: join(dirname(file.manifest), file.path), type: file.type };
}
