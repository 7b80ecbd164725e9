import { Command } from "commander";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { refuseOnUserErrors } from "./graph-errors.ts";
import { RECONCILE } from "./operations.ts";
import { withProgress } from "./progress.ts";
import { toScope } from "./scope.ts";
import { anyOf, type Cli, type GatewayOptions, inSession, type Session, withGatewayOptions } from "./session.ts";
import { count } from "./show-value.ts";

interface ReconcileOptions extends GatewayOptions {
  readonly source?: string[];
  readonly wait: boolean;
}

export function reconcileCommand(cli: Cli): Command {
  return withGatewayOptions(new Command("reconcile"))
    .description("bring assets to what the treaty demands; writes to sources whose mode allows it")
    .argument("[asset...]", "ids, names or globs of names: finance.orders, 'finance.**'; everything if left out")
    .option("--source <name>", "only this source; may be repeated", anyOf)
    .option("--no-wait", "do not wait until the work has come to rest")
    .addHelpText("after", '\n"concordat plan" with the same arguments says beforehand what would be written.')
    .action((assets: string[], options: ReconcileOptions) =>
      inSession(cli, options, (it) => reconcile(it, assets, options)),
    );
}

async function reconcile(session: Session, assets: readonly string[], options: ReconcileOptions): Promise<ExitCode> {
  const { client, io, print } = session;
  const scope = toScope(assets, options.source);
  const input = { ...(scope ? { scope } : {}), wait: options.wait };
  const { reconcile: payload } = await withProgress(io, options.wait ? "Reconciling …" : "Marking assets …", () =>
    client.ask(RECONCILE, { input }, Number.POSITIVE_INFINITY),
  );
  refuseOnUserErrors(payload.userErrors);
  const { marked, settled } = payload;
  if (options.json) print.json({ marked, settled });
  else if (settled === null) print.line(`${count(marked, "asset")} marked. "concordat drift" shows what is left.`);
  else if (settled)
    print.line(`${count(marked, "asset")} reconciled. "concordat drift" shows what the treaty leaves to a person.`);
  else
    print.line(
      `${count(marked, "asset")} marked, and not all came to rest in time: the work goes on. Look at "concordat drift".`,
    );
  return settled === false ? EXIT.failed : EXIT.done;
}
