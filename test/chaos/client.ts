import { setTimeout as delay } from "node:timers/promises";
import type { Random } from "../../src/ports/random.ts";
import type { SentMutation } from "./history.ts";
import { post } from "./post.ts";
import type { Replica } from "./replica.ts";

/** How long an answer is waited for. The impatient ask again, mostly elsewhere, while the first request is still under way. */
const PATIENCE_MS = { most: 10_000, impatient: 250 };
const IMPATIENT = 0.1;
const RETRY_MS = 60;
/** Among how many mutations one is given up after an answer that did not come, as by a client that died. */
const GIVE_UP = 0.03;

/** The answers that say: nothing is certain yet, ask again under the same key. */
const RETRIED = new Set(["BUSY", "OUTCOME_UNKNOWN", "SOURCE_UNAVAILABLE"]);

const DOCUMENTS = {
  description: `mutation ($input: SetDescriptionInput!) { payload: setDescription(input: $input) { ...answer } }`,
  domain: `mutation ($input: SetDomainInput!) { payload: setDomain(input: $input) { ...answer } }`,
  add: `mutation ($input: ClassificationsInput!) { payload: addClassifications(input: $input) { ...answer } }`,
  remove: `mutation ($input: ClassificationsInput!) { payload: removeClassifications(input: $input) { ...answer } }`,
};
const ANSWER = " fragment answer on FieldChangePayload { change { cursor } userErrors { code message } }";

interface Payload {
  readonly payload: {
    readonly change: { readonly cursor: string } | null;
    readonly userErrors: readonly { readonly code: string; readonly message: string }[];
  };
}

export interface ClientDeps {
  readonly replicas: readonly Replica[];
  readonly random: Random;
  readonly mutations: SentMutation[];
  /** What no client should ever be told. */
  readonly refusals: string[];
  /** By code or reason: what was heard instead of an acknowledgement. */
  readonly heard: Map<string, number>;
  readonly onRequest: () => void;
  readonly assets: readonly string[];
  readonly pauseMs: number;
  /** Aborts when nobody waits any more for what has no answer. */
  readonly abandoned: AbortSignal;
}

/** Sends one mutation after the other, each to any gateway that answers, until told to stop; finishes the one it is at. */
export async function runClient(name: string, deps: ClientDeps, stop: AbortSignal): Promise<void> {
  const own: { asset: string; value: string }[] = [];
  for (let count = 1; !stop.aborted; count += 1) {
    const sent = nextMutation(name, count, deps, own);
    deps.mutations.push(sent);
    await send(sent, deps);
    if (sent.kind === "add" && sent.acknowledgedAt !== undefined) own.push({ asset: sent.asset, value: sent.value });
    await delay(deps.random.next() * deps.pauseMs);
  }
}

function nextMutation(
  client: string,
  count: number,
  { assets, random }: ClientDeps,
  own: { asset: string; value: string }[],
): SentMutation {
  const asset = assets[Math.floor(random.next() * assets.length)] ?? "";
  const base = { key: `${client}-${count}`, client, sentAt: performance.now(), attempts: 0 };
  const value = `${client}.${count}`;
  const draw = random.next();
  if (draw < 0.4) return { ...base, kind: "set", asset, field: "description", value };
  if (draw < 0.8) return { ...base, kind: "set", asset, field: "domain", value };
  // A client takes away what it has added: the set stays small, and what is gone must stay gone.
  const old = own.length > 2 || draw > 0.95 ? own.shift() : undefined;
  if (old) return { ...base, kind: "remove", field: "classifications", ...old };
  return { ...base, kind: "add", asset, field: "classifications", value };
}

async function send(sent: SentMutation, deps: ClientDeps): Promise<void> {
  const { document, input } = operationOf(sent);
  for (let replica = pick(deps); !deps.abandoned.aborted; replica = pick(deps)) {
    const url = replica?.url;
    if (url === undefined) {
      await delay(RETRY_MS);
      continue;
    }
    sent.attempts += 1;
    const patienceMs = deps.random.next() < IMPATIENT ? PATIENCE_MS.impatient : PATIENCE_MS.most;
    deps.onRequest();
    const heard = await post<Payload>(url, document + ANSWER, { input }, patienceMs);
    if (heard.kind === "answer") {
      const { change, userErrors } = heard.data.payload;
      const [error] = userErrors;
      if (!error) {
        sent.acknowledgedAt = performance.now();
        sent.position = change ? positionOf(change.cursor) : null;
        return;
      }
      count(deps.heard, error.code);
      if (!RETRIED.has(error.code)) {
        deps.refusals.push(
          `${sent.kind} ${sent.field} of ${sent.asset} "${sent.value}": ${JSON.stringify(userErrors)}`,
        );
        return;
      }
    } else {
      count(deps.heard, heard.why.replace(/ under \S+\.$/, "")); // the id of one error
      if (deps.random.next() < GIVE_UP) return;
    }
    await delay(RETRY_MS * deps.random.next());
  }
}

function operationOf({ asset, field, key, kind, value }: SentMutation): { document: string; input: object } {
  const common = { name: asset, idempotencyKey: key };
  if (kind === "set" && field !== "classifications")
    return { document: DOCUMENTS[field], input: { ...common, [field]: value } };
  return {
    document: kind === "remove" ? DOCUMENTS.remove : DOCUMENTS.add,
    input: { ...common, classifications: [{ name: value }] },
  };
}

function pick({ random, replicas }: ClientDeps): Replica | undefined {
  const alive = replicas.filter((it) => it.url !== undefined);
  return alive[Math.floor(random.next() * alive.length)];
}

function count(heard: Map<string, number>, what: string): void {
  heard.set(what, (heard.get(what) ?? 0) + 1);
}

/** The position in a cursor of the log. */
export function positionOf(cursor: string): number {
  return Number(Buffer.from(cursor, "base64url").toString("utf8").split(":")[1]);
}

export function cursorAt(position: number): string {
  return Buffer.from(`log:${position}`, "utf8").toString("base64url");
}
