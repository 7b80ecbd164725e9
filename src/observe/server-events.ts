import type { Logger } from "pino";

// One function a business event of the server, so that each has one name, one level and one shape.

export function serverListening(log: Logger, address: string): void {
  log.info({ event: "server.listening", address }, `Listening on ${address}`);
}

export function serverClosed(log: Logger): void {
  log.info({ event: "server.closed" }, "The server is closed");
}

/** Somebody was told of an error only by its id. */
export function unexpectedError(log: Logger, errorId: string, error: unknown): void {
  log.error({ event: "request.failed", errorId, err: error }, `Unexpected error ${errorId}`);
}

/** A request did not come in: wrong host, wrong origin, no token. */
export function requestRefused(
  log: Logger,
  code: string,
  detail: { readonly remote: string | undefined; readonly path: string },
): void {
  log.warn({ event: "request.refused", code, ...detail }, `Refused a request: ${code}`);
}

export function subscriberTooSlow(
  log: Logger,
  detail: { readonly operation: string | undefined; readonly cursor: string | undefined },
): void {
  log.warn({ event: "subscriber.too-slow", ...detail }, "Closed a subscriber that does not keep up");
}
