import { Writable } from "node:stream";
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from "pino";
import { PinoPretty } from "pino-pretty";
import type { LogLevel } from "../config/environment.ts";
import type { CliIo } from "./io.ts";

/** The log of a gateway that runs here: lines for people on a terminal, JSON lines in a pipe; always on stderr. */
export function createStartLog(level: LogLevel, io: CliIo): Logger {
  const lines: DestinationStream = { write: (line) => io.stderr.write(line) };
  return pino({ level, base: null, timestamp: stdTimeFunctions.isoTime }, io.stderr.isTTY ? forTerminal(io) : lines);
}

function forTerminal(io: CliIo): DestinationStream {
  const destination = new Writable({
    decodeStrings: false,
    write: (line: string, _encoding, done) => {
      io.stderr.write(`\r\u001b[2K${line}`); // a line of progress may stand there
      done();
    },
  });
  return PinoPretty({
    destination,
    colorize: !io.env["NO_COLOR"] && io.env["TERM"] !== "dumb",
    translateTime: "SYS:HH:MM:ss",
    sync: true,
  });
}
