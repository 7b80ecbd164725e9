import { createClient, type FormattedExecutionResult } from "graphql-ws";
import WebSocket from "ws";

export type Variables = Readonly<Record<string, unknown>>;

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }[];
}

/** Posts one operation to a graph. The caller says what shape it asked for. @throws Error with whatever the graph answered besides data. */
export async function postQuery<T>(url: string, query: string, variables: Variables = {}): Promise<T> {
  const { data, errors } = await postRaw(url, query, variables);
  if (errors) throw new Error(`The graph answered with errors: ${JSON.stringify(errors)}`);
  return data as T;
}

/** The same, with the errors that stand beside the data. */
export async function postRaw(url: string, query: string, variables: Variables = {}): Promise<Answer> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${text}`);
  return JSON.parse(text) as Answer;
}

/** One subscription over one WebSocket of its own, which can be cut. */
export interface OpenSubscription<T> extends AsyncIterable<T>, AsyncDisposable {
  /** Resets the connection without a goodbye, as a network does; the iteration then ends, with what had arrived. */
  cut(): void;
}

/** Starts a subscription. The iteration ends when the connection does, however; it throws if the graph refuses. */
export function openSubscription<T>(url: string, query: string, variables: Variables = {}): OpenSubscription<T> {
  const sockets: WebSocket[] = [];
  const inbox = new Inbox<T>();
  const client = createClient({
    url: url.replace(/^http/, "ws"),
    retryAttempts: 0,
    webSocketImpl: class extends WebSocket {
      constructor(address: string, protocols: string) {
        super(address, protocols);
        sockets.push(this);
      }
    },
  });
  const release = client.subscribe(
    { query, variables: { ...variables } },
    {
      next: (result) => inbox.take(result),
      error: (error) => inbox.end(Array.isArray(error) ? new Error(JSON.stringify(error)) : undefined),
      complete: () => inbox.end(undefined),
    },
  );
  return {
    cut: () => {
      for (const it of sockets) it.terminate();
    },
    [Symbol.asyncIterator]: () => inbox.events(),
    [Symbol.asyncDispose]: async () => {
      release();
      await client.dispose();
      for (const it of sockets) it.terminate();
    },
  };
}

/** What arrived and was not read yet. */
class Inbox<T> {
  readonly #waiting: T[] = [];
  #failure: Error | undefined;
  #ended = false;
  #wake = Promise.withResolvers<void>();

  take({ data, errors }: FormattedExecutionResult<Record<string, unknown>, unknown>): void {
    if (errors || !data) return this.end(new Error(`An event with errors: ${JSON.stringify(errors)}`));
    this.#waiting.push(data as T);
    this.#wake.resolve();
  }

  end(failure: Error | undefined): void {
    this.#ended = true;
    this.#failure ??= failure;
    this.#wake.resolve();
  }

  async *events(): AsyncGenerator<T, void, undefined> {
    for (;;) {
      const next = this.#waiting.shift();
      if (next !== undefined) yield next;
      else if (this.#failure) throw this.#failure;
      else if (this.#ended) return;
      else {
        await this.#wake.promise;
        this.#wake = Promise.withResolvers<void>();
      }
    }
  }
}
