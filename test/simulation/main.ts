/**
 * Plays simulated histories of the whole engine; `npm run sim -- --help` says how.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { playCrashes } from "./crashes.ts";
import { hunt, recordSeed } from "./hunt.ts";
import { type LedgerPlace, openStores, parseLedgerKind, whyNoLedger, withLedger } from "./ledger-kinds.ts";
import { MUTANTS } from "./mutants.ts";
import { formatCrashPoints, formatOverrides, type Overrides, parseCrashPoints, parseOverrides } from "./overrides.ts";
import { missingEvents, playOn, replayCommand, runSeedsOn } from "./run-seeds.ts";
import { shrink } from "./shrink.ts";

const HELP = `npm run sim -- …
  --seeds 20000 [--from 1]    plays so many histories; the first that fail are made small
  --seed 7 [--only …]         plays one, and tells all that happens in it
  --shrink 7                  makes a failing one small, and says how to play it
  --crashes 7 [--only …]      plays one again and again, each process dying at every step that makes a difference
           [--every-step]     … at every step
  --mutants "" [--seeds 2000] plants one bug after the other (those whose names hold the text), and says which seed tells it
           [--record]         … and writes the seeds down for \`npm test\`
  --ledger sqlite             with --seeds or --seed: over a real file (with one process), or "postgres": over a real server. Every
                              answer, and the whole course, must be what they are in memory; faults and crashes are the same
  --workers 2                 threads`;

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "2000" },
    from: { type: "string", default: "1" },
    seed: { type: "string" },
    only: { type: "string", default: "" },
    shrink: { type: "string" },
    crashes: { type: "string" },
    "crash-at": { type: "string" },
    "every-step": { type: "boolean", default: false },
    mutants: { type: "string" },
    record: { type: "boolean", default: false },
    ledger: { type: "string", default: "memory" },
    workers: { type: "string", default: String(Math.min(8, availableParallelism())) },
    help: { type: "boolean", default: false },
  },
});

/** Below so many histories it is no wonder that something never occurred. */
const COVERED = 300;
const MINUTE_MS = 60_000;
/** Failures that are made small. */
const SHRUNK = 3;

const overrides = parseOverrides(values.only);
const workers = Number(values.workers);
const ledgerKind = parseLedgerKind(values.ledger);
const whyNot = whyNoLedger(ledgerKind);
if (values.help) console.log(HELP);
else if (whyNot !== undefined) refuse(whyNot);
else if (values.seed !== undefined)
  await withLedger(ledgerKind, (it) => playOne(it, Number(values.seed), overrides, values["crash-at"]));
else if (values.shrink !== undefined) await makeSmall(Number(values.shrink));
else if (values.crashes !== undefined) await enumerate(Number(values.crashes), overrides, values["every-step"]);
else if (values.mutants !== undefined) await huntAll(values.mutants);
else await withLedger(ledgerKind, (it) => playMany(it, Number(values.seeds), Number(values.from)));

/** As the suites that need a server do. */
function refuse(reason: string): void {
  if (process.env["CONCORDAT_REQUIRE_SERVICES"] === "1")
    fail(`No histories on ${ledgerKind}: ${reason}, and CONCORDAT_REQUIRE_SERVICES=1 forbids skipping`);
  else console.log(`No histories on ${ledgerKind} (skipped: ${reason})`);
}

async function playOne(ledger: LedgerPlace, seed: number, only: Overrides, crashAt: string | undefined): Promise<void> {
  const points = crashAt === undefined ? {} : { crashAt: parseCrashPoints(crashAt) };
  const stores = await openStores(ledger);
  const result = await playOn(ledger, stores, seed, {
    trace: (it) => console.log(it),
    overrides: only,
    ...points,
  });
  await stores?.[Symbol.asyncDispose]();
  console.log(`seed ${seed}: ${result.steps} steps, hash ${result.hash}`);
  if (result.violations.length > 0) fail(result.violations.join("\n"));
}

async function playMany(ledger: LedgerPlace, count: number, from: number): Promise<void> {
  const began = performance.now();
  let told = began;
  const { events, failures, histories, steps } = await runSeedsOn(
    workers,
    { from, count, enough: 20, ledger },
    (soFar) => {
      const now = performance.now();
      if (now - told < MINUTE_MS) return;
      told = now;
      const minutes = ((now - began) / MINUTE_MS).toFixed(0);
      const failed = soFar.failures.map((it) => it.seed).join(", ");
      console.log(
        `${minutes} min: ${soFar.histories} of ${count} histories, failed: ${failed === "" ? "none" : failed}`,
      );
    },
  );
  const seconds = (performance.now() - began) / 1_000;
  for (const [event, times] of [...events].sort(([left], [right]) => (left < right ? -1 : 1)))
    console.log(`${String(times).padStart(9)}  ${event}`);
  for (const { seed, violations } of failures)
    fail(`${violations.join("\n")}\n  ${replayCommand(seed, undefined, ledger.kind)}`);
  const isInMemory = ledger.kind === "memory";
  for (const { seed } of isInMemory ? failures.slice(0, SHRUNK) : []) await makeSmall(seed);
  const missing = isInMemory && count >= COVERED ? missingEvents(events) : [];
  if (missing.length > 0) fail(`Never occurred: ${missing.join(", ")}.`);
  const each = ((seconds * 1_000) / histories).toFixed(1);
  console.log(
    `${histories} histories, ${steps} steps, ${seconds.toFixed(1)} s (${each} ms each), ${failures.length} failed`,
  );
}

async function makeSmall(seed: number): Promise<void> {
  const shrunk = await shrink(seed);
  if (!shrunk) return console.log(`seed ${seed} fails no more`);
  const { overrides: only, result, tried } = shrunk;
  fail(`Made small in ${tried} histories: ${result.violations[0]}\n  ${replayCommand(seed, only)}`);
}

async function enumerate(seed: number, only: Overrides, everyStep: boolean): Promise<void> {
  const { failures, played } = await playCrashes(seed, only, { everyStep });
  const text = formatOverrides(only);
  for (const { crashAt, violations } of failures)
    fail(`${violations.join("\n")}\n  ${replayCommand(seed, only)} --crash-at ${formatCrashPoints(crashAt)}`);
  console.log(`seed ${seed}${text === "" ? "" : ` (${text})`}: ${played} histories, ${failures.length} failed`);
}

async function huntAll(text: string): Promise<void> {
  const queue = MUTANTS.filter((it) => it.name.includes(text));
  const all = queue.length;
  let caught = 0;
  const work = async (): Promise<void> => {
    for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
      const found = await hunt(mutant, Number(values.seeds));
      if (!found) fail(`SURVIVES   ${mutant.name}`);
      else {
        caught += 1;
        if (values.record && found.seed !== undefined) recordSeed(mutant.name, found.seed);
        console.log(`${String(found.seed ?? "test").padStart(4)}  ${mutant.name}: ${found.by.split("\n")[0]}`);
      }
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  console.log(`${caught} of ${all} planted bugs caught`);
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}
