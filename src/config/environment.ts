import { z } from "zod";
import type { ConfigProblem } from "./config-problem.ts";

/** Variables of the environment, as the process got them. */
export type Environment = Readonly<Record<string, string | undefined>>;

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const PORT = z.coerce
  .number("Expected a port from 0 to 65535.")
  .int("Expected a port from 0 to 65535.")
  .min(0)
  .max(65_535);

/** What the environment may state. It goes before the config file. An empty variable counts as none. */
const Variables = z.object({
  CONCORDAT_CONFIG: z.string().optional(),
  CONCORDAT_DATA: z.string().optional(),
  CONCORDAT_HOST: z.string().optional(),
  CONCORDAT_PORT: PORT.optional(),
  CONCORDAT_SANDBOX_PORT: PORT.optional(),
  CONCORDAT_LOG_LEVEL: z.enum(LOG_LEVELS).optional(),
  CONCORDAT_URL: z.string().optional(),
  CONCORDAT_TOKEN: z.string().optional(),
});
export type Settings = z.infer<typeof Variables>;

/** The one place where the process's own environment is read. */
export function processEnvironment(): Environment {
  return process.env;
}

/** The gateway's own variables, checked; what is wrong goes into `problems` and counts as not set. */
export function readEnvironment(env: Environment, problems: ConfigProblem[]): Settings {
  const stated = Object.fromEntries(
    Object.entries(env).filter(([name, it]) => name.startsWith("CONCORDAT_") && it?.trim()),
  );
  const parsed = Variables.safeParse(stated);
  if (parsed.success) return parsed.data;
  const wrong = new Set(parsed.error.issues.map((it) => String(it.path[0])));
  for (const name of wrong) {
    const issue = parsed.error.issues.find((it) => it.path[0] === name);
    problems.push({
      file: "environment",
      path: name,
      message: `${name} is "${stated[name]}". ${issue?.message ?? ""}`,
    });
  }
  return Variables.parse(Object.fromEntries(Object.entries(stated).filter(([name]) => !wrong.has(name))));
}
