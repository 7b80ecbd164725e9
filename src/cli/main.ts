import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CommanderError } from "commander";
import type { StartGateway } from "../server/running-gateway.ts";
import { EXIT } from "./exit-code.ts";
import { Failure } from "./failure.ts";
import { type CliIo, processIo } from "./io.ts";
import { explainOldNode } from "./node-version.ts";
import { openGateway } from "./open-gateway.ts";
import { plainText, printableJson } from "./plain-text.ts";

/**
 * Runs one command line, without the program's name; resolves to the exit code. Never throws and never ends the process.
 *
 * @param startGateway what "start" starts.
 */
export async function run(
  argv: readonly string[],
  io: CliIo,
  startGateway: StartGateway = openGateway,
): Promise<number> {
  const old = explainOldNode(io.nodeVersion);
  if (old !== undefined) {
    io.stderr.write(`${old}\n`);
    return EXIT.attention;
  }
  let exitCode: number = EXIT.done;
  try {
    const { buildProgram } = await import("./program.ts"); // only now: an old Node could not load what it needs
    const program = buildProgram({ io, exit: (code) => (exitCode = code), startGateway });
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    exitCode = explainError(error, argv.includes("--json"), io);
  }
  await io.stdout.drained();
  return exitCode;
}

function explainError(error: unknown, json: boolean, io: CliIo): number {
  if (error instanceof CommanderError) return error.exitCode; // it has said itself what is wrong
  if (error instanceof Failure) {
    io.stderr.write(
      json
        ? `${printableJson({ error: { code: error.code, message: error.message } })}\n`
        : `${plainText(error.message)}\n`,
    );
    return error.exitCode;
  }
  if (io.signal.aborted) return io.signal.reason === "EPIPE" ? EXIT.done : EXIT.interrupted;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.stderr.write(`This is a bug in Concordat; please report it with what follows.\n${text}\n`);
  return EXIT.failed;
}

/** The launcher and `node src/cli/main.ts` both make this file the process's main script. */
function isMainScript(): boolean {
  const script = process.argv[1];
  if (script === undefined) return false;
  try {
    return realpathSync(script) === realpathSync(fileURLToPath(import.meta.url));
  } catch {
    return false;
  }
}

if (isMainScript()) process.exitCode = await run(process.argv.slice(2), processIo());
