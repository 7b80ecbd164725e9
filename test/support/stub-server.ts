import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
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
  /** The body is sent byte by byte, with so many milliseconds between two: alive, and no use to anybody. */
  readonly msPerByte?: number;
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
          const { status = 200, headers: more = {}, body = {}, msPerByte } = answer(asked);
          response.writeHead(status, { "content-type": "application/json", ...more });
          const text = status === 304 ? "" : typeof body === "string" ? body : JSON.stringify(body);
          if (msPerByte === undefined) response.end(text);
          else drip(response, Buffer.from(text), msPerByte);
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

/** Sends a body byte by byte, until it is sent or the client is gone. */
function drip(response: ServerResponse, bytes: Buffer, msPerByte: number): void {
  let sent = 0;
  const timer = setInterval(() => {
    response.write(bytes.subarray(sent, sent + 1));
    sent += 1;
    if (sent >= bytes.length) response.end();
  }, msPerByte);
  response.once("close", () => clearInterval(timer));
}

/** An Iceberg error body. */
export function icebergError(code: number, type: string): StubAnswer {
  return { status: code, body: { error: { message: `${type} for a test`, type, code } } };
}
