import type { Config } from "../config/config.ts";
import { LedgerOpenError } from "../ledger/ledger-open-error.ts";
import { StartError } from "../server/running-gateway.ts";
import { EXIT } from "./exit-code.ts";
import { Failure } from "./failure.ts";

/** What a failed start means to the person who wanted it; undefined for what is nobody's mistake but ours. */
export function explainStartFailure(error: unknown, config: Config): Failure | undefined {
  if (error instanceof StartError || error instanceof LedgerOpenError) return cannotStart(error.message);
  const { code, port, path, message } = error as NodeJS.ErrnoException & { port?: number };
  switch (code) {
    case "EADDRINUSE":
      return cannotStart(takenPort(port, config));
    case "EADDRNOTAVAIL":
      return cannotStart(
        `This machine has no address ${config.server.host}. Set server.host in ${config.file} or CONCORDAT_HOST to one it has.`,
      );
    case "EACCES":
    case "EPERM":
      if (port !== undefined)
        return cannotStart(`Port ${port} may not be used by you. Set CONCORDAT_PORT to one above 1023.`);
      return cannotStart(
        `The data folder is not writable: ${path ?? config.dataFolder}. Change its permissions, or set CONCORDAT_DATA to another folder.`,
      );
    case "EROFS":
      return cannotStart(
        `The data folder is on a read-only disk: ${path ?? config.dataFolder}. Set CONCORDAT_DATA to another folder.`,
      );
    case "ENOTDIR":
    case "EEXIST":
      return cannotStart(
        `The data folder cannot be made: ${path ?? config.dataFolder} is a file. Set CONCORDAT_DATA to another folder.`,
      );
    case "ENOSPC":
      return cannotStart(
        `The disk of the data folder ${config.dataFolder} is full. Make room, or set CONCORDAT_DATA to another folder.`,
      );
    default:
      return code === undefined ? undefined : cannotStart(`The gateway cannot start: ${message} (${code}).`);
  }
}

function takenPort(port: number | undefined, { server, sandbox }: Config): string {
  const ofSandbox = port !== undefined && port === sandbox?.port && port !== server.port;
  const variable = ofSandbox ? "CONCORDAT_SANDBOX_PORT" : "CONCORDAT_PORT";
  const what = ofSandbox ? "for the sandbox " : "";
  return `Port ${port ?? server.port} ${what}is taken, perhaps by another gateway. Stop that, or set ${variable} to another port.`;
}

function cannotStart(message: string): Failure {
  return new Failure("CANNOT_START", message, EXIT.attention);
}
