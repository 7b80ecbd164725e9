import type { NativeRef } from "../../src/domain/asset.ts";
import { type IcebergClient, isOk } from "./client.ts";
import { RequestFailure } from "./failure.ts";
import { load } from "./load.ts";
import { listPath, namespacePath, type Session } from "./session.ts";
import { refusal } from "./status.ts";
import { WireError } from "./table-wire.ts";
import { ListNamespacesResponse, ListTablesResponse } from "./wire.ts";

export type Listing = "namespaces" | "tables" | "views";

/** One page of one list. */
export interface ListingPage {
  readonly refs: readonly NativeRef[];
  readonly next: string | undefined;
}

/**
 * Reads one page of the namespaces, tables or views directly in `parent`; an empty `parent` is the catalog itself.
 * A namespace that is gone, and says so when asked for itself, has nothing in it.
 *
 * @throws RequestFailure if the page cannot be read, or breaks the protocol's rules; what `signal` aborts with, if it does.
 */
export async function listPage(
  client: IcebergClient,
  session: Session,
  listing: Listing,
  parent: readonly string[],
  pageToken: string,
  signal: AbortSignal,
): Promise<ListingPage> {
  const path =
    listing === "namespaces"
      ? listPath(session, session.root, parent, pageToken)
      : listPath(session, `${namespacePath(session, parent)}/${listing}`, [], pageToken);
  const decode = (text: string): ListingPage => decodePage(listing, parent, text);
  const reply = await client.call({ method: "GET", path, lane: "scan", decode }, signal);
  if (isOk(reply)) {
    if (reply.body.next !== undefined && reply.body.next === pageToken)
      throw protocol("The server gives the same page for ever.");
    return reply.body;
  }
  if (reply.status === 404 && parent.length > 0) {
    const loaded = await load(client, session, { kind: "NAMESPACE", name: parent }, { lane: "scan" }, signal);
    if (loaded === "missing") return { refs: [], next: undefined };
  }
  throw new RequestFailure(refusal(reply.status, reply.error), "no", false);
}

function decodePage(listing: Listing, parent: readonly string[], text: string): ListingPage {
  const body: unknown = JSON.parse(text);
  if (listing === "namespaces") {
    const parsed = ListNamespacesResponse.safeParse(body);
    if (!parsed.success || !parsed.data.namespaces) throw new WireError("a list of namespaces has another shape");
    const refs = parsed.data.namespaces.map(
      (name): NativeRef => ({ kind: "NAMESPACE", name: childOf(parent, name), stableId: null }),
    );
    return { refs, next: nextOf(parsed.data["next-page-token"]) };
  }
  const parsed = ListTablesResponse.safeParse(body);
  if (!parsed.success || !parsed.data.identifiers) throw new WireError(`a list of ${listing} has another shape`);
  const kind = listing === "tables" ? "TABLE" : "VIEW";
  const refs = parsed.data.identifiers.map((it): NativeRef => ({ kind, name: [...parent, it.name], stableId: null }));
  return { refs, next: nextOf(parsed.data["next-page-token"]) };
}

/** A server that ignores `parent` would be walked in circles. */
function childOf(parent: readonly string[], name: readonly string[]): readonly string[] {
  if (name.length !== parent.length + 1 || parent.some((it, index) => name[index] !== it)) {
    throw new WireError(`namespace ${JSON.stringify(name)} was listed below ${JSON.stringify(parent)}`);
  }
  return name;
}

function nextOf(token: string | null | undefined): string | undefined {
  return token === null || token === undefined || token === "" ? undefined : token;
}

function protocol(message: string): RequestFailure {
  return new RequestFailure({ code: "protocol", message }, "no", false);
}
