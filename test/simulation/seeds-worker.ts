import { parentPort, workerData } from "node:worker_threads";
import { type RunRequest, runSeeds } from "./run-seeds.ts";

parentPort?.postMessage(await runSeeds(workerData as RunRequest));
