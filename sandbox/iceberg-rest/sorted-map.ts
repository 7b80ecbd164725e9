/** One page of a listing; `next`: the name to resume after, undefined on the last page. */
export interface NamePage {
  readonly names: readonly string[];
  readonly next: string | undefined;
}

/** A map whose keys can be listed in order, page by page; a page resumes after a name, so edits between pages do no harm. */
export class SortedMap<V> {
  readonly #entries = new Map<string, V>();
  #names: readonly string[] | undefined;

  get size(): number {
    return this.#entries.size;
  }

  get(name: string): V | undefined {
    return this.#entries.get(name);
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  set(name: string, value: V): void {
    if (!this.#entries.has(name)) this.#names = undefined;
    this.#entries.set(name, value);
  }

  delete(name: string): void {
    if (this.#entries.delete(name)) this.#names = undefined;
  }

  entries(): Iterable<[string, V]> {
    return this.#entries;
  }

  names(): readonly string[] {
    this.#names ??= [...this.#entries.keys()].sort();
    return this.#names;
  }

  page(after: string | undefined, limit: number): NamePage {
    const names = this.names();
    const from = after === undefined ? 0 : firstAfter(names, after);
    const page = from === 0 && limit >= names.length ? names : names.slice(from, from + limit);
    return { names: page, next: from + page.length < names.length ? page.at(-1) : undefined };
  }
}

function firstAfter(names: readonly string[], after: string): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((names[middle] as string) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}
