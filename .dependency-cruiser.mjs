import { Visitor } from "@swc/core/Visitor.js";

/**
 * Imports point inward: the core folders meet in `ports` and are joined in `server`. One row a folder: what it may
 * import, what it may import for types only, which of Node's modules and which packages. What no row allows is an error.
 */
const PURE_BUILTINS = ["util", "crypto"];
const ANY = [".*"];

/** Packages that compute and nothing else: neither I/O nor time nor randomness. */
const PURE_PACKAGES = ["canonicalize", "yaml", "zod"];
const CORE = ["route", "reconcile", "delivery", "log", "ingest", "access", "evidence"];
/** The steps that mutation and reconciliation have in common; no other core folder knows another. */
const SHARED = { route: ["src/delivery"], reconcile: ["src/delivery"] };
/** What resolvers are handed: the request's context and the models behind the graph's types. */
const GRAPH_TYPES = ["src/server/context.ts", "src/server/models.ts"];

const rows = {
  "src/domain": { modules: [], builtins: PURE_BUILTINS, packages: PURE_PACKAGES },
  "src/treaty": { modules: ["src/domain"], builtins: PURE_BUILTINS, packages: PURE_PACKAGES },
  "src/plan": { modules: ["src/domain", "src/treaty"], types: ["src/ports"], builtins: PURE_BUILTINS, packages: [] },
  "src/ports": { modules: ["src/domain"], types: ["src/treaty", "src/plan"], builtins: [], packages: [] },
  ...Object.fromEntries(
    CORE.map((name) => [
      `src/${name}`,
      {
        modules: ["src/domain", "src/treaty", "src/plan", "src/ports", "src/observe", ...(SHARED[name] ?? [])],
        builtins: PURE_BUILTINS,
        packages: PURE_PACKAGES,
      },
    ]),
  ),
  "src/observe": { modules: ["src/domain"], types: ["src/ports"], builtins: ANY, packages: ANY },
  "src/ledger": { modules: ["src/domain", "src/ports", "src/observe"], builtins: ANY, packages: ANY },
  "src/bus": {
    modules: ["src/domain", "src/ports", "src/observe"],
    types: ["src/redis"],
    builtins: ANY,
    packages: ANY,
  },
  "src/redis": { modules: ["src/domain", "src/ports", "src/observe"], builtins: ANY, packages: ANY },
  "src/config": { modules: ["src/domain", "src/treaty", "src/ports", "src/observe"], builtins: ANY, packages: ANY },
  "src/generated": {
    modules: [],
    types: ["src/domain", "src/treaty", "src/ports", ...GRAPH_TYPES],
    builtins: [],
    packages: ["graphql"],
  },
  resolvers: {
    modules: ["src/generated", "src/domain"],
    types: ["src/ports", "src/treaty", ...GRAPH_TYPES],
    builtins: PURE_BUILTINS,
    packages: ["graphql", "graphql-scalars", "dataloader", "zod"],
  },
  sources: { modules: ["src/domain", "src/ports", "src/observe"], builtins: ANY, packages: ANY },
  "src/server": { modules: ["src", "resolvers", "sources", "sandbox"], builtins: ANY, packages: ANY },
  "src/cli": { modules: ["src", "resolvers", "sources", "sandbox"], builtins: ANY, packages: ANY },
  sandbox: { modules: [], types: ["src/domain"], builtins: ANY, packages: ANY },
  bench: { modules: ["src", "resolvers", "sources", "sandbox", "test/support"], builtins: ANY, packages: ANY },
  scripts: { modules: ["src", "resolvers", "sources", "sandbox"], builtins: ANY, packages: ANY },
};

// swc's visitor, by which dependency-cruiser reads TypeScript, throws at `using` declarations; it knows all else.
const visitStatement = Visitor.prototype.visitStatement;
Visitor.prototype.visitStatement = function (statement) {
  if (statement.type !== "UsingDeclaration") return visitStatement.call(this, statement);
  this.visitVariableDeclarators(statement.decls);
  return statement;
};

const inFolder = (path) => (path.endsWith(".ts") ? `^${path.replace(".", "\\.")}$` : `^${path}/`);
const ofPackage = (name) => (name === ".*" ? "^node_modules/" : `^node_modules/${name}/`);
/** Node's modules are the paths without a folder, with or without their prefix. */
const ofBuiltin = (name) => (name === ".*" ? "^(node:)?[^./][^.]*$" : `^(node:)?${name}(/|$)`);

function rowToRules([folder, { modules, types = [], builtins, packages }]) {
  const allowed = [folder, ...modules].map(inFolder);
  const outside = [...builtins.map(ofBuiltin), ...packages.map(ofPackage)];
  const name = folder.replace("src/", "").replace("/", "-");
  const rules = [
    {
      name: `${name}-imports-only-what-its-row-allows`,
      severity: "error",
      from: { path: inFolder(folder) },
      to: { pathNot: [...allowed, ...types.map(inFolder), ...outside], couldNotResolve: false },
    },
  ];
  if (types.length > 0) {
    rules.push({
      name: `${name}-takes-only-types-there`,
      severity: "error",
      from: { path: inFolder(folder) },
      to: { path: types.map(inFolder), pathNot: allowed, dependencyTypesNot: ["type-only"] },
    });
  }
  return rules;
}

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    ...Object.entries(rows).flatMap(rowToRules),
    {
      name: "every-folder-has-a-row",
      comment: "A new folder gets a row above before anything goes into it.",
      severity: "error",
      from: { path: "^(src|resolvers|sources|sandbox|bench|scripts)/", pathNot: Object.keys(rows).map(inFolder) },
      to: {},
    },
    {
      name: "a-source-never-imports-another-source",
      severity: "error",
      from: { path: "^sources/([^/]+)/" },
      to: { path: "^sources/", pathNot: "^sources/$1/" },
    },
    {
      name: "sources-know-no-graph",
      comment: "Mapping between domain and GraphQL is the resolvers' alone.",
      severity: "error",
      from: { path: ["^sources/", "^src/(ledger|bus|redis|observe|config)/"] },
      to: { path: "^node_modules/(graphql|@apollo|@graphql-tools|graphql-ws|fastify)/" },
    },
    { name: "nothing-imports-test", severity: "error", from: { pathNot: "^(test|bench)/" }, to: { path: "^test/" } },
    { name: "every-import-resolves", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    // TypeScript 7 has no compiler API: without swc this would read no .ts file, find nothing, and pass.
    parser: "swc",
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^dist/" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};
