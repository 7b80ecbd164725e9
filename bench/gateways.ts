import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { stringify } from "yaml";
import { ConcordatProcess } from "../test/support/gateway-process.ts";

export interface StartedGateway extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
}

export interface GatewayPlan {
  /** What stands in concordat.yaml. */
  readonly config: object;
  readonly env: Readonly<Record<string, string>>;
  /** A folder that the gateway has to itself; made if there is none. */
  readonly folder: string;
}

/** Starts `concordat start` as anybody does, and waits for its first scan. */
export async function startGatewayProcess({ config, env, folder }: GatewayPlan): Promise<StartedGateway> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "concordat.yaml"), stringify(config));
  const gateway = new ConcordatProcess(["start", "--json"], env, folder);
  const { stdout, pid } = gateway.child;
  if (!stdout || pid === undefined) throw new Error("The gateway has not started");
  const scanned = Promise.withResolvers<string>();
  let url = "";
  createInterface({ input: stdout }).on("line", (line) => {
    const said = JSON.parse(line) as { readonly event: string; readonly graphqlUrl?: string };
    url = said.graphqlUrl ?? url;
    if (said.event === "scanned") scanned.resolve(url);
  });
  const ended = gateway.ended.then(({ code, signal, stderr }) => {
    throw new Error(`A gateway ended with ${code ?? signal}: ${stderr.slice(-3_000)}`);
  });
  await Promise.race([scanned.promise, ended]);
  ended.catch(() => undefined); // from now on it may end
  return {
    url,
    pid,
    async [Symbol.asyncDispose]() {
      await gateway.end("SIGTERM");
    },
  };
}
