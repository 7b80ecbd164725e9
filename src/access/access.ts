import { createHash, timingSafeEqual } from "node:crypto";
import type { Actor } from "../domain/change.ts";
import { err, ok, type Result } from "../domain/result.ts";

/** read: ask and follow. write: change fields. operate: reconcile, scan, set modes. */
export type Action = "read" | "write" | "operate";
/** Each may also do what the one before may. */
export type Role = "reader" | "editor" | "operator";

const ACTIONS_BY_ROLE = {
  reader: ["read"],
  editor: ["read", "write"],
  operator: ["read", "write", "operate"],
} as const satisfies Record<Role, readonly Action[]>;

/** One token that is accepted. `name` stands in the log as the actor. */
export interface AccessToken {
  readonly name: string;
  readonly token: string;
  readonly roles: readonly Role[];
}

export interface AccessConfig {
  readonly tokens: readonly AccessToken[];
}

export interface Caller {
  readonly actor: Actor;
  readonly actions: ReadonlySet<Action>;
}

/** no-token: none was sent. bad-token: it is none of the configured ones. */
export type AccessProblem = { readonly kind: "no-token" | "bad-token"; readonly message: string };

/** Says who calls. `authorization`: the header's value, "Bearer …". Takes as long for a wrong token as for a right one. */
export type Authenticate = (authorization: string | undefined) => Result<Caller, AccessProblem>;

/** @param access undefined: everybody who can connect may do everything, as `localUser`; the server then binds to loopback only. */
export function createAuthenticate(access: AccessConfig | undefined, localUser: string): Authenticate {
  if (access === undefined) {
    const caller: Caller = { actor: { kind: "person", id: localUser }, actions: new Set(ACTIONS_BY_ROLE.operator) };
    return () => ok(caller);
  }
  const known = access.tokens.map(({ name, token, roles }) => {
    const actions = new Set<Action>(roles.flatMap((role) => ACTIONS_BY_ROLE[role]));
    return { digest: digest(token), caller: { actor: { kind: "service" as const, id: name }, actions } };
  });
  return (authorization) => {
    const sent = /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization ?? "")?.[1];
    if (sent === undefined)
      return err({ kind: "no-token", message: "Send your token in the header Authorization: Bearer …" });
    const sentDigest = digest(sent);
    let found: Caller | undefined;
    for (const it of known) if (timingSafeEqual(it.digest, sentDigest)) found = it.caller;
    return found
      ? ok(found)
      : err({ kind: "bad-token", message: "The token is not known here. Ask the operator for another one." });
  };
}

export function may(caller: Caller, action: Action): boolean {
  return caller.actions.has(action);
}

function digest(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
