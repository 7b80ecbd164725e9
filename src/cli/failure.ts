import { EXIT, type ExitCode } from "./exit-code.ts";

/** A command cannot go on. The message is for people: what happened and what to do; it is all they see. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly exitCode: ExitCode;
  /** For `--json`: "NO_GATEWAY", or the code that the gateway gave. */
  readonly code: string;

  constructor(code: string, message: string, exitCode: ExitCode = EXIT.failed) {
    super(message);
    this.code = code;
    this.exitCode = exitCode;
  }
}
