import type { Logger } from "pino";
import type { Failing, Report } from "../ports/engine.ts";
import type { Metrics } from "./metrics.ts";

/** The engine's business events as log lines: the event's name, its facts, and a sentence made of them. */
export function engineReport(
  log: Logger,
): (level: "debug" | "info" | "warn" | "error", event: string, facts: Readonly<Record<string, unknown>>) => void {
  return (level, event, facts) => log[level]({ event: `engine.${event}`, ...facts }, event.replaceAll("-", " "));
}

/** Tells every event to the log, and to whoever counts. */
export function reportTo(...reports: readonly Report[]): Report {
  return (level, event, facts) => {
    for (const it of reports) it(level, event, facts);
  };
}

interface Named {
  readonly id: string;
}

/** Tells when a source begins to fail, and when it answers again; counts what came of its calls. */
export function sourceWatcher(
  report: Report,
  metrics: Pick<Metrics, "sourceCalled" | "sourceSpared">,
): {
  called(source: Named, call: "read" | "write" | "scan" | "health", outcome: string, tookMs: number): void;
  spared(source: Named): void;
  changed(source: Named, failing: Failing | undefined, before: Failing | undefined): void;
} {
  return {
    called: ({ id }, call, outcome, tookMs) => metrics.sourceCalled(id, call, outcome, tookMs),
    spared: ({ id }) => metrics.sourceSpared(id),
    changed({ id }, failing, before) {
      if (failing)
        report("warn", "source-failing", {
          source: id,
          ...failing.error,
          since: new Date(failing.since).toISOString(),
        });
      else
        report("info", "source-answers-again", { source: id, since: before && new Date(before.since).toISOString() });
    },
  };
}
