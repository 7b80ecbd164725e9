import type { Agreed, AssetState } from "../domain/state.ts";
import type { Engine } from "../ports/engine.ts";
import type { PageRequest } from "../ports/ledger.ts";

const PAGE = 200;
export interface ForgetDeps {
  readonly ledger: Engine["ledger"];
  readonly sources: Pick<Engine["sources"], "ids">;
}

const ALL = { states: ["ACTIVE", "SUSPECTED", "RETIRED"] } as const;

/**
 * After the ledger was restored from a backup: nothing of what it remembers to have been agreed is believed, of any asset and
 * any source (P7). Every asset is to be read again everywhere; what then differs is for a person to decide.
 *
 * @returns how many assets there are.
 */
export async function forgetBases(engine: ForgetDeps): Promise<number> {
  let count = 0;
  for (let page: PageRequest | undefined = { limit: PAGE }; page; ) {
    const { hasNext, items } = await engine.ledger.pageAssets(ALL, { by: "created", direction: "asc" }, page);
    const ids = items.map((it) => it.item);
    while (!(await forgetOf(engine, ids)));
    count += ids.length;
    const after = items.at(-1)?.cursor;
    page = hasNext && after !== undefined ? { limit: PAGE, after } : undefined;
  }
  return count;
}

async function forgetOf(engine: ForgetDeps, ids: Parameters<Engine["ledger"]["loadStates"]>[0]): Promise<boolean> {
  const states = (await engine.ledger.loadStates(ids)).flatMap((it) => it ?? []);
  const assets = states.map((it) => ({ id: it.asset.id, expectedRevision: it.revision, agreed: lostIn(engine, it) }));
  const dirty = ids.flatMap((asset) => engine.sources.ids.map((source) => ({ asset, source, reread: true })));
  return (await engine.ledger.commit({ assets, dirty })).ok;
}

function lostIn({ sources }: ForgetDeps, { agreed }: AssetState): readonly Agreed[] {
  const mirrors = new Set([...sources.ids, ...agreed.map((it) => it.mirror)]);
  return [...mirrors].map((mirror) => {
    const known = agreed.find((it) => it.mirror === mirror) ?? { mirror, fields: {}, none: [] };
    return { ...known, lost: "all" as const };
  });
}
