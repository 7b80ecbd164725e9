import type { GatewayProcess } from "../support/gateway-process.ts";
import { waitFor } from "../support/wait-for.ts";

export interface ChangeNode {
  readonly cursor: string;
  readonly kind: string;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly source: { readonly name: string } | null;
  readonly asset: { readonly id: string } | null;
  readonly assetName: string | null;
  readonly field: string | null;
  readonly before: unknown;
  readonly after: unknown;
  readonly reason: string | null;
}
const CHANGE = "cursor kind actor { kind id } source { name } asset { id } assetName field before after reason";

export interface Payload {
  readonly change: { readonly cursor: string } | null;
  readonly deliveries: readonly {
    readonly source: { readonly name: string };
    readonly role: string;
    readonly status: string;
    readonly error: string | null;
  }[];
  readonly userErrors: readonly { readonly code: string; readonly message: string; readonly path: readonly string[] }[];
}
const PAYLOAD = "change { cursor } deliveries { source { name } role status error } userErrors { code message path }";

const INPUT_BY_MUTATION = {
  setOwners: "SetOwnersInput",
  addOwners: "OwnersInput",
  removeOwners: "OwnersInput",
  addClassifications: "ClassificationsInput",
  removeClassifications: "ClassificationsInput",
  setSensitivity: "SetSensitivityInput",
  setRetention: "SetRetentionInput",
  setDomain: "SetDomainInput",
  setDescription: "SetDescriptionInput",
  setLifecycle: "SetLifecycleInput",
  setCustomField: "SetCustomFieldInput",
} as const;
export type MutationName = keyof typeof INPUT_BY_MUTATION;
export type Input = Readonly<Record<string, unknown>>;

/** Sends one field mutation; what the caller did wrong is in the payload. */
export async function mutate(gateway: GatewayProcess, mutation: MutationName, input: Input): Promise<Payload> {
  const document = `mutation ($input: ${INPUT_BY_MUTATION[mutation]}!) { payload: ${mutation}(input: $input) { ${PAYLOAD} } }`;
  return (await gateway.query<{ payload: Payload }>(document, { input })).payload;
}

/** The same, and every mirror has it. @throws Error if anything is not applied. */
export async function mutateEverywhere(
  gateway: GatewayProcess,
  mutation: MutationName,
  input: Input,
): Promise<Payload> {
  const payload = await mutate(gateway, mutation, { ...input, awaitMirrors: true });
  if (payload.userErrors.length > 0 || payload.deliveries.some((it) => it.status !== "APPLIED")) {
    throw new Error(`${mutation} did not get everywhere: ${JSON.stringify(payload)}`);
  }
  return payload;
}

export interface ScanReport {
  readonly source: { readonly name: string };
  readonly complete: boolean;
  readonly assets: number;
  readonly changed: number;
  readonly suspected: number;
  readonly retired: number;
  readonly error: { readonly code: string } | null;
}

/** Scans one source and waits for the end of the scan, not for what follows from it. */
export async function scan(gateway: GatewayProcess, source = "lakehouse"): Promise<ScanReport> {
  const document = `mutation ($source: ID!) { scan(input: { sources: [$source], wait: true }) {
    reports { source { name } complete assets changed suspected retired error { code } } userErrors { message } } }`;
  const { scan: payload } = await gateway.query<{ scan: { reports: ScanReport[]; userErrors: object[] } }>(document, {
    source,
  });
  const [report] = payload.reports;
  if (!report) throw new Error(`No scan of ${source}: ${JSON.stringify(payload.userErrors)}`);
  return report;
}

/** Looks at every asset anew and waits until nothing is left to do. */
export async function settle(gateway: GatewayProcess): Promise<void> {
  const document = "mutation { reconcile(input: { wait: true }) { settled } }";
  await waitFor("no work is left", async () => {
    return (await gateway.query<{ reconcile: { settled: boolean } }>(document)).reconcile.settled;
  });
}

export async function setMode(gateway: GatewayProcess, source: string, mode: string): Promise<void> {
  const document = `mutation ($source: ID!, $mode: SourceMode!) {
    setSourceMode(input: { source: $source, mode: $mode }) { source { mode } userErrors { message } } }`;
  await gateway.query(document, { source, mode });
}

export interface Field {
  readonly path: string;
  readonly status: string;
  readonly version: string;
  /** By source: the value, null where there is none, undefined where it is not known. */
  readonly at: Readonly<Record<string, unknown>>;
}

export interface AssetNode {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly state: string;
}

/** Every asset that the gateway knows, RETIRED ones too, by name. */
export async function listAssets(gateway: GatewayProcess): Promise<readonly AssetNode[]> {
  const document = `query ($after: String) { assets(first: 500, after: $after, filter: { state: [ACTIVE, SUSPECTED, RETIRED] }) {
    nodes { id name kind state } pageInfo { hasNextPage endCursor } } }`;
  const nodes: AssetNode[] = [];
  for (let after: string | null = null; ; ) {
    const { assets }: { assets: { nodes: AssetNode[]; pageInfo: { hasNextPage: boolean; endCursor: string } } } =
      await gateway.query(document, { after });
    nodes.push(...assets.nodes);
    if (!assets.pageInfo.hasNextPage) return nodes;
    after = assets.pageInfo.endCursor;
  }
}

/** The asset that has this name now. */
export async function findAsset(gateway: GatewayProcess, name: string): Promise<AssetNode> {
  const document = "query ($name: String!) { asset(name: $name) { id name kind state } }";
  const { asset } = await gateway.query<{ asset: AssetNode | null }>(document, { name });
  if (!asset) throw new Error(`No asset ${name}.`);
  return asset;
}

/** One governed field of the asset of this name, or id, as the ledger has it, or with `LIVE` as the sources have it now. */
export async function readField(
  gateway: GatewayProcess,
  asset: string,
  path: string,
  freshness: "LEDGER" | "LIVE" = "LEDGER",
): Promise<Field> {
  const by = asset.startsWith("asset:") ? "id" : "name";
  const document = `query ($asset: ${by === "id" ? "ID" : "String"}!, $path: FieldPath!, $freshness: Freshness!) {
    asset(${by}: $asset, freshness: $freshness) { fields(paths: [$path]) {
      path status version observations { source { name } state value } } } }`;
  type Observed = { source: { name: string }; state: string; value: unknown };
  type Read = {
    asset: { fields: { path: string; status: string; version: string; observations: Observed[] }[] } | null;
  };
  const [field] = (await gateway.query<Read>(document, { asset, path, freshness })).asset?.fields ?? [];
  if (!field) throw new Error(`${asset} has no ${path}.`);
  const at = field.observations.map((it) => [it.source.name, it.state === "UNKNOWN" ? undefined : it.value]);
  return { path: field.path, status: field.status, version: field.version, at: Object.fromEntries(at) };
}

/** The whole log, or what a filter leaves of it, page by page. */
export async function readLog(
  gateway: GatewayProcess,
  filter: Readonly<Record<string, unknown>> = {},
  after: string | null = null,
): Promise<readonly ChangeNode[]> {
  const document = `query ($filter: ChangeFilter, $after: Cursor) { changes(filter: $filter, first: 500, after: $after) {
    nodes { ${CHANGE} } pageInfo { hasNextPage endCursor } } }`;
  const nodes: ChangeNode[] = [];
  for (let from = after; ; ) {
    type Page = { changes: { nodes: ChangeNode[]; pageInfo: { hasNextPage: boolean; endCursor: string } } };
    const { changes }: Page = await gateway.query<Page>(document, { filter, after: from });
    nodes.push(...changes.nodes);
    if (!changes.pageInfo.hasNextPage) return nodes;
    from = changes.pageInfo.endCursor;
  }
}

/** The cursor of the newest entry of the log. */
export async function headOf(gateway: GatewayProcess): Promise<string> {
  const document = "{ changes(last: 1) { pageInfo { endCursor } } }";
  return (await gateway.query<{ changes: { pageInfo: { endCursor: string } } }>(document)).changes.pageInfo.endCursor;
}

export interface DriftNode {
  readonly id: string;
  readonly kind: string;
  readonly field: string;
  readonly state: string;
  readonly hasBase: boolean;
  readonly base: unknown;
  readonly wanted: unknown;
  readonly found: unknown;
  readonly resolution: string | null;
  readonly rule: string;
  readonly asset: { readonly name: string };
  readonly source: { readonly name: string };
  readonly authority: { readonly name: string };
}
export interface DriftEventNode {
  readonly cursor: string;
  readonly type: "OPENED" | "CHANGED" | "RESOLVED";
  readonly drift: DriftNode;
}
const DRIFT =
  "id kind field state hasBase base wanted found resolution rule asset { name } source { name } authority { name }";

export const DRIFT_EVENTS = `subscription ($filter: DriftFilter, $after: Cursor) {
  drift(filter: $filter, after: $after) { cursor type drift { ${DRIFT} } } }`;
export const CHANGE_EVENTS = `subscription ($filter: ChangeFilter, $after: Cursor) {
  changes(filter: $filter, after: $after) { ${CHANGE} } }`;

/** Follows drift from a cursor until `isLast` says so; gives every event with that one. */
export async function followDrift(
  gateway: GatewayProcess,
  after: string,
  filter: Readonly<Record<string, unknown>>,
  isLast: (event: DriftEventNode) => boolean,
): Promise<readonly DriftEventNode[]> {
  const events: DriftEventNode[] = [];
  await using stream = gateway.subscribe<{ drift: DriftEventNode }>(DRIFT_EVENTS, { filter, after });
  for await (const { drift } of stream) {
    events.push(drift);
    if (isLast(drift)) return events;
  }
  throw new Error(`The subscription ended early, after ${JSON.stringify(events)}`);
}

/** Drift that is not resolved. */
export async function openDrift(gateway: GatewayProcess, name: string): Promise<readonly DriftNode[]> {
  const document = `query ($name: String!) { drift(filter: { names: [$name] }) { nodes { ${DRIFT} } } }`;
  return (await gateway.query<{ drift: { nodes: DriftNode[] } }>(document, { name })).drift.nodes;
}
