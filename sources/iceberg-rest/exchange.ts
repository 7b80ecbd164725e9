import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** What came of an exchange as far as it got, for those who have to judge a failure. */
export interface Progress {
  /** The request was handed to a connection. */
  sent: boolean;
  /** The head of an answer arrived. */
  answered: boolean;
}

/**
 * One request, its whole body read as UTF-8. undici's own `request` makes a stream of every body and listens to the
 * signal anew every time; for a scan of small bodies that costs as much as the exchange itself.
 *
 * @throws what undici throws; what `signal` aborts with, if it does.
 */
export async function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  signal: AbortSignal,
  progress: Progress,
): Promise<Answer> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    dispatcher.dispatch(request, new Exchange(resolve, reject, signal, progress));
  });
}

class Exchange implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: unknown) => void;
  readonly #open: OpenExchanges;
  readonly #progress: Progress;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #aborted: Error | undefined;
  #status = 0;
  #headers: IncomingHttpHeaders = {};

  constructor(
    resolve: (answer: Answer) => void,
    reject: (error: unknown) => void,
    signal: AbortSignal,
    progress: Progress,
  ) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#progress = progress;
    this.#open = OpenExchanges.of(signal);
    this.#open.add(this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#aborted) controller.abort(this.#aborted);
    else this.#progress.sent = true;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.#progress.answered = true;
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#open.delete(this);
    const [first] = this.#chunks;
    const body = this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks);
    this.#resolve({ status: this.#status, headers: this.#headers, text: body.toString("utf8") });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#open.delete(this);
    this.#reject(error);
  }

  abort(reason: unknown): void {
    this.#reject(reason);
    this.#aborted = reason instanceof Error ? reason : new Error("aborted", { cause: reason });
    this.#controller?.abort(this.#aborted);
  }
}

/** The exchanges under one signal: a scan has thousands of them under the same. */
class OpenExchanges {
  static readonly #bySignal = new WeakMap<AbortSignal, OpenExchanges>();
  readonly #open = new Set<Exchange>();

  static of(signal: AbortSignal): OpenExchanges {
    const known = OpenExchanges.#bySignal.get(signal);
    if (known) return known;
    const made = new OpenExchanges();
    OpenExchanges.#bySignal.set(signal, made);
    signal.addEventListener("abort", () => made.#abort(signal.reason), { once: true });
    return made;
  }

  add(exchange: Exchange): void {
    this.#open.add(exchange);
  }

  delete(exchange: Exchange): void {
    this.#open.delete(exchange);
  }

  #abort(reason: unknown): void {
    for (const it of this.#open) it.abort(reason);
    this.#open.clear();
  }
}
