import { parseArgs } from "node:util";
import type { AuthOptions } from "./iceberg-rest/auth.ts";
import { type IcebergSandboxOptions, startIcebergSandbox } from "./iceberg-rest/sandbox.ts";

const USAGE = `Usage: node sandbox/main.ts [options]
  --port N                  8181 by default; 0 takes a free one
  --host ADDRESS            127.0.0.1 by default
  --seed tpcds|empty|N      what an empty catalog begins with; N generated tables; tpcds by default
  --data FILE               keep the catalog in this file
  --prefix TEXT             advertise this prefix
  --page-size-limit N       most entries of a page
  --location URI            where new tables lie: s3://warehouse, file:///tmp/warehouse
  --token TEXT              ask for this bearer token
  --client ID:SECRET        ask for OAuth2 client credentials
  --token-lifetime SECONDS  of OAuth2 tokens`;

const { error, options } = readOptions(process.argv.slice(2));
if (options === undefined) {
  process.stderr.write(`${error}\n${USAGE}\n`);
  process.exitCode = 2;
} else {
  await run(options);
}

async function run(options: IcebergSandboxOptions): Promise<void> {
  try {
    const sandbox = await startIcebergSandbox(options);
    const stop = (): void => {
      process.off("SIGTERM", stop).off("SIGINT", stop);
      sandbox[Symbol.asyncDispose]().catch(fail);
    };
    process.on("SIGTERM", stop).on("SIGINT", stop);
    process.stdout.write(`${JSON.stringify({ url: sandbox.url, pid: process.pid })}\n`);
  } catch (cause) {
    fail(cause as NodeJS.ErrnoException);
  }
}

function fail(cause: NodeJS.ErrnoException): void {
  const taken = cause.code === "EADDRINUSE";
  const message = taken
    ? `Port ${options?.port} is taken. Stop what listens there, or name another with --port.`
    : cause.message;
  process.stderr.write(`The sandbox cannot run: ${message}\n`);
  process.exitCode = 2;
}

function readOptions(args: string[]): { error?: string; options?: IcebergSandboxOptions } {
  try {
    const text = { type: "string" } as const;
    const { values } = parseArgs({
      args,
      options: {
        port: { type: "string", default: "8181" },
        seed: { type: "string", default: "tpcds" },
        host: text,
        data: text,
        prefix: text,
        "page-size-limit": text,
        location: text,
        token: text,
        client: text,
        "token-lifetime": text,
      },
    });
    const auth = readAuth(values.token, values.client, values["token-lifetime"]);
    const limit = values["page-size-limit"];
    return {
      options: {
        port: wholeNumber("--port", values.port, 0, 65_535),
        seed: readSeed(values.seed),
        ...(values.host ? { host: values.host } : {}),
        ...(values.data ? { dataFile: values.data } : {}),
        ...(values.prefix ? { prefix: values.prefix } : {}),
        ...(limit === undefined ? {} : { pageSizeLimit: wholeNumber("--page-size-limit", limit, 1, 1_000_000) }),
        ...(values.location ? { location: values.location } : {}),
        ...(auth ? { auth } : {}),
      },
    };
  } catch (cause) {
    return { error: (cause as Error).message };
  }
}

function readSeed(text: string): NonNullable<IcebergSandboxOptions["seed"]> {
  return text === "tpcds" || text === "empty" ? text : { tables: wholeNumber("--seed", text, 0, 10_000_000) };
}

function readAuth(token?: string, client?: string, lifetime?: string): AuthOptions | undefined {
  if (token !== undefined) return { kind: "bearer", token };
  if (client === undefined) return undefined;
  const colon = client.indexOf(":");
  if (colon < 1) throw new TypeError("--client takes ID:SECRET");
  const tokenLifetime = lifetime === undefined ? 3600 : wholeNumber("--token-lifetime", lifetime, 1, 86_400_000);
  return { kind: "oauth2", clientId: client.slice(0, colon), clientSecret: client.slice(colon + 1), tokenLifetime };
}

function wholeNumber(what: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max)
    throw new TypeError(`${what} takes a whole number from ${min} to ${max}, got "${text}"`);
  return value;
}
