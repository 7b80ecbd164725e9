import DataLoader from "dataloader";
import { GraphQLError } from "graphql";
import type { AssetState } from "../domain/state.ts";
import { advanceState, STATE_ENTRIES } from "../plan/state-as-of.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { AssetAsOfKey, Loaders } from "./context.ts";
import type { AssetModel } from "./models.ts";

type HistoryLedger = Pick<Ledger, "loadStates" | "pageChanges">;

/** Assets that one request may ask for as of a position: the history of each is read. */
const MAX_ASSETS = 10;
/** Entries of one history that are read, and how many at a time. */
const MAX_ENTRIES = 50_000;
const PAGE = 1_000;

/** Each loader is for one request. A history is read page by page, so that only one page of it is held at a time. */
export function createAsOfLoader(ledger: HistoryLedger, maxEntries = MAX_ENTRIES): Loaders["asOf"] {
  let asked = 0;
  return new DataLoader(
    async (keys) => {
      asked += keys.length;
      if (asked > MAX_ASSETS)
        throw refusal(`\`asOf\` is for ${MAX_ASSETS} assets in one request. Ask in several requests.`);
      const today = await ledger.loadStates(keys.map((it) => it.asset));
      return Promise.all(keys.map((key, index) => readAsOf(ledger, key, today[index], maxEntries)));
    },
    { cacheKeyFn: ({ asset, position }) => `${asset} ${position}` },
  );
}

/** The log knows no labels: they are today's. */
async function readAsOf(
  ledger: HistoryLedger,
  { asset, position }: AssetAsOfKey,
  today: AssetState | undefined,
  maxEntries: number,
): Promise<AssetModel | undefined> {
  if (!today) return undefined;
  const filter = { assets: [asset], kinds: STATE_ENTRIES, upTo: position };
  let state: AssetState | undefined;
  let read = 0;
  for (let after: string | undefined; ; ) {
    const page = await ledger.pageChanges(filter, { limit: PAGE, ...(after !== undefined && { after }) });
    for (const { item } of page.items) state = advanceState(state, item);
    read += page.items.length;
    after = page.items.at(-1)?.cursor;
    if (!page.hasNext || after === undefined) break;
    if (read >= maxEntries) {
      throw refusal(
        `The log holds more than ${maxEntries} entries of ${today.asset.name} up to that cursor. Ask Asset.changes for what happened then.`,
      );
    }
  }
  return state && { ...state, asset: { ...state.asset, labels: today.asset.labels }, asOf: position };
}

function refusal(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "BAD_USER_INPUT" } });
}
