import { isIP } from "node:net";
import type { AccessConfig, LedgerConfig } from "./config.ts";
import type { ConfigText } from "./config-schema.ts";
import type { Surroundings } from "./resolve-source.ts";
import { readSecret } from "./secrets.ts";

const MIN_TOKEN = 20;

export function resolveAccess({ access }: ConfigText, around: Surroundings): AccessConfig | undefined {
  if (!access) return undefined;
  const seen = new Set<string>();
  const tokens = access.tokens.map(({ name, tokenFromEnv, tokenFromFile, roles }, index) => {
    const path = ["access", "tokens", index];
    const missing = (setting: string, message: string) => around.report([...path, setting], message);
    const token = readSecret("token", tokenFromEnv, tokenFromFile, { env: around.env, folder: around.folder, missing });
    if (token !== "" && !/^[\x21-\x7e]+$/.test(token))
      around.report(path, `The token of "${name}" holds white space or letters that no header can carry.`);
    else if (token !== "" && token.length < MIN_TOKEN)
      around.report(
        path,
        `The token of "${name}" is too short to be safe. Use at least ${MIN_TOKEN} random characters.`,
      );
    else if (seen.has(token))
      around.report(path, `The token of "${name}" is also somebody else's. Give each their own.`);
    if (token !== "") seen.add(token);
    return { name, token, roles };
  });
  return { tokens };
}

/** Whether only this machine can reach the address. Names other than localhost are not looked up, so they are not. */
export function isLoopback(host: string): boolean {
  if (isIP(host) === 4) return host.startsWith("127.");
  return host === "localhost" || host === "::1";
}

export function resolveLedger({ ledger }: ConfigText, around: Surroundings): LedgerConfig {
  if (!ledger) return { engine: "sqlite" };
  const missing = (setting: string, message: string) => around.report(["ledger", setting], message);
  const url =
    ledger.url ??
    readSecret("url", ledger.urlFromEnv, ledger.urlFromFile, { env: around.env, folder: around.folder, missing });
  const parsed = URL.parse(url);
  if (ledger.url !== undefined && parsed?.password) {
    missing(
      "url",
      "Secrets do not stand in this file. Take the password out and set PGPASSWORD, or use urlFromEnv or urlFromFile.",
    );
  }
  if (url !== "" && (!parsed || !/^postgres(ql)?:$/.test(parsed.protocol))) {
    const setting = ledger.url !== undefined ? "url" : ledger.urlFromEnv !== undefined ? "urlFromEnv" : "urlFromFile";
    missing(
      setting,
      "This is no address of a PostgreSQL database. Expected one like postgres://user@host:5432/concordat.",
    );
  }
  return { engine: "postgres", url };
}
