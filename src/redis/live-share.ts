import { z } from "zod";
import { type AssetId, parseSourceId, type SourceId } from "../domain/ids.ts";
import type { SourceError } from "../ports/source.ts";
import type { RedisLink } from "./link.ts";

/** An answer of the sources is told to others for this long: milliseconds. */
const TOLD_MS = 1_000;
/** A claim ends so long after its process: milliseconds. */
const CLAIM_MS = 3_000;
const RENEW_MS = 1_000;
/** How often it is seen whether somebody else has its answer: milliseconds. */
const LOOK_MS = 50;
/** Longest wait for somebody else's answer: milliseconds. */
const PATIENCE_MS = 60_000;

export interface LiveFailure {
  readonly source: SourceId;
  readonly error: SourceError;
}

export interface Claim extends AsyncDisposable {
  /** Another replica was asking, and has ended. */
  readonly waited: boolean;
}

/**
 * What replicas tell one another of the assets that they read live: that they did, which revision that left, and which sources failed. What
 * was read stands in the ledger. Never rejects for what Redis does: without it each replica asks for itself.
 */
export interface LiveShare {
  /** The failures of a read of a moment ago that left the asset in this revision; undefined if there was none. */
  find(asset: AssetId, revision: number): Promise<readonly LiveFailure[] | undefined>;
  tell(asset: AssetId, revision: number, failures: readonly LiveFailure[]): Promise<void>;
  /** Resolves when no other replica is reading the asset, or it is not worth waiting any longer. */
  claim(asset: AssetId, signal: AbortSignal): Promise<Claim>;
}

/** What is done with a claim is done only while it is one's own: one that stood still for too long may find another's in its place. */
const RENEW =
  'if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("pexpire", KEYS[1], ARGV[2]) end return 0';
const GIVE_UP = 'if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) end return 0';

const Told = z.array(
  z.object({
    source: z.string().transform((text) => parseSourceId(text)),
    error: z.object({ code: z.string(), message: z.string(), retryAfterMs: z.number().optional() }),
  }),
);

export interface LiveShareOptions {
  readonly link: RedisLink;
  /** Names this process. */
  readonly self: string;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly now: () => number;
}

export function createLiveShare({ link, self, sleep, now }: LiveShareOptions): LiveShare {
  const { client, prefix } = link;
  const attempt = async <T>(command: () => Promise<T>): Promise<T | undefined> => {
    if (link.status().state === "down") return undefined;
    return command().catch(() => undefined);
  };
  let claims = 0;
  const hold = (key: string, holder: string): Claim => {
    const renewal = setInterval(() => void attempt(() => client.eval(RENEW, 1, key, holder, CLAIM_MS)), RENEW_MS);
    renewal.unref();
    return {
      waited: false,
      async [Symbol.asyncDispose]() {
        clearInterval(renewal);
        await attempt(() => client.eval(GIVE_UP, 1, key, holder));
      },
    };
  };
  return {
    async find(asset, revision) {
      const text = await attempt(() => client.get(`${prefix}:live:${asset}:${revision}`));
      return typeof text === "string" ? readTold(text) : undefined;
    },
    async tell(asset, revision, failures) {
      const text = JSON.stringify(failures);
      await attempt(() => client.set(`${prefix}:live:${asset}:${revision}`, text, "PX", TOLD_MS));
    },
    async claim(asset, signal) {
      const key = `${prefix}:live:${asset}`;
      const nobody: Claim = { waited: true, [Symbol.asyncDispose]: async () => {} };
      const until = now() + PATIENCE_MS;
      claims += 1;
      const holder = `${self}:${claims}`;
      for (let waited = false; ; waited = true) {
        const isTaken = await attempt(() => client.set(key, holder, "PX", CLAIM_MS, "NX"));
        if (isTaken === "OK") return { ...hold(key, holder), waited };
        // undefined: Redis did not answer; null: somebody else has it.
        if (isTaken === undefined || now() >= until) return nobody;
        await sleep(LOOK_MS, signal);
        signal.throwIfAborted();
      }
    },
  };
}

/** Anything else than what a replica writes counts as nothing. */
function readTold(text: string): readonly LiveFailure[] | undefined {
  try {
    return Told.parse(JSON.parse(text)) as readonly LiveFailure[];
  } catch {
    return undefined;
  }
}
