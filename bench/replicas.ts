import { startChild } from "./child.ts";
import { nowMs } from "./clock.ts";
import { machine } from "./figures.ts";
import { checkSources } from "./replicas-check.ts";
import { BARE_LOG, GATEWAY_LOG } from "./replicas-log.ts";
import { type GovernedTable, planMutations, planSubscriptions } from "./replicas-plan.ts";
import { type Report, tellReports, tellRound, toReport } from "./replicas-report.ts";
import { type RoundPlan, runRound } from "./replicas-round.ts";
import { governedTables, openSite, type Site, untilAtRest } from "./replicas-site.ts";

export interface ReplicasOptions {
  /** Mutations a second. */
  readonly rate: number;
  readonly subscribers: number;
  /** How long each round is measured, after a warm-up that is as long, or ten seconds. */
  readonly seconds: number;
  /** Numbers of replicas, one round each. */
  readonly replicas: readonly number[];
  /** Where gateways leave their processor profiles. */
  readonly profileFolder: string | undefined;
}

const LONGEST_WARM_UP = 10;
/** So that a table changes every ten seconds. */
const TABLES_A_MUTATION = 10;
const LEAST_TABLES = 80;

/** One, two, three gateways over one PostgreSQL and one Redis, beside a bare server, under the same load. */
export async function benchReplicas(options: ReplicasOptions): Promise<void> {
  const { rate, replicas, seconds, subscribers } = options;
  const count = Math.max(LEAST_TABLES, rate * TABLES_A_MUTATION);
  console.log(
    `${rate} mutations a second for ${seconds} s over ${count} tables, ${subscribers} subscribers. ${machine()}`,
  );
  await using site = await openSite(count, options.profileFolder);
  const tables = await prepare(site, count);
  const reports = [await benchBare(site, tables, options)];
  reports.push(await benchGateways(site, tables, { replicas: 1, hasRedis: false }, options));
  for (const it of replicas) reports.push(await benchGateways(site, tables, { replicas: it, hasRedis: true }, options));
  tellReports(reports);
}

/** Lets one gateway find and mirror the lakehouse. */
async function prepare(site: Site, count: number): Promise<readonly GovernedTable[]> {
  const began = nowMs();
  await using gateways = new AsyncDisposableStack();
  for (const it of await site.start(1, "prepare", false)) gateways.use(it);
  await untilAtRest(site.client);
  const tables = await governedTables(site.client, count);
  console.log(`  ${count} tables found and mirrored in ${((nowMs() - began) / 1_000).toFixed(1)} s`);
  return tables;
}

async function benchBare(site: Site, tables: readonly GovernedTable[], options: ReplicasOptions): Promise<Report> {
  await using server = startChild("bench/replicas-bare.ts", site.databaseUrl);
  const { pid, url } = await server.next<{ url: string; pid: number }>();
  const named = tables.map((it) => ({ ...it, id: `${it.namespace}.${it.name}` }));
  const plan = { ...planRound("bare", [url], named, options), log: BARE_LOG, rest: async () => {} };
  const round = await runRound(site, plan);
  const report = toReport("bare server", round, plan.subscriptions, rolesOf(site, [pid]), false);
  tellRound(report);
  return report;
}

async function benchGateways(
  site: Site,
  tables: readonly GovernedTable[],
  { hasRedis, replicas }: { readonly replicas: number; readonly hasRedis: boolean },
  options: ReplicasOptions,
): Promise<Report> {
  const name = hasRedis ? `replicas-${replicas}` : "without-redis";
  await using gateways = new AsyncDisposableStack();
  const started = await site.start(replicas, name, hasRedis);
  for (const it of started) gateways.use(it);
  await untilAtRest(site.client);
  const urls = started.map((it) => it.url);
  const rest = (): Promise<void> => untilAtRest(site.client);
  const plan = { ...planRound(name, urls, tables, options), log: GATEWAY_LOG, rest };
  const round = await runRound(site, plan);
  const pids = started.map((it) => it.pid);
  const title = `${replicas === 1 ? "1 replica" : `${replicas} replicas`}${hasRedis ? "" : ", no Redis"}`;
  const report = toReport(title, round, plan.subscriptions, rolesOf(site, pids), true);
  tellRound(report);
  const checked = await checkSources(site, tables, round.entries);
  console.log(`  ${title}: both sources hold the last of each of ${checked} fields; no subscriber missed anything`);
  return report;
}

function planRound(
  name: string,
  urls: readonly string[],
  tables: readonly GovernedTable[],
  { rate, seconds, subscribers }: ReplicasOptions,
): Omit<RoundPlan, "log" | "rest"> {
  const warmSeconds = Math.min(seconds, LONGEST_WARM_UP);
  return {
    name,
    rate,
    warmSeconds,
    mutations: planMutations(Math.round(rate * (warmSeconds + seconds)), name, urls, tables),
    subscriptions: planSubscriptions(subscribers, urls, tables),
  };
}

function rolesOf(site: Site, servers: readonly number[]) {
  return ({ name, pid }: { readonly name: string; readonly pid: number }): string => {
    if (servers.includes(pid)) return "gateways";
    if (pid === site.lakehouse.pid) return "lakehouse";
    if (name.startsWith("postgres")) return "PostgreSQL";
    return name.startsWith("redis") ? "Redis" : "load";
  };
}
