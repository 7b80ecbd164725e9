import type { Environment } from "../config/environment.ts";
import { Failure } from "./failure.ts";

/** Where a running gateway is. */
export interface GatewayAddress {
  /** "http://127.0.0.1:4000/graphql". */
  readonly http: string;
  /** "ws://127.0.0.1:4000/graphql". */
  readonly ws: string;
  readonly token: string | undefined;
}

/**
 * `url` is the option `--url`, then CONCORDAT_URL, then 127.0.0.1 at CONCORDAT_PORT, 4000 if nothing is said.
 * An address without a path gets "/graphql".
 *
 * @throws Failure if it is no http or https address, or would send the token readable over a network.
 */
export function gatewayAddress(url: string | undefined, env: Environment): GatewayAddress {
  const text = url ?? (env["CONCORDAT_URL"] || `http://127.0.0.1:${port(env)}`);
  const parsed = URL.parse(text);
  if (!parsed || !/^https?:$/.test(parsed.protocol)) {
    throw new Failure("BAD_ADDRESS", `Not an address of a gateway: "${text}". Give one like http://127.0.0.1:4000.`);
  }
  if (parsed.username !== "" || parsed.password !== "") {
    throw new Failure(
      "BAD_ADDRESS",
      "The gateway's address holds a password. Put a token into CONCORDAT_TOKEN instead.",
    );
  }
  if (parsed.pathname === "/") parsed.pathname = "/graphql";
  parsed.hash = "";
  const token = env["CONCORDAT_TOKEN"] || undefined;
  if (token !== undefined && /[^\x21-\x7e]/.test(token)) {
    throw new Failure(
      "BAD_TOKEN",
      "CONCORDAT_TOKEN holds spaces, line breaks or letters that no token has. Set it again.",
    );
  }
  if (token !== undefined && parsed.protocol === "http:" && !isLoopback(parsed.hostname)) {
    throw new Failure(
      "BAD_ADDRESS",
      `CONCORDAT_TOKEN is not sent to ${parsed.origin} unencrypted. Use an https address.`,
    );
  }
  return { http: parsed.href, ws: parsed.href.replace(/^http/, "ws"), token };
}

function port(env: Environment): number {
  const text = env["CONCORDAT_PORT"] || "4000";
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= 65_535) return number;
  throw new Failure("BAD_ADDRESS", `CONCORDAT_PORT is "${text}"; expected a port from 1 to 65535.`);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
