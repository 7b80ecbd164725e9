import { Command } from "commander";
import type { Cli } from "./session.ts";

export interface CheckOptions {
  readonly config?: string;
  readonly json?: true;
}

export function checkCommand(cli: Cli): Command {
  return new Command("check")
    .description(
      "validate the config file and its treaty, and say for every field of every kind of asset who has authority",
    )
    .option("--config <file>", "the config file; default CONCORDAT_CONFIG, then concordat.yaml, then the demo's")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nReads files and the environment, and asks nobody else. Exit code 2: the config or the treaty is not valid.",
    )
    .action(async (options: CheckOptions) => {
      const { runCheck } = await import("./run-check.ts"); // the other commands need none of it, and begin sooner
      cli.exit(await runCheck(cli.io, options));
    });
}
