import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface StubRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}
export interface StubAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text is sent as it is, anything else as JSON. */
  readonly body?: unknown;
}

/** A server that says what a test makes up: odd, malformed and hostile answers that no real one gives on demand. */
export class StubServer implements AsyncDisposable {
  readonly requests: StubRequest[] = [];
  readonly #server: Server;

  static async start(answer: (request: StubRequest) => StubAnswer): Promise<StubServer> {
    const stub = new StubServer(answer);
    stub.#server.listen(0, "127.0.0.1");
    await once(stub.#server, "listening");
    return stub;
  }

  constructor(answer: (request: StubRequest) => StubAnswer) {
    this.#server = createServer((request, response) => {
      request.toArray().then(
        (chunks: Buffer[]) => {
          const { method = "GET", url = "/", headers } = request;
          const asked: StubRequest = { method, url, headers, body: Buffer.concat(chunks).toString("utf8") };
          this.requests.push(asked);
          const { status = 200, headers: more = {}, body = {} } = answer(asked);
          response.writeHead(status, { "content-type": "application/json", ...more });
          response.end(status === 304 ? "" : typeof body === "string" ? body : JSON.stringify(body));
        },
        () => response.destroy(),
      );
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

/** An Iceberg error body. */
export function icebergError(code: number, type: string): StubAnswer {
  return { status: code, body: { error: { message: `${type} for a test`, type, code } } };
}
