import { Command } from "commander";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { PLAN, type Plan, type PlanItem } from "./operations.ts";
import type { Printer } from "./printer.ts";
import { withProgress } from "./progress.ts";
import { toScope } from "./scope.ts";
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

interface PlanOptions extends GatewayOptions {
  readonly source?: string[];
  readonly limit: number;
}

export function planCommand(cli: Cli): Command {
  return withGatewayOptions(new Command("plan"))
    .description("say what reconcile would do now, what it would not do, and why; nothing is written")
    .argument("[asset...]", "ids, names or globs of names: finance.orders, 'finance.**'; everything if left out")
    .option("--source <name>", "only what would be written to this source; may be repeated", anyOf)
    .option("--limit <n>", "how many items at most", countUpTo(1_000), 500)
    .addHelpText(
      "after",
      "\nExit code 0: nothing to do (what is held back for a reason counts as nothing). 2: something to do.",
    )
    .action((assets: string[], options: PlanOptions) =>
      inSession(cli, options, (session) => plan(session, assets, options)),
    );
}

async function plan(session: Session, assets: readonly string[], options: PlanOptions): Promise<ExitCode> {
  const { client, io, print } = session;
  const variables = { scope: toScope(assets, options.source), first: options.limit };
  const answer = await withProgress(io, "Comparing what the sources hold with what the treaty demands …", () =>
    client.ask(PLAN, variables, Number.POSITIVE_INFINITY),
  );
  if (options.json) print.json(answer.plan);
  else printPlan(answer.plan, print);
  // Items beyond the limit are not known: they may be something to do.
  return answer.plan.items.some(isDone) || answer.plan.more > 0 ? EXIT.attention : EXIT.done;
}

/** Whether reconcile would write it; REVIEW and HOLD write nothing. */
function isDone(item: PlanItem): boolean {
  return item.action !== "HOLD" && item.action !== "REVIEW";
}

function printPlan({ items, more, assetsExamined }: Plan, print: Printer): void {
  const done = items.filter(isDone);
  const held = items.filter((it) => !isDone(it));
  if (done.length > 0) {
    print.line(print.paint("bold", `Reconcile would write ${count(done.length, "value")}:`));
    printItems(done, print);
  }
  for (const [because, group] of Map.groupBy(held, (it) => it.because ?? "no reason is given")) {
    print.line(
      `${done.length > 0 ? "\n" : ""}${print.paint("bold", `Would not write ${count(group.length, "value")}`)}: ${print.paint("yellow", because)}`,
    );
    printItems(group, print);
  }
  if (items.length > 0) print.line();
  if (more > 0) print.line(`${count(more, "more item")} left out: raise --limit, or name assets or a source.`);
  print.line(
    `${count(assetsExamined, "asset")} examined: ${done.length === 0 && more === 0 ? "nothing to do" : `${done.length} to do`}, ${held.length} held back.`,
  );
}

function printItems(items: readonly PlanItem[], print: Printer): void {
  print.table(
    [
      { title: "ACTION" },
      { title: "ASSET" },
      { title: "FIELD" },
      { title: "IN" },
      { title: "NOW" },
      { title: "THEN" },
      { title: "RULE" },
    ],
    items.map((it) => [
      { text: it.action, style: isDone(it) ? "green" : "yellow" },
      it.asset.name,
      it.field,
      it.source,
      showValue(it.before),
      showValue(it.after),
      { text: it.rule, style: "dim" },
    ]),
  );
}
