import type { SourceId } from "../../domain/ids.ts";
import type { Claim } from "../../ports/ledger.ts";
import type { Session } from "../statement.ts";
import type { Refusal } from "./check-commit.ts";
import { findAssets } from "./find-assets.ts";
import { findBindings } from "./find-bindings.ts";

/** What is claimed must belong to nobody else by now. */
export async function checkClaims(session: Session, claims: readonly Claim[]): Promise<Refusal | undefined> {
  for (const [source, own] of Map.groupBy(claims, (it): SourceId => it.source)) {
    const refs = own.map((it) => it.ref);
    const bound = await findBindings(session, source, refs);
    const taken = own.find((it, index) => bound[index] !== undefined && bound[index].asset !== it.asset);
    if (taken) return { ok: false, reason: "claimed", asset: taken.asset };
  }
  const named = claims.flatMap((it) => (it.name === undefined ? [] : [{ ...it, name: it.name }]));
  const bearers = await findAssets(
    session,
    named.map((it) => ({ name: it.name, kind: it.ref.kind })),
    false,
  );
  const taken = named.find((it, index) => bearers[index] !== undefined && bearers[index] !== it.asset);
  return taken && { ok: false, reason: "claimed", asset: taken.asset };
}
