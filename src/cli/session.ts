import { type Command, InvalidArgumentError, Option } from "commander";
import type { StartGateway } from "../server/running-gateway.ts";
import type { ExitCode } from "./exit-code.ts";
import { type GatewayAddress, gatewayAddress } from "./gateway-address.ts";
import { GraphClient } from "./graph-client.ts";
import type { CliIo } from "./io.ts";
import { Printer } from "./printer.ts";

/** What every command gets, and where it says how it ended. */
export interface Cli {
  readonly io: CliIo;
  exit(code: ExitCode): void;
  readonly startGateway: StartGateway;
}

/** Options of every command that talks to a gateway. */
export interface GatewayOptions {
  readonly url?: string;
  readonly json?: true;
}

export interface Session {
  readonly io: CliIo;
  readonly address: GatewayAddress;
  readonly client: GraphClient;
  readonly print: Printer;
}

export function withGatewayOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--url <address>",
        "the gateway, like http://127.0.0.1:4000; default CONCORDAT_URL, then this machine",
      ),
    )
    .addOption(new Option("--json", "print JSON; a stream prints one object a line"));
}

/** Runs `body` with a client for the gateway that the options and the environment name, and closes it after. */
export async function inSession(
  cli: Cli,
  options: GatewayOptions,
  body: (session: Session) => Promise<ExitCode>,
): Promise<void> {
  const { io } = cli;
  const address = gatewayAddress(options.url, io.env);
  const client = new GraphClient(address, io.signal);
  try {
    cli.exit(await body({ io, address, client, print: new Printer(io) }));
  } finally {
    await client.close();
  }
}

/** For commander: a whole number from 1 to `max`. */
export function countUpTo(max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= 1 && number <= max) return number;
    throw new InvalidArgumentError(`Expected a whole number from 1 to ${max}.`);
  };
}

/** For commander: "conflict" and "foreign-write" as the graph's names CONFLICT and FOREIGN_WRITE; may be given more than once. */
export function oneOf(known: readonly string[]): (text: string, before: readonly string[] | undefined) => string[] {
  return (text, before = []) => {
    const name = text.toUpperCase().replaceAll("-", "_");
    if (!known.includes(name)) throw new InvalidArgumentError(`Expected one of ${known.join(", ")}.`);
    return [...before, name];
  };
}

/** For commander: an option that may be given more than once. */
export function anyOf(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), text];
}

/** For commander: a moment, or a day, as RFC 3339 in UTC. */
export function moment(text: string): string {
  const at = new Date(text);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(at.getTime())) {
    throw new InvalidArgumentError("Expected a day or a moment, like 2026-03-01 or 2026-03-01T12:00:00Z.");
  }
  return at.toISOString();
}
