import { randomUUID } from "node:crypto";
import { failure, json, type Reply } from "./reply.ts";

/** Who may call. `oauth2`: client credentials, at `POST /v1/oauth/tokens`. */
export type AuthOptions =
  | { readonly kind: "bearer"; readonly token: string }
  | {
      readonly kind: "oauth2";
      readonly clientId: string;
      readonly clientSecret: string;
      /** Seconds that a token is good for; 3600 by default. */
      readonly tokenLifetime?: number;
      /** What an expired token is answered with; 401 by default. */
      readonly expiredStatus?: 401 | 419;
    };

const MAX_TOKENS = 10_000;
const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

/** Checks and issues tokens. Without options everybody may call, and any client gets a token that nobody looks at. */
export class Auth {
  readonly #options: AuthOptions | undefined;
  readonly #now: () => number;
  /** Token → when it ends, milliseconds since 1970. */
  readonly #tokens = new Map<string, number>();

  constructor(options: AuthOptions | undefined, now: () => number) {
    this.#options = options;
    this.#now = now;
  }

  /** The refusal, or undefined where the caller may go on. */
  refuse(authorization: string | undefined): Reply | undefined {
    if (!this.#options) return undefined;
    const token = bearerToken(authorization);
    if (token === undefined) return failure(401, "NotAuthorizedException", "A bearer token is missing");
    if (this.#options.kind === "bearer") {
      return token === this.#options.token
        ? undefined
        : failure(401, "NotAuthorizedException", "The token is not valid");
    }
    const end = this.#tokens.get(token);
    if (end === undefined) return failure(401, "NotAuthorizedException", "The token is not valid");
    return end > this.#now() ? undefined : expired(this.#options.expiredStatus ?? 401);
  }

  /** Ends every token that was issued so far. */
  expireTokens(): void {
    for (const token of this.#tokens.keys()) this.#tokens.set(token, 0);
  }

  /** `POST /v1/oauth/tokens`. */
  issue(form: string, authorization: string | undefined): Reply {
    const fields = new URLSearchParams(form);
    const grant = fields.get("grant_type");
    if (grant !== "client_credentials" && grant !== EXCHANGE) {
      return oauthError(400, "unsupported_grant_type", "Use client_credentials or token exchange");
    }
    const known =
      grant === EXCHANGE ? this.#isCurrent(fields.get("subject_token")) : this.#isClient(fields, authorization);
    if (!known) return oauthError(401, "invalid_client", "Client id or secret, or the exchanged token, is not valid");
    const lifetime = this.#options?.kind === "oauth2" ? (this.#options.tokenLifetime ?? 3600) : 3600;
    const token = randomUUID();
    if (this.#tokens.size >= MAX_TOKENS) this.#tokens.delete(this.#tokens.keys().next().value as string);
    this.#tokens.set(token, this.#now() + lifetime * 1000);
    return json({
      access_token: token,
      token_type: "bearer",
      expires_in: lifetime,
      issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
    });
  }

  #isCurrent(token: string | null): boolean {
    return token !== null && (this.#tokens.get(token) ?? 0) > this.#now();
  }

  #isClient(fields: URLSearchParams, authorization: string | undefined): boolean {
    if (!this.#options) return true;
    if (this.#options.kind !== "oauth2") return false;
    const [id, secret] = basicCredentials(authorization) ?? [fields.get("client_id"), fields.get("client_secret")];
    return id === this.#options.clientId && secret === this.#options.clientSecret;
  }
}

function expired(status: 401 | 419): Reply {
  return status === 419
    ? failure(419, "AuthenticationTimeoutException", "Credentials have timed out")
    : failure(401, "NotAuthorizedException", "The token has expired");
}

function bearerToken(authorization: string | undefined): string | undefined {
  return authorization && /^bearer /i.test(authorization) ? authorization.slice(7) : undefined;
}

function basicCredentials(authorization: string | undefined): [string, string] | undefined {
  if (!authorization || !/^basic /i.test(authorization)) return undefined;
  const text = Buffer.from(authorization.slice(6), "base64").toString();
  const colon = text.indexOf(":");
  try {
    return [decodeURIComponent(text.slice(0, colon)), decodeURIComponent(text.slice(colon + 1))];
  } catch {
    return undefined;
  }
}

function oauthError(status: number, error: string, description: string): Reply {
  return { status, body: JSON.stringify({ error, error_description: description }) };
}
