import type { IncomingHttpHeaders } from "node:http";
import { err, ok, type Result } from "../domain/result.ts";

export interface RequestRefusal {
  readonly code: "HOST_NOT_ALLOWED" | "ORIGIN_NOT_ALLOWED";
  readonly message: string;
}

/** `navigation`: it only asks for a page, so it may come from a link on another site. */
export type CheckRequest = (headers: IncomingHttpHeaders, navigation: boolean) => Result<undefined, RequestRefusal>;

export interface GuardOptions {
  /** Nobody has to show a token: then only names of this machine are answered to. */
  readonly loopbackOnly: boolean;
  /** Known once the server listens. */
  readonly port: () => number;
}

const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Keeps web pages of other sites out: one that reaches this machine under a name of its own (DNS rebinding) by the `Host` header, one that
 * sends requests from a visitor's browser by `Origin` and `Sec-Fetch-Site`. Programs send neither of the last two.
 */
export function createRequestGuard({ loopbackOnly, port }: GuardOptions): CheckRequest {
  return (headers, navigation) => {
    const { host, origin } = headers;
    if (host === undefined) return err(hostRefusal("none", port()));
    if (loopbackOnly && !isLoopbackHost(host, port())) return err(hostRefusal(host, port()));
    if (origin !== undefined && originHost(origin) !== host.toLowerCase()) {
      if (!(loopbackOnly && isLoopbackHost(originHost(origin), port()))) return err(originRefusal(origin));
    }
    const site = headers["sec-fetch-site"];
    if (!navigation && site !== undefined && site !== "same-origin" && site !== "none" && origin === undefined) {
      return err(originRefusal(String(site)));
    }
    return ok(undefined);
  };
}

/** Whether `host` is a loopback address or name: then nobody else can connect to it. */
export function isLoopbackAddress(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

function isLoopbackHost(host: string | undefined, port: number): boolean {
  if (host === undefined) return false;
  const [, name, given] = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(host.toLowerCase()) ?? [];
  return name !== undefined && LOOPBACK_NAMES.includes(name) && Number(given ?? 80) === port;
}

function originHost(origin: string): string | undefined {
  const url = URL.parse(origin);
  return url && (url.protocol === "http:" || url.protocol === "https:") ? url.host : undefined;
}

function hostRefusal(host: string, port: number): RequestRefusal {
  return {
    code: "HOST_NOT_ALLOWED",
    message: `This gateway answers to 127.0.0.1:${port} and localhost:${port} only, not to "${host}". Use one of these addresses, or configure \`access\`.`,
  };
}

function originRefusal(origin: string): RequestRefusal {
  return {
    code: "ORIGIN_NOT_ALLOWED",
    message: `Requests that a page of another site sends ("${origin}") are not taken.`,
  };
}
