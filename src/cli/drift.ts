import { Command } from "commander";
import { DRIFT_KINDS, DRIFT_STATES } from "../domain/drift.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { follow } from "./follow.ts";
import { DRIFT, DRIFT_EVENTS, type Drift, type DriftEvent } from "./list-operations.ts";
import { readPages } from "./pages.ts";
import type { Printer } from "./printer.ts";
import { toScope } from "./scope.ts";
import {
  anyOf,
  type Cli,
  countUpTo,
  type GatewayOptions,
  inSession,
  moment,
  oneOf,
  type Session,
  withGatewayOptions,
} from "./session.ts";
import { count, showTime, showValue } from "./show-value.ts";
import { subscribe } from "./subscription.ts";
import type { Style } from "./table.ts";

interface DriftOptions extends GatewayOptions {
  readonly field?: string[];
  readonly source?: string[];
  readonly kind?: string[];
  readonly state?: string[];
  readonly since?: string;
  readonly until?: string;
  readonly limit: number;
  readonly watch?: true;
  readonly after?: string;
}

export function driftCommand(cli: Cli): Command {
  return withGatewayOptions(new Command("drift"))
    .description("list the drift that is open, or watch it live")
    .argument("[asset...]", "ids, names or globs of names: finance.orders, 'finance.**'; everything if left out")
    .option("--field <path>", "only these fields, or globs of them: owners, 'columns.*'; may be repeated", anyOf)
    .option("--source <name>", "only where this source differs; may be repeated", anyOf)
    .option("--kind <kind>", `only these: ${DRIFT_KINDS.join(", ")}; may be repeated`, oneOf(DRIFT_KINDS))
    .option(
      "--state <state>",
      `only these: ${DRIFT_STATES.join(", ")}; default whatever is not RESOLVED; may be repeated`,
      oneOf(DRIFT_STATES),
    )
    .option("--since <time>", "only what was opened at or after this moment", moment)
    .option("--until <time>", "only what was opened before this moment", moment)
    .option("--limit <n>", "how many at most", countUpTo(1_000_000), 500)
    .option("--watch", "go on with every opening, change and resolution, until Ctrl-C")
    .option("--after <cursor>", "with --watch: only what happened after this cursor of an earlier event")
    .action((assets: string[], options: DriftOptions, command: Command) => {
      if (options.after !== undefined && !options.watch) command.error("error: --after needs --watch");
      return inSession(cli, options, (session) => (options.watch ? watch : list)(session, assets, options));
    });
}

function toFilter(assets: readonly string[], options: DriftOptions): object {
  return {
    ...toScope(assets, options.source),
    fields: options.field,
    kinds: options.kind,
    states: options.state,
    since: options.since,
    until: options.until,
  };
}

async function list({ client, print }: Session, assets: readonly string[], options: DriftOptions): Promise<ExitCode> {
  const filter = toFilter(assets, options);
  const { items, more } = await readPages(options.limit, async (first, after) => {
    return (await client.ask(DRIFT, { filter, first, after })).drift;
  });
  if (options.json) {
    print.json({ drift: items, more });
    return EXIT.done;
  }
  if (items.length > 0) printDrift(items, print);
  const byKind = [...Map.groupBy(items, (it) => it.kind)].map(([kind, group]) => `${group.length} ${kind}`);
  print.line(
    items.length === 0
      ? "No drift."
      : `${more ? "The first " : ""}${count(items.length, "drift")}: ${byKind.join(", ")}.`,
  );
  if (more) print.line("There is more: raise --limit, or name assets, --source or --kind.");
  return EXIT.done;
}

function printDrift(items: readonly Drift[], print: Printer): void {
  print.table(
    [
      { title: "KIND" },
      { title: "ASSET" },
      { title: "FIELD" },
      { title: "IN" },
      { title: "FOUND" },
      { title: "WANTED" },
      { title: "AUTHORITY" },
      { title: "STATE" },
      { title: "OPENED" },
    ],
    items.map((it) => [
      { text: it.kind, style: styleOf(it) },
      it.asset.name,
      it.field,
      it.source,
      showValue(it.found),
      showValue(it.wanted),
      it.authority,
      it.state,
      { text: showTime(it.openedAt), style: "dim" },
    ]),
  );
}

function styleOf(drift: Drift): Style {
  if (drift.state === "RESOLVED") return "green";
  return drift.kind === "CONFLICT" || drift.kind === "DELIVERY_FAILED" ? "red" : "yellow";
}

async function watch(
  { address, io, print }: Session,
  assets: readonly string[],
  options: DriftOptions,
): Promise<ExitCode> {
  const filter = toFilter(assets, options);
  let cursor = options.after;
  const events = follow(
    async function* (seen) {
      const after = seen ?? options.after;
      const variables = { filter, after, initial: after === undefined };
      for await (const { drift } of subscribe(address, DRIFT_EVENTS, variables, io.signal)) yield drift;
    },
    (event) => event.cursor,
    io,
  );
  for await (const event of events) {
    cursor = event.cursor;
    if (options.json) await print.jsonLine(event);
    else print.line(showEvent(event, print));
    await io.stdout.drained();
  }
  if (cursor !== undefined && !options.json) print.note(`Go on with: concordat drift --watch --after ${cursor}`);
  return EXIT.done;
}

/** "OPENED    FOREIGN_WRITE finance.orders owners in lakehouse: found bob, wanted alice (catalog)". */
function showEvent({ type, drift }: DriftEvent, print: Printer): string {
  const what = print.paint(styleOf(drift), `${type.padEnd(9)} ${drift.kind}`);
  const where = print.paint("bold", `${drift.asset.name} ${drift.field}`);
  const how =
    type === "RESOLVED"
      ? `${drift.resolution ?? "over"}, now ${showValue(drift.wanted)}`
      : `found ${showValue(drift.found)}, wanted ${showValue(drift.wanted)} (${drift.authority}), ${drift.state}`;
  return `${what} ${where} ${print.plain(`in ${drift.source}: ${how}${drift.note ? ` (${drift.note})` : ""}`)}`;
}
