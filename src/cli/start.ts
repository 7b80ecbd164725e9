import { Command } from "commander";
import type { Cli } from "./session.ts";

export interface StartOptions {
  readonly config?: string;
  readonly reset?: true;
  readonly restored?: true;
  readonly json?: true;
}

export function startCommand(cli: Cli): Command {
  return new Command("start")
    .description("start a gateway here; without a config file, the demo with a sample lakehouse")
    .option("--config <file>", "the config file; default CONCORDAT_CONFIG, then concordat.yaml, then the demo's")
    .option("--reset", "begin anew: delete Concordat's own files in the data folder first, without asking")
    .option(
      "--restored",
      "the ledger was restored from a backup: read everything again, and ask a person about whatever differs",
    )
    .option("--json", "print JSON, one object a line: first where it listens, then what it found")
    .addHelpText(
      "after",
      "\nCtrl-C stops it, a second one at once. CONCORDAT_PORT, CONCORDAT_SANDBOX_PORT and CONCORDAT_DATA move it.",
    )
    .action(async (options: StartOptions) => {
      const { runStart } = await import("./run-start.ts"); // the other commands need none of it, and begin sooner
      cli.exit(await runStart(cli.io, options, cli.startGateway));
    });
}
