import type { Agent } from "undici";
import type { Clock } from "../../src/ports/clock.ts";
import type { IcebergRestSettings, OAuth2Credentials } from "./config.ts";
import { RequestFailure, toFailure } from "./failure.ts";
import { retryAfterMs } from "./status.ts";
import { OAuthTokenResponse } from "./wire.ts";

/** Gives the Authorization header of a request. */
export interface Authorizer {
  /** Undefined where none is needed. @throws RequestFailure if no token can be had. */
  header(): Promise<string | undefined> | string | undefined;
  /** After `header` was refused: whether another one can be had and the request be tried again. */
  renewable(header: string | undefined): boolean;
}

export function makeAuthorizer(settings: IcebergRestSettings, agent: Agent, clock: Clock): Authorizer {
  const { auth } = settings;
  if (auth === "none") return { header: () => undefined, renewable: () => false };
  if ("token" in auth) {
    const header = `Bearer ${auth.token}`;
    return { header: () => header, renewable: () => false };
  }
  const uri = auth.oauth2.uri ?? `${settings.base.href.replace(/\/$/, "")}/v1/oauth/tokens`;
  return new OAuth2(auth.oauth2, { uri: new URL(uri), withinMs: settings.attemptMs }, agent, clock);
}

interface Token {
  readonly header: string;
  /** Milliseconds since 1970; a new one is fetched from then on. */
  readonly renewAt: number;
}

/** OAuth2 client credentials: one token for all requests, fetched once however many wait for it. */
class OAuth2 implements Authorizer {
  readonly #credentials: OAuth2Credentials;
  readonly #uri: URL;
  /** For the whole answer: all requests wait for the one token. Milliseconds. */
  readonly #withinMs: number;
  readonly #agent: Agent;
  readonly #clock: Clock;
  #token: Token | undefined;
  #fetching: Promise<Token> | undefined;

  constructor(
    credentials: OAuth2Credentials,
    endpoint: { readonly uri: URL; readonly withinMs: number },
    agent: Agent,
    clock: Clock,
  ) {
    this.#credentials = credentials;
    this.#uri = endpoint.uri;
    this.#withinMs = endpoint.withinMs;
    this.#agent = agent;
    this.#clock = clock;
  }

  header(): Promise<string> | string {
    if (this.#token && this.#clock.now() < this.#token.renewAt) return this.#token.header;
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching.then((it) => it.header);
  }

  renewable(header: string | undefined): boolean {
    // Another request may have brought a new token already: then that one is tried.
    if (this.#token?.header === header) this.#token = undefined;
    return true;
  }

  async #fetch(): Promise<Token> {
    const token = await this.#ask();
    const lifeMs = (token.expires_in ?? 3_600) * 1_000;
    this.#token = {
      header: `Bearer ${token.access_token}`,
      renewAt: this.#clock.now() + lifeMs - Math.min(60_000, lifeMs / 10),
    };
    return this.#token;
  }

  async #ask(): Promise<OAuthTokenResponse> {
    const form = new URLSearchParams({
      grant_type: "client_credentials",
      scope: this.#credentials.scope ?? "catalog",
      client_id: this.#credentials.clientId,
      client_secret: this.#credentials.clientSecret,
    });
    let answered = false;
    try {
      const { statusCode, headers, body } = await this.#agent.request({
        origin: this.#uri.origin,
        path: this.#uri.pathname + this.#uri.search,
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
        body: form.toString(),
        signal: AbortSignal.timeout(this.#withinMs),
      });
      answered = true;
      const text = await body.text();
      if (statusCode === 200) {
        const token = OAuthTokenResponse.safeParse(JSON.parse(text));
        if (token.success) return token.data;
        throw new RequestFailure(
          { code: "protocol", message: "The token endpoint's answer is malformed." },
          "no",
          false,
        );
      }
      throw refusedToken(statusCode, retryAfterMs(String(headers["retry-after"] ?? ""), this.#clock.now()));
    } catch (thrown) {
      const failure = toFailure(isTimeout(thrown) ? LATE : thrown, { sent: false, answered });
      // The catalog was not asked yet, whatever became of the token request.
      throw new RequestFailure(failure.error, "no", failure.passing, thrown);
    }
  }
}

const LATE = new RequestFailure({ code: "timeout", message: "The token endpoint did not answer in time." }, "no", true);

function isTimeout(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === "TimeoutError";
}

function refusedToken(status: number, waitMs: number | undefined): RequestFailure {
  const message = `The token endpoint answered ${status}.`;
  const told = waitMs === undefined ? {} : { retryAfterMs: waitMs };
  if (status === 429 || status === 503) return new RequestFailure({ code: "throttled", message, ...told }, "no", true);
  if (status >= 500) return new RequestFailure({ code: "server", message }, "no", true);
  return new RequestFailure(
    { code: "unauthorized", message: `${message} Check client id, secret and scope.` },
    "no",
    false,
  );
}
