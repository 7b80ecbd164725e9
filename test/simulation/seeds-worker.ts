import { parentPort } from "node:worker_threads";
import { type RunRequest, runSeeds } from "./run-seeds.ts";

parentPort?.on("message", (request: RunRequest) => {
  void runSeeds(request).then((it) => parentPort?.postMessage(it));
});
