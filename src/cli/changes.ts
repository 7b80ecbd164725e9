import { Command } from "commander";
import { CHANGE_KINDS } from "../domain/change.ts";
import { isJsonObject, type Json } from "../domain/json.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { follow } from "./follow.ts";
import { CHANGE_EVENTS, CHANGES, type Change, LOG_HEAD } from "./list-operations.ts";
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

interface ChangesOptions extends GatewayOptions {
  readonly field?: string[];
  readonly source?: string[];
  readonly kind?: string[];
  readonly actor?: string[];
  readonly since?: string;
  readonly until?: string;
  readonly limit: number;
  readonly follow?: true;
  readonly after?: string;
}

export function changesCommand(cli: Cli): Command {
  return withGatewayOptions(new Command("changes"))
    .description("list what happened, or follow it live: the newest entries of the log, or those after a cursor")
    .argument("[asset...]", "ids, names or globs of names: finance.orders, 'finance.**'; everything if left out")
    .option("--field <path>", "only these fields, or globs of them: owners, 'columns.*'; may be repeated", anyOf)
    .option("--source <name>", "only in this source; may be repeated", anyOf)
    .option(
      "--kind <kind>",
      "only this kind, such as FIELD_CHANGED or WRITE_FAILED; may be repeated",
      oneOf(CHANGE_KINDS),
    )
    .option("--actor <name>", "only by this actor; may be repeated", anyOf)
    .option("--since <time>", "only at or after this moment", moment)
    .option("--until <time>", "only before this moment", moment)
    .option("--after <cursor>", "only what came after this cursor, oldest first")
    .option("--limit <n>", "how many at most", countUpTo(1_000_000), 50)
    .option("--follow", "go on with whatever happens, until Ctrl-C; from now on, or from after --after")
    .action((assets: string[], options: ChangesOptions) =>
      inSession(cli, options, (session) => (options.follow ? followChanges : list)(session, assets, options)),
    );
}

function toFilter(assets: readonly string[], options: ChangesOptions): object {
  return {
    ...toScope(assets, options.source),
    fields: options.field,
    kinds: options.kind,
    actors: options.actor,
    since: options.since,
    until: options.until,
  };
}

async function list(session: Session, assets: readonly string[], options: ChangesOptions): Promise<ExitCode> {
  const { print } = session;
  const filter = toFilter(assets, options);
  const found =
    options.after === undefined
      ? await readNewest(session, filter, options.limit)
      : await readAfter(session, filter, options);
  if (options.json) print.json(found);
  else printChanges(found, options.after, print);
  return EXIT.done;
}

interface Found {
  readonly changes: readonly Change[];
  /** After the last of them; `--follow --after` goes on from here without gap. */
  readonly cursor: string | null;
  readonly more: boolean;
}

async function readAfter({ client }: Session, filter: object, options: ChangesOptions): Promise<Found> {
  const ask = async (first: number, after: string | undefined) =>
    (await client.ask(CHANGES, { filter, first, after })).changes;
  const { items, more, endCursor } = await readPages(options.limit, ask, options.after);
  return { changes: items, cursor: endCursor, more };
}

/** Reads backwards from the end, and gives the entries in their order. */
async function readNewest({ client }: Session, filter: object, limit: number): Promise<Found> {
  const pages: Change[][] = [];
  let left = limit;
  let before: string | undefined;
  let cursor: string | null = null;
  for (;;) {
    const { nodes, pageInfo } = (await client.ask(CHANGES, { filter, last: Math.min(500, left), before })).changes;
    pages.unshift(nodes);
    cursor ??= pageInfo.endCursor;
    left -= nodes.length;
    const next = pageInfo.startCursor ?? undefined;
    if (!pageInfo.hasPreviousPage || left <= 0 || next === undefined || next === before) {
      return { changes: pages.flat(), cursor, more: pageInfo.hasPreviousPage };
    }
    before = next;
  }
}

function printChanges({ changes, cursor, more }: Found, after: string | undefined, print: Printer): void {
  if (changes.length > 0) {
    print.table(
      [
        { title: "CURSOR", whole: true },
        { title: "AT" },
        { title: "KIND" },
        { title: "ASSET" },
        { title: "FIELD" },
        { title: "BEFORE" },
        { title: "AFTER" },
        { title: "BY" },
        { title: "IN" },
      ],
      changes.map((it) => [
        it.cursor,
        { text: showTime(it.at), style: "dim" },
        it.kind,
        it.assetName ?? "",
        it.field ?? "",
        ...showValues(it),
        showActor(it),
        it.source ?? "",
      ]),
    );
  }
  print.line(changes.length === 0 ? "Nothing happened." : `${count(changes.length, "change")}.`);
  if (more && after === undefined) print.line("There are older ones: raise --limit, or use --since.");
  if (more && after !== undefined) print.line(`There is more: go on with --after ${cursor}.`);
}

/** What stood there and what stands there; for drift what should and what does. Empty where no field is concerned. */
function showValues({ kind, field, before, after }: Change): [string, string] {
  if (field === null) return ["", ""];
  if (kind.startsWith("DRIFT_")) return [`wanted ${showValue(before)}`, `found ${showValue(after)}`];
  return [showValue(valueOf(field, before)), showValue(valueOf(field, after))];
}

/** Entries about writes hold one value a field. */
function valueOf(field: string, value: Json): Json {
  const inner = isJsonObject(value) && Object.keys(value).length === 1 ? value[field] : undefined;
  return inner === undefined ? value : inner;
}

function showActor({ actor }: Change): string {
  return actor.onBehalfOf === null ? actor.id : `${actor.id} for ${actor.onBehalfOf}`;
}

async function followChanges(session: Session, assets: readonly string[], options: ChangesOptions): Promise<ExitCode> {
  const { address, client, io, print } = session;
  const filter = toFilter(assets, options);
  // "From now on" is pinned to a cursor first: else what happens while a lost connection is made again would be missed.
  let cursor = options.after ?? (await client.ask(LOG_HEAD, {})).changes.pageInfo.endCursor ?? undefined;
  const begin = cursor;
  const events = follow(
    async function* (seen) {
      const variables = { filter, after: seen ?? begin };
      for await (const { changes } of subscribe(address, CHANGE_EVENTS, variables, io.signal)) yield changes;
    },
    (change) => change.cursor,
    io,
  );
  for await (const change of events) {
    cursor = change.cursor;
    if (options.json) await print.jsonLine(change);
    else print.line(showChange(change, print));
    await io.stdout.drained();
  }
  if (cursor !== undefined && !options.json) print.note(`Go on with: concordat changes --follow --after ${cursor}`);
  return EXIT.done;
}

/** "2026-11-22 21:17:33 FIELD_CHANGED finance.orders owners: alice → bob, by alice in catalog: left the team". */
function showChange(change: Change, print: Printer): string {
  const { kind, at, assetName, field, source, reason } = change;
  const what = [assetName, field].filter((it) => it !== null).join(" ");
  const values = field === null ? "" : `: ${showValues(change).join(kind.startsWith("DRIFT_") ? ", " : " → ")}`;
  const rest = `${values}, by ${showActor(change)}${source === null ? "" : ` in ${source}`}${reason ? `: ${reason}` : ""}`;
  return [print.paint("dim", showTime(at)), kind, print.paint("bold", what) + print.plain(rest)].join(" ");
}
