import { Command } from "commander";

import { changesCommand } from "./changes.ts";
import { checkCommand } from "./check.ts";
import { decideCommand } from "./decide.ts";
import { driftCommand } from "./drift.ts";
import { ENVIRONMENT_HELP, EXIT_CODES_HELP } from "./exit-code.ts";
import { explainCommand } from "./explain.ts";
import { planCommand } from "./plan.ts";
import { reconcileCommand } from "./reconcile.ts";
import { reviewsCommand } from "./reviews.ts";
import { scanCommand } from "./scan.ts";
import type { Cli } from "./session.ts";
import { startCommand } from "./start.ts";
import { packageVersion } from "./version.ts";

/** All commands. Nothing of it ends the process: what commander would end it for is thrown as CommanderError. */
export function buildProgram(cli: Cli): Command {
  const { io } = cli;
  const program = new Command("concordat")
    .description("One graph over governance and lakehouse catalogs, with an authority for every field.")
    .version(packageVersion(), "-V, --version", "print the version")
    .helpCommand("help [command]", "explain a command")
    .addHelpText("after", ENVIRONMENT_HELP)
    .addHelpText("after", EXIT_CODES_HELP);
  const commands = [
    startCommand,
    checkCommand,
    scanCommand,
    planCommand,
    reconcileCommand,
    driftCommand,
    reviewsCommand,
    decideCommand,
    explainCommand,
    changesCommand,
  ];
  for (const command of commands) program.addCommand(command(cli));
  for (const it of [program, ...program.commands]) {
    it.exitOverride()
      .helpOption("-h, --help", "explain it")
      .showHelpAfterError(false)
      .configureOutput({
        writeOut: (text) => io.stdout.write(text),
        writeErr: (text) => io.stderr.write(text),
        getOutHelpWidth: () => io.stdout.columns ?? 100,
        getErrHelpWidth: () => io.stderr.columns ?? 100,
      });
  }
  return program;
}
