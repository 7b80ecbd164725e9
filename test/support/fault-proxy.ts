import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a request is answered with instead; `forwarded`: the real answer, where the request was let through. */
export interface ProxyFault {
  /** Which requests; decoded path and query, such as "/v1/namespaces?pageToken=". */
  readonly matches: (method: string, path: string) => boolean;
  /** How many of them; all by default. */
  readonly times?: number;
  /** The system acts on the request before it goes wrong. */
  readonly afterApply?: boolean;
  /** A status; or the connection is cut, before any answer or in the middle of it; or what it was answered the last time: a cache. */
  readonly answer: number | "cut" | "half" | "cached";
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Stands before a real server and lets requests go wrong: what a network, a proxy or a dying process would do to it. */
export class FaultProxy implements AsyncDisposable {
  readonly #target: string;
  readonly #server: Server;
  readonly #faults: { readonly fault: ProxyFault; left: number }[] = [];
  readonly #requests: string[] = [];
  readonly #answers = new Map<string, Answer>();

  static async start(target: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  constructor(target: string) {
    this.#target = target;
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch(() => response.destroy());
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** "METHOD path" of every request so far. */
  get requests(): readonly string[] {
    return this.#requests;
  }

  add(fault: ProxyFault): void {
    this.#faults.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url = "/" } = request;
    const path = decodeURIComponent(url);
    this.#requests.push(`${method} ${path}`);
    const body = Buffer.concat(await request.toArray());
    const hit = this.#faults.find((it) => it.left > 0 && it.fault.matches(method, path));
    if (hit) hit.left -= 1;
    const known = hit?.fault.answer === "cached" ? this.#answers.get(`${method} ${path}`) : undefined;
    if (known) return void response.writeHead(known.status, known.headers).end(known.text);
    if (!hit || hit.fault.answer === "cached" || hit.fault.afterApply || hit.fault.answer === "half") {
      const headers = passOn(request.headers, ["content-type", "if-none-match", "idempotency-key"]);
      const real = await fetch(this.#target + url, { method, headers, ...(body.length > 0 ? { body } : {}) });
      const text = await real.text();
      if (!hit || hit.fault.answer === "cached") {
        const answer = {
          status: real.status,
          headers: passOn(Object.fromEntries(real.headers), ["content-type", "etag"]),
          text,
        };
        this.#answers.set(`${method} ${path}`, answer);
        return void response.writeHead(answer.status, answer.headers).end(text);
      }
      if (hit.fault.answer === "half") {
        response.writeHead(real.status, { "content-length": Buffer.byteLength(text) });
        response.write(text.slice(0, text.length / 2), () => response.destroy());
        return;
      }
    }
    if (hit.fault.answer === "cut") response.destroy();
    else response.writeHead(hit.fault.answer, { "content-type": "text/plain" }).end("something went wrong");
  }
}

function passOn(headers: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((it) => (headers[it] === undefined ? [] : [[it, String(headers[it])]])));
}
