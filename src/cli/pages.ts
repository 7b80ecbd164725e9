/** The graph's own bound on `first`. */
const MAX_PAGE = 500;

export interface ListPage<Item> {
  readonly nodes: readonly Item[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

export interface ListRead<Item> {
  readonly items: readonly Item[];
  /** Whether there is more than was asked for. */
  readonly more: boolean;
  /** Cursor of the last item; where to go on. */
  readonly endCursor: string | null;
}

/** Reads a list page by page, forwards, until it ends or `limit` items are there. */
export async function readPages<Item>(
  limit: number,
  readPage: (first: number, after: string | undefined) => Promise<ListPage<Item>>,
  after?: string,
): Promise<ListRead<Item>> {
  const items: Item[] = [];
  let endCursor = after ?? null;
  for (;;) {
    const { nodes, pageInfo } = await readPage(Math.min(MAX_PAGE, limit - items.length), endCursor ?? undefined);
    items.push(...nodes);
    const stuck = pageInfo.endCursor === null || pageInfo.endCursor === endCursor;
    endCursor = pageInfo.endCursor ?? endCursor;
    if (!pageInfo.hasNextPage || stuck || items.length >= limit)
      return { items, more: pageInfo.hasNextPage, endCursor };
  }
}
