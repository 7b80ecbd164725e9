import { parentPort, workerData } from "node:worker_threads";
import type { Mutant } from "./mutants.ts";
import { plant } from "./plant.ts";
import type { RunRequest } from "./run-seeds.ts";

const { mutant, request } = workerData as { readonly mutant: Mutant; readonly request: RunRequest };
plant(mutant);
// Imported only now, so that everything that it loads has the bug.
const { runSeeds } = await import("./run-seeds.ts");
parentPort?.postMessage(await runSeeds(request));
