import type { Logger } from "pino";

/** The engine's business events as log lines: the event's name, its facts, and a sentence made of them. */
export function engineReport(
  log: Logger,
): (level: "debug" | "info" | "warn" | "error", event: string, facts: Readonly<Record<string, unknown>>) => void {
  return (level, event, facts) => log[level]({ event: `engine.${event}`, ...facts }, event.replaceAll("-", " "));
}
