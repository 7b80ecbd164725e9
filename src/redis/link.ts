import { Redis, type RedisOptions } from "ioredis";
import type { LinkStatus } from "../ports/bus.ts";
import type { Report } from "../ports/engine.ts";

/** A command that is not answered in this time has failed: milliseconds. */
const COMMAND_MS = 1_000;
const CONNECT_MS = 2_000;
/** How often it is seen whether Redis still answers, so that a connection that is dead but open is noticed: milliseconds. */
const HEARTBEAT_MS = 3_000;
const RETRY_BASE_MS = 100;
const RETRY_CAP_MS = 2_000;

export interface Listener {
  message(text: string): void;
  /** The channel is heard, for the first time or again: what was said before is lost. */
  connected(): void;
}

/** Redis, which may go and come at any time. Nothing is kept for later: what cannot be done now fails now. */
export interface RedisLink extends AsyncDisposable {
  status(): LinkStatus;
  /** For commands. Each fails at once while Redis is down, and after a second at most. */
  readonly client: Redis;
  /** Keys and channels of this installation begin with it. */
  readonly prefix: string;
  /** Rejects if it cannot be told now. */
  publish(channel: string, text: string): Promise<void>;
  /** Before the first turn of the event loop after `connectRedis`; each channel once. */
  subscribe(channel: string, listener: Listener): void;
}

export interface LinkOptions {
  /** "redis://user:password@host:6379/0", or rediss. */
  readonly url: string;
  readonly prefix: string;
  readonly report: Report;
  readonly now: () => number;
}

/**
 * Connects in the background, again and again with growing pauses, and says once when Redis went and once when it came back. Never
 * throws for what Redis does.
 */
export function connectRedis(options: LinkOptions): RedisLink {
  return new Link(options);
}

type Part = "commands" | "messages";

class Link implements RedisLink {
  readonly client: Redis;
  readonly prefix: string;
  readonly #subscriber: Redis;
  readonly #options: LinkOptions;
  readonly #listeners = new Map<string, Listener>();
  readonly #up = new Set<Part>();
  readonly #heartbeat: NodeJS.Timeout;
  #status: LinkStatus;
  #isTold = false;
  #lastError: string | undefined;
  #ended = false;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.prefix = options.prefix;
    this.#status = { state: "down", since: options.now() };
    this.client = new Redis(options.url, clientOptions("concordat"));
    this.#subscriber = new Redis(options.url, clientOptions("concordat messages"));
    this.#watch("commands", this.client, async () => {});
    this.#watch("messages", this.#subscriber, () => this.#listen());
    this.#subscriber.on("message", (channel: string, text: string) => this.#listeners.get(channel)?.message(text));
    this.#heartbeat = setInterval(() => {
      for (const it of [this.client, this.#subscriber]) void this.#beat(it);
    }, HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  status(): LinkStatus {
    return this.#status;
  }

  async publish(channel: string, text: string): Promise<void> {
    await this.client.publish(`${this.prefix}:${channel}`, text);
  }

  subscribe(channel: string, listener: Listener): void {
    this.#listeners.set(`${this.prefix}:${channel}`, listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    clearInterval(this.#heartbeat);
    this.client.disconnect();
    this.#subscriber.disconnect();
  }

  #watch(part: Part, redis: Redis, prepare: () => Promise<void>): void {
    redis.on("error", (error: Error) => {
      this.#lastError = messageOf(error);
    });
    redis.on("close", () => {
      this.#up.delete(part);
      this.#settle();
    });
    redis.on("ready", () => {
      prepare().then(
        () => {
          if (redis.status !== "ready") return;
          this.#up.add(part);
          if (this.#up.size === 2) this.#settle();
        },
        (error: Error) => {
          this.#lastError = messageOf(error);
          redis.disconnect(true);
        },
      );
    });
  }

  async #listen(): Promise<void> {
    if (this.#listeners.size > 0) await this.#subscriber.subscribe(...this.#listeners.keys());
  }

  async #beat(redis: Redis): Promise<void> {
    if (redis.status !== "ready") return;
    try {
      await redis.ping();
    } catch (error) {
      this.#lastError = messageOf(error as Error);
      if (redis.status === "ready") redis.disconnect(true);
    }
  }

  /** Says what has changed, once. */
  #settle(): void {
    if (this.#ended) return;
    const state = this.#up.size === 2 ? "up" : "down";
    if (state === this.#status.state && (state === "up" || this.#isTold)) return;
    const error = state === "down" ? this.#lastError : undefined;
    this.#status = { state, since: this.#options.now(), ...(error !== undefined && { error }) };
    this.#isTold = true;
    this.#lastError = undefined;
    if (state === "down")
      return this.#options.report("warn", "redis-down", { error: error ?? "The connection closed." });
    this.#options.report("info", "redis-up", {});
    for (const it of this.#listeners.values()) it.connected();
  }
}

function clientOptions(connectionName: string) {
  return {
    connectionName,
    connectTimeout: CONNECT_MS,
    commandTimeout: COMMAND_MS,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (attempt) => Math.min(RETRY_BASE_MS * 2 ** (attempt - 1), RETRY_CAP_MS) * (0.5 + Math.random() / 2),
    // A primary that became a replica takes no writes any more: there is another one.
    reconnectOnError: (error) => error.message.startsWith("READONLY"),
  } satisfies RedisOptions;
}

/** A host with several addresses fails with one error for each and no message of its own. */
function messageOf(error: Error): string {
  return error instanceof AggregateError ? error.errors.map((it: Error) => it.message).join("; ") : error.message;
}
