import { parentPort, workerData } from "node:worker_threads";
import type { Mutant } from "./mutants.ts";
import { plant } from "./plant.ts";
import type { RunRequest } from "./run-seeds.ts";

plant(workerData as Mutant);
// Imported only now, so that everything that it loads has the bug.
const { runSeeds } = await import("./run-seeds.ts");
parentPort?.on("message", (request: RunRequest) => {
  void runSeeds(request).then((it) => parentPort?.postMessage(it));
});
