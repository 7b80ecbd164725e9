import { createClient, type FormattedExecutionResult } from "graphql-ws";
import WebSocket, { type ClientOptions } from "ws";
import { z } from "zod";
import { Failure } from "./failure.ts";
import type { GatewayAddress } from "./gateway-address.ts";
import { connectionFailure } from "./graph-client.ts";
import { graphFailure } from "./graph-errors.ts";
import type { Operation, Variables } from "./operation.ts";

/** The stream ended, and not because anything refused it: what was missed can be had by subscribing again after the last cursor. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
}

/** Events that wait for their reader. Past it the connection is given up and taken up again where the reader stands. */
const MAX_PENDING = 1_000;
const KEEP_ALIVE_MS = 15_000;
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/**
 * The events of one subscription over one connection, in order. Ends when `signal` aborts.
 *
 * @throws ConnectionLost if the connection breaks or the gateway ends the stream; Failure if it refuses.
 */
export async function* subscribe<Data>(
  address: GatewayAddress,
  operation: Operation<Data>,
  variables: Variables,
  signal: AbortSignal,
): AsyncGenerator<Data> {
  if (signal.aborted) return;
  const client = openClient(address);
  const inbox = new Inbox(() => client.terminate());
  const payload = { query: operation.document, operationName: operation.name, variables: { ...variables } };
  const release = client.subscribe(payload, inbox);
  const stop = (): void => inbox.complete();
  signal.addEventListener("abort", stop);
  try {
    for (;;) {
      const result = await inbox.take();
      if (signal.aborted) return;
      if (result === undefined) throw endOf(inbox, address);
      yield readResult(operation, result);
    }
  } finally {
    signal.removeEventListener("abort", stop);
    release();
    client.terminate(); // no goodbye to wait for: the gateway may be gone
    await client.dispose();
  }
}

/** Holds what arrived until it is taken, and how the stream ended. */
class Inbox {
  readonly #pending: FormattedExecutionResult[] = [];
  #wake: (() => void) | undefined;
  readonly #onFull: () => void;
  #ended = false;
  cause: unknown;

  constructor(onFull: () => void) {
    this.#onFull = onFull;
  }

  next(result: FormattedExecutionResult): void {
    if (this.#ended) return;
    this.#pending.push(result);
    if (this.#pending.length >= MAX_PENDING) {
      this.error(new ConnectionLost("events came faster than they were read"));
      this.#onFull();
    }
    this.#wake?.();
  }

  error(cause: unknown): void {
    if (!this.#ended) this.cause = cause;
    this.complete();
  }

  complete(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async take(): Promise<FormattedExecutionResult | undefined> {
    while (this.#pending.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#pending.shift();
  }
}

function openClient(address: GatewayAddress): ReturnType<typeof createClient> {
  const headers = address.token === undefined ? {} : { authorization: `Bearer ${address.token}` };
  const options: ClientOptions = {
    headers,
    maxPayload: MAX_MESSAGE_BYTES,
    handshakeTimeout: 10_000,
    followRedirects: false,
  };
  let overdue: NodeJS.Timeout | undefined;
  const client = createClient({
    url: address.ws,
    connectionParams: headers,
    retryAttempts: 0, // `follow` takes up the stream where it stood, which this client cannot
    connectionAckWaitTimeout: 10_000,
    keepAlive: KEEP_ALIVE_MS,
    webSocketImpl: class extends WebSocket {
      constructor(url: string, protocols: string) {
        super(url, protocols, options);
      }
    },
    on: {
      ping: (received) => {
        if (!received) overdue = setTimeout(() => client.terminate(), KEEP_ALIVE_MS / 2);
      },
      pong: () => clearTimeout(overdue),
      closed: () => clearTimeout(overdue),
    },
  });
  return client;
}

function readResult<Data>(operation: Operation<Data>, result: FormattedExecutionResult): Data {
  const failure = graphFailure(result.errors);
  if (failure) throw asLost(failure) ?? failure;
  const data = operation.data.safeParse(result.data);
  if (data.success) return data.data;
  throw new Failure(
    "NOT_A_GATEWAY",
    `An event lacks what was asked for: ${z.prettifyError(data.error)}. Use one version for both sides.`,
  );
}

/** Close codes of graphql-ws after which trying again leads nowhere. */
const REFUSALS: Readonly<Record<number, string>> = {
  4400: "it did not understand the request",
  4401: "it wants a token: put one into CONCORDAT_TOKEN",
  4403: "it does not allow it: use a token in CONCORDAT_TOKEN that may",
  4406: "it speaks no graphql-transport-ws",
};
const CloseEvent = z.looseObject({ code: z.number(), reason: z.string() });
const ErrorEvent = z.looseObject({ error: z.instanceof(Error) });

function endOf({ cause }: Inbox, address: GatewayAddress): Error {
  if (cause instanceof ConnectionLost) return cause;
  const failure = graphFailure(cause);
  if (failure) return asLost(failure) ?? failure;
  const closed = CloseEvent.safeParse(cause);
  if (closed.success) {
    const { code, reason } = closed.data;
    const refusal = REFUSALS[code];
    if (refusal)
      return new Failure("REFUSED", `The gateway at ${address.ws} closed the connection: ${refusal}. ${reason}`.trim());
    return new ConnectionLost(`the connection closed (${code}${reason ? ` ${reason}` : ""})`);
  }
  if (cause === undefined) return new ConnectionLost("the gateway ended the stream");
  const error = ErrorEvent.safeParse(cause);
  return connectionFailure(address.ws, error.success ? error.data.error : cause);
}

/** The gateway ends the stream of a reader that is too slow, and lets it come back with its cursor. */
function asLost(failure: Failure): ConnectionLost | undefined {
  return /SLOW/.test(failure.code) ? new ConnectionLost(failure.message) : undefined;
}
