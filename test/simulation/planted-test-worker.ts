import { fileURLToPath, pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import { startVitest } from "vitest/node";
import type { Mutant, ToldByTest } from "./mutants.ts";
import { plantedSources } from "./plant.ts";

const mutant = workerData as Mutant & { readonly told: ToldByTest };
const sources = plantedSources(mutant);
const failed: string[] = [];
const vitest = await startVitest(
  "test",
  [mutant.told.file],
  {
    root: fileURLToPath(new URL("../../", import.meta.url)),
    watch: false,
    isolate: false,
    // What was kept of an earlier run has not the bug in it, and none must find it there.
    fsModuleCache: false,
    fileParallelism: false,
    testNamePattern: mutant.told.test.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`),
    reporters: [
      {
        onTestCaseResult: (test) => {
          if (test.result().state === "failed") failed.push(test.name);
        },
      },
    ],
  },
  { plugins: [{ name: "planted-bug", enforce: "pre", load: (id) => sources.get(pathToFileURL(id).href) }] },
);
await vitest.close();
parentPort?.postMessage(failed);
