import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** What the network between one gateway and one source does: to answers alone, or to everything. */
export type NetworkMode = "pass" | "black-hole" | "drip" | "reset";

const DRIP_MS = 1_000;

/** Stands between one gateway and one source and does to their connections what networks do. */
export class TcpProxy implements AsyncDisposable {
  readonly #target: URL;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #mode: NetworkMode = "pass";
  #changed = Promise.withResolvers<void>();

  static async start(target: string): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer((socket) => this.#join(socket));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get mode(): NetworkMode {
    return this.#mode;
  }

  set mode(mode: NetworkMode) {
    this.#mode = mode;
    if (mode === "reset") for (const it of this.#sockets) it.resetAndDestroy();
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.mode = "pass";
    for (const it of this.#sockets) it.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #join(client: Socket): void {
    if (this.#mode === "reset") return void client.resetAndDestroy();
    const server = connect({ host: this.#target.hostname, port: Number(this.#target.port), noDelay: true });
    for (const it of [client, server]) {
      this.#sockets.add(it);
      it.on("error", () => it.destroy());
      it.on("close", () => {
        this.#sockets.delete(it);
        client.destroy();
        server.destroy();
      });
    }
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const)
      this.#pump(from, to, to === client).catch(() => to.destroy());
  }

  async #pump(from: Socket, to: Socket, isAnswer: boolean): Promise<void> {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      if (this.#mode === "black-hole") {
        // What went into it is gone, and so is the connection once there is a way again.
        while (this.#mode === "black-hole") await this.#changed.promise;
        return void to.destroy();
      }
      if (isAnswer) await this.#drip(chunk, to);
      else if (!to.write(chunk)) await once(to, "drain");
    }
    to.end();
  }

  /** Passes an answer on, byte by byte as long as that is the mode. */
  async #drip(chunk: Buffer, to: Socket): Promise<void> {
    let sent = 0;
    for (; this.#mode === "drip" && sent < chunk.length && !to.destroyed; sent += 1) {
      to.write(chunk.subarray(sent, sent + 1));
      await Promise.race([delay(DRIP_MS), this.#changed.promise]);
    }
    if (sent < chunk.length && !to.write(chunk.subarray(sent))) await once(to, "drain");
  }
}
