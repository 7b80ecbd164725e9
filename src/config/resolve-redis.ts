import type { RedisConfig } from "./config.ts";
import type { ConfigText } from "./config-schema.ts";
import type { Surroundings } from "./resolve-source.ts";
import { readSecret } from "./secrets.ts";

/** What is no address of a Redis is refused; one that does not answer is not: the gateway does without. */
export function resolveRedis({ redis }: ConfigText, { env, folder, report }: Surroundings): RedisConfig | undefined {
  if (!redis) return undefined;
  const missing = (setting: string, message: string) => report(["redis", setting], message);
  const url = redis.url ?? readSecret("url", redis.urlFromEnv, redis.urlFromFile, { env, folder, missing });
  const parsed = URL.parse(url);
  if (redis.url !== undefined && parsed?.password) {
    missing("url", "Secrets do not stand in this file. Use urlFromEnv or urlFromFile for an address with a password.");
  }
  if (url !== "" && (!parsed || !/^rediss?:$/.test(parsed.protocol) || parsed.hostname === "")) {
    const setting = redis.url !== undefined ? "url" : redis.urlFromEnv !== undefined ? "urlFromEnv" : "urlFromFile";
    missing(setting, "This is no address of a Redis. Expected one like redis://user:password@host:6379/0.");
  }
  return { url, prefix: redis.prefix };
}
