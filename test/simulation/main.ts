/**
 * `npm run sim -- --seeds 20000` plays so many histories, `--seed 7` one of them with all that happens in it, `--crashes 7` one of
 * them again and again, dying at every step of its first process, `--mutants ""` plants one bug after the other (those whose names
 * hold the text) and says which seed tells it.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { playHistory } from "./history.ts";
import { MUTANTS } from "./mutants.ts";
import { huntMutant, missingEvents, replayCommand, runSeedsOn } from "./run-seeds.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "2000" },
    from: { type: "string", default: "1" },
    seed: { type: "string" },
    crashes: { type: "string" },
    "crash-at": { type: "string" },
    mutants: { type: "string" },
    workers: { type: "string", default: String(Math.min(8, availableParallelism())) },
  },
});

const MUTANT_SEEDS = 2_000;

if (values.seed !== undefined) {
  const crashAt = values["crash-at"] === undefined ? {} : { crashAt: Number(values["crash-at"]) };
  const result = await playHistory(Number(values.seed), { trace: (it) => console.log(it), ...crashAt });
  console.log(`seed ${result.seed}: ${result.steps} steps, hash ${result.hash}`);
  report([{ seed: result.seed, violations: result.violations }]);
} else if (values.crashes !== undefined) {
  await playCrashes(Number(values.crashes));
} else if (values.mutants !== undefined) {
  await huntAll(values.mutants, Number(values.workers));
} else {
  await playMany(Number(values.seeds), Number(values.from), Number(values.workers));
}

async function playMany(count: number, from: number, workers: number): Promise<void> {
  const began = performance.now();
  const { events, failures, histories, steps } = await runSeedsOn(workers, { from, count, enough: 20 });
  const seconds = (performance.now() - began) / 1_000;
  for (const [event, times] of [...events].sort(([left], [right]) => (left < right ? -1 : 1)))
    console.log(`${String(times).padStart(9)}  ${event}`);
  console.log(
    `${histories} histories, ${steps} steps, ${seconds.toFixed(1)} s (${((seconds * 1_000) / histories).toFixed(1)} ms each)`,
  );
  report(failures);
  const missing = count >= 300 ? missingEvents(events) : [];
  if (missing.length > 0) fail(`Never occurred: ${missing.join(", ")}.`);
}

async function playCrashes(seed: number): Promise<void> {
  const { steps } = await playHistory(seed, { crashAt: 0 });
  for (let crashAt = 1; crashAt <= steps; crashAt += 1) {
    const { coverage, violations } = await playHistory(seed, { crashAt });
    if (violations.length > 0) console.error(`npm run sim -- --seed ${seed} --crash-at ${crashAt}`);
    report([{ seed, violations }]);
    if (!coverage.counts.has("crash")) return console.log(`seed ${seed}: died at each of its ${crashAt - 1} steps`);
  }
}

async function huntAll(text: string, workers: number): Promise<void> {
  const queue = MUTANTS.filter((it) => it.name.includes(text));
  const all = queue.length;
  let caught = 0;
  const hunt = async (): Promise<void> => {
    for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
      const failure = await huntMutant(mutant, MUTANT_SEEDS);
      if (failure) caught += 1;
      if (failure)
        console.log(
          `seed ${String(failure.seed).padStart(4)}  ${mutant.name}: ${failure.violations[0]?.split("\n")[0]}`,
        );
      else fail(`SURVIVES   ${mutant.name}`);
    }
  };
  await Promise.all(Array.from({ length: workers }, hunt));
  console.log(`${caught} of ${all} planted bugs caught`);
}

function report(failures: readonly { readonly seed: number; readonly violations: readonly string[] }[]): void {
  for (const { seed, violations } of failures) {
    if (violations.length === 0) continue;
    fail(`${violations.join("\n")}\n  ${replayCommand(seed)}`);
  }
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}
