import { hash } from "node:crypto";
import type { Actor } from "../domain/change.ts";
import type { Engine } from "../ports/engine.ts";
import type { IdempotencyRecord } from "../ports/ledger.ts";

const KEY_LIVES_MS = 24 * 3_600_000;

/** A key of an actor, taken by a request that begins now. @param request all that another request would differ in. */
export function takenKey({ clock }: Engine, actor: Actor, key: string, request: readonly unknown[]): IdempotencyRecord {
  return {
    scope: `${actor.kind}:${actor.id}:${key}`,
    requestHash: hash("sha256", JSON.stringify(request), "base64url"),
    state: "running",
    outcome: null,
    expiresAt: clock.now() + KEY_LIVES_MS,
  };
}
