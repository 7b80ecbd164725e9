import { Command } from "commander";
import { REVIEW_KINDS, REVIEW_STATES } from "../domain/review.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { follow } from "./follow.ts";
import { readPages } from "./pages.ts";
import type { Printer } from "./printer.ts";
import { REVIEW_EVENTS, REVIEWS, type Review, type ReviewEvent } from "./review-operations.ts";
import { toScope } from "./scope.ts";
import {
  anyOf,
  type Cli,
  countUpTo,
  type GatewayOptions,
  inSession,
  oneOf,
  type Session,
  withGatewayOptions,
} from "./session.ts";
import { count, showTime, showValue } from "./show-value.ts";
import { subscribe } from "./subscription.ts";

interface ReviewsOptions extends GatewayOptions {
  readonly source?: string[];
  readonly kind?: string[];
  readonly state?: string[];
  readonly limit: number;
  readonly watch?: true;
  readonly after?: string;
}

export function reviewsCommand(cli: Cli): Command {
  return withGatewayOptions(new Command("reviews"))
    .description("list what people are asked, or watch it live")
    .argument("[asset...]", "ids, names or globs of names: finance.orders, 'finance.**'; everything if left out")
    .option("--source <name>", "only this mirror, or this source that a guard has stopped; may be repeated", anyOf)
    .option("--kind <kind>", `only these: ${REVIEW_KINDS.join(", ")}; may be repeated`, oneOf(REVIEW_KINDS))
    .option(
      "--state <state>",
      `only these: ${REVIEW_STATES.join(", ")}; default OPEN; may be repeated`,
      oneOf(REVIEW_STATES),
    )
    .option("--limit <n>", "how many at most", countUpTo(1_000_000), 500)
    .option("--watch", "tell every question and answer from now on, until Ctrl-C")
    .option("--after <cursor>", "with --watch: only what happened after this cursor of an earlier event")
    .addHelpText("after", '\n"concordat decide" answers them, and shows what a guard held back.')
    .action((assets: string[], options: ReviewsOptions, command: Command) => {
      if (options.after !== undefined && !options.watch) command.error("error: --after needs --watch");
      return inSession(cli, options, (session) => (options.watch ? watch : list)(session, assets, options));
    });
}

function toFilter(assets: readonly string[], options: ReviewsOptions): object {
  return { ...toScope(assets, options.source), kinds: options.kind, states: options.state };
}

async function list({ client, print }: Session, assets: readonly string[], options: ReviewsOptions): Promise<ExitCode> {
  const filter = toFilter(assets, options);
  const { items, more } = await readPages(options.limit, async (first, after) => {
    return (await client.ask(REVIEWS, { filter, first, after })).reviews;
  });
  if (options.json) {
    print.json({ reviews: items, more });
    return EXIT.done;
  }
  if (items.length === 0) {
    print.line("No reviews.");
    return EXIT.done;
  }
  printReviews(items, print);
  print.line(
    `${more ? "The first " : ""}${count(items.length, "review")}. Answer with: concordat decide <id> <decision>`,
  );
  return EXIT.done;
}

export function printReviews(items: readonly Review[], print: Printer): void {
  print.table(
    [
      { title: "REVIEW" },
      { title: "KIND" },
      { title: "IN" },
      { title: "STATE" },
      { title: "OPENED" },
      { title: "WHAT" },
    ],
    items.map((it) => [
      it.id,
      it.kind,
      it.source,
      it.decided ? `${it.decided.decision} by ${it.decided.by}` : it.state,
      { text: showTime(it.openedAt), style: "dim" },
      showQuestion(it),
    ]),
  );
}

/** "finance.orders owners: catalog holds alice, lakehouse bob", "12 removals are held back". */
export function showQuestion(review: Review): string {
  if (review.kind === "GUARD") {
    const effect = review.effect.toLowerCase();
    return `${count(review.total, effect)} held back, after ${review.spent.changes} of ${review.bound.changes}`;
  }
  const { asset, authority, authorityValue, field, mirrorValue, source } = review;
  return `${asset.name} ${field}: ${authority} holds ${showValue(authorityValue)}, ${source} ${showValue(mirrorValue)}`;
}

async function watch(
  { address, io, print }: Session,
  assets: readonly string[],
  options: ReviewsOptions,
): Promise<ExitCode> {
  const filter = toFilter(assets, options);
  let cursor = options.after;
  const events = follow(
    async function* (seen) {
      const variables = { filter, after: seen ?? options.after };
      for await (const { reviews } of subscribe(address, REVIEW_EVENTS, variables, io.signal)) yield reviews;
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
  if (cursor !== undefined && !options.json) print.note(`Go on with: concordat reviews --watch --after ${cursor}`);
  return EXIT.done;
}

function showEvent({ review, type }: ReviewEvent, print: Printer): string {
  const how = review.decided ? ` ${review.decided.decision} by ${review.decided.by}` : "";
  const what = print.paint(type === "OPENED" ? "yellow" : "green", `${type.padEnd(9)} ${review.kind}${how}`);
  return `${what} ${print.plain(`${review.id} ${showQuestion(review)}`)}`;
}
