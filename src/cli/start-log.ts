import { Writable } from "node:stream";
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from "pino";
import { PinoPretty } from "pino-pretty";
import type { LogLevel } from "../config/environment.ts";
import type { CliIo } from "./io.ts";

/** The log of a gateway that is started here. It is held back at first: a start that fails for a known reason is one clear message. */
export interface StartLog {
  readonly log: Logger;
  /** Writes what was held back, and everything from now on. */
  release(): void;
}

/** Lines held back at most; more of them end the holding back. */
const MAX_HELD = 200;

/** Lines for people on a terminal, from warnings on unless CONCORDAT_LOG_LEVEL says otherwise; JSON lines in a pipe; on stderr. */
export function createStartLog(configured: LogLevel, io: CliIo): StartLog {
  const { stderr } = io;
  const level = stderr.isTTY && configured === "info" && !io.env["CONCORDAT_LOG_LEVEL"] ? "warn" : configured;
  const destination: DestinationStream = stderr.isTTY ? forTerminal(io) : { write: (line) => stderr.write(line) };
  let held: string[] | undefined = [];
  const release = (): void => {
    const lines = held ?? [];
    held = undefined;
    for (const it of lines) destination.write(it);
  };
  const write = (line: string): void => {
    if (!held) return destination.write(line);
    held.push(line);
    if (held.length > MAX_HELD) release();
  };
  return { log: pino({ level, base: null, timestamp: stdTimeFunctions.isoTime }, { write }), release };
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
    ignore: "event",
    sync: true,
  });
}
