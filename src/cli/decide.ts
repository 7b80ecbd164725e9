import { Command, InvalidArgumentError } from "commander";
import { REVIEW_ANSWERS } from "../domain/decided.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { Failure } from "./failure.ts";
import { refuseOnUserErrors } from "./graph-errors.ts";
import { DECIDE, type HeldChange, REVIEW } from "./review-operations.ts";
import { printReviews, showQuestion } from "./reviews.ts";
import {
  anyOf,
  type Cli,
  countUpTo,
  type GatewayOptions,
  inSession,
  type Session,
  withGatewayOptions,
} from "./session.ts";
import { count, showValue } from "./show-value.ts";

interface DecideOptions extends GatewayOptions {
  readonly value?: unknown;
  readonly reason?: string;
  readonly seen?: string;
  readonly key?: string;
  readonly also?: string[];
  readonly limit: number;
}

export function decideCommand(cli: Cli): Command {
  return withGatewayOptions(new Command("decide"))
    .description("answer a review, or show what it is about")
    .argument("<review>", 'its id, as "concordat reviews" shows it')
    .argument("[decision]", `one of ${REVIEW_ANSWERS.join(", ")}; without it the review is shown`, decision)
    .option("--value <json>", "with VALUE: what is to stand, as JSON; null clears the field", json)
    .option("--reason <text>", "why, for the log")
    .option("--seen <version>", "only if the review still has this version")
    .option("--key <text>", "a retry with the same key decides nothing twice")
    .option("--also <review>", "answer this one as well; may be repeated", anyOf)
    .option("--limit <n>", "how many of the changes that a guard held back are shown", countUpTo(500), 50)
    .addHelpText("after", "\nExit code 1 if a review could not be answered.")
    .action((review: string, answer: string | undefined, options: DecideOptions) =>
      inSession(cli, options, (session) =>
        answer === undefined ? show(session, review, options) : decide(session, review, answer, options),
      ),
    );
}

function decision(text: string): string {
  const name = text.toUpperCase();
  if (REVIEW_ANSWERS.some((it) => it === name)) return name;
  throw new InvalidArgumentError(`Expected one of ${REVIEW_ANSWERS.join(", ")}.`);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new InvalidArgumentError(`Expected JSON, such as '"finance"' or '[{"principal": "alice"}]'.`);
  }
}

async function decide(session: Session, review: string, answer: string, options: DecideOptions): Promise<ExitCode> {
  const { client, print } = session;
  const { also = [], key, reason, seen, value } = options;
  const decisions = [review, ...also].map((id, index) => ({
    review: id,
    decision: answer,
    ...(value === undefined ? {} : { value }),
    ...(reason === undefined ? {} : { reason }),
    ...(seen === undefined ? {} : { expectedVersion: seen }),
    ...(key === undefined ? {} : { idempotencyKey: index === 0 ? key : `${key}-${index}` }),
  }));
  const { decideReviews: payload } = await client.ask(DECIDE, { input: { decisions } });
  refuseOnUserErrors(payload.userErrors);
  const [only] = payload.results;
  if (only && payload.results.length === 1 && !options.json) refuseOnUserErrors(only.userErrors);
  const failed = payload.results.filter((it) => it.userErrors.length > 0);
  if (options.json) print.json(payload.results);
  else {
    printReviews(
      payload.results.flatMap((it) => it.review ?? []),
      print,
    );
    for (const { userErrors } of failed)
      for (const it of userErrors) print.line(print.paint("red", `${it.code}: ${it.message}`));
  }
  return failed.length > 0 ? EXIT.failed : EXIT.done;
}

async function show({ client, print }: Session, id: string, options: DecideOptions): Promise<ExitCode> {
  const { node } = await client.ask(REVIEW, { id, first: Math.min(options.limit, 500) });
  if (!node) throw new Failure("REVIEW_NOT_FOUND", `There is no review ${id}. "concordat reviews" lists them.`);
  if (options.json) {
    print.json(node);
    return EXIT.done;
  }
  print.line(`${node.kind} ${node.state} in ${node.source}, version ${node.version}`);
  print.line(showQuestion(node));
  print.line(node.because);
  if (node.changes) printChanges(node.changes.nodes, print);
  if (node.kind === "GUARD") print.line(`${count(node.listed, "change")} listed of ${node.total} held back.`);
  return EXIT.done;
}

function printChanges(changes: readonly HeldChange[], print: Session["print"]): void {
  print.table(
    [{ title: "EFFECT" }, { title: "ASSET" }, { title: "FIELD" }, { title: "NOW" }, { title: "THEN" }],
    changes.map((it) => [it.effect, it.asset.name, it.field, showValue(it.before), showValue(it.after)]),
  );
}
