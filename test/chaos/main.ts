/**
 * `npm run chaos` kills real gateways at random moments under load and compares what clients, people and subscribers saw with what
 * is held at the end: nothing that was acknowledged is lost, nothing is done twice, no subscriber misses an event. Ends with 1 if not,
 * and says where the evidence is.
 */
import { parseArgs } from "node:util";
import { FAULTS, type FaultName } from "./faults.ts";
import { runChaos } from "./run-chaos.ts";
import type { SystemOptions } from "./system.ts";

const SHOWN = 40;

const { values } = parseArgs({
  options: {
    /** sqlite, or postgres, which is the default for more than one gateway. */
    ledger: { type: "string" },
    replicas: { type: "string", default: "1" },
    kills: { type: "string", default: "100" },
    /** Decides who is killed when, and what clients and people do; not what the machine makes of it. */
    seed: { type: "string", default: "1" },
    clients: { type: "string", default: "8" },
    subscribers: { type: "string", default: "4" },
    tables: { type: "string", default: "24" },
    /** After so many no more are killed, whatever --kills says. */
    minutes: { type: "string", default: "120" },
    /** Seconds that everything may take to come to rest. */
    patience: { type: "string", default: "180" },
    /** No Redis beside several gateways: they look at the log by themselves. */
    "no-redis": { type: "boolean", default: false },
    /** Names of faults, parted by commas; or all but the loss of Redis for good. */
    faults: { type: "string", default: "" },
  },
});

const NETWORK: readonly FaultName[] = ["black-hole", "drip", "reset"];

const faults = faultsOf(values.faults);
const replicas = wholeNumber("--replicas", values.replicas);
const result = await runChaos({
  ledger: ledgerOf(values.ledger, replicas),
  replicas,
  kills: wholeNumber("--kills", values.kills),
  seed: wholeNumber("--seed", values.seed),
  clients: wholeNumber("--clients", values.clients),
  subscribers: wholeNumber("--subscribers", values.subscribers),
  tables: wholeNumber("--tables", values.tables),
  mostMs: wholeNumber("--minutes", values.minutes) * 60_000,
  patienceMs: wholeNumber("--patience", values.patience) * 1_000,
  redis: replicas > 1 && !values["no-redis"],
  network: faults.some((it) => NETWORK.includes(it)),
  faults,
  say: (line) => console.log(line),
});
console.log(JSON.stringify(result.figures, undefined, 2));
for (const it of result.violations.slice(0, SHOWN)) console.error(it);
console.log(`${result.violations.length} violations`);
if (result.evidence !== undefined) {
  console.error(`The history, all violations and the gateways' logs are in ${result.evidence}`);
  process.exitCode = 1;
}

function ledgerOf(text: string | undefined, count: number): SystemOptions["ledger"] {
  const ledger = text ?? (count > 1 ? "postgres" : "sqlite");
  if (ledger !== "sqlite" && ledger !== "postgres") throw new TypeError("--ledger takes sqlite or postgres");
  if (ledger === "sqlite" && count > 1) throw new TypeError("Several gateways need --ledger postgres");
  return ledger;
}

function faultsOf(text: string): readonly FaultName[] {
  const known = Object.keys(FAULTS) as FaultName[];
  if (text === "all") return known.filter((it) => it !== "redis-gone");
  return text.split(",").flatMap((it) => {
    if (it === "") return [];
    const fault = known.find((name) => name === it);
    if (!fault) throw new TypeError(`--faults takes all, or some of ${known.join(", ")}; got "${it}"`);
    return [fault];
  });
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new TypeError(`${option} takes a whole number, got "${text}"`);
  return Number(text);
}
