import { readFile, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { Agent } from "undici";
import { tell } from "./child.ts";
import { nowMs } from "./clock.ts";
import type { MutationPlan } from "./replicas-plan.ts";

/**
 * Sends mutations by the clock, whatever the answers do, so that a server that stalls is charged for all that it made wait.
 * Tells when the warm-up is over, when the last one is sent and when the last answer has come. Arguments: the plan's file, the
 * file to write, mutations a second, seconds of warm-up.
 */
const [planFile = "", file = "", rateText = "", warmText = ""] = process.argv.slice(2);
const plans = JSON.parse(await readFile(planFile, "utf8")) as readonly MutationPlan[];
const everyMs = 1_000 / Number(rateText);
const warmMs = Number(warmText) * 1_000;
const CONNECTIONS = 256;
const ANSWER_TIMEOUT_MS = 60_000;

const DOCUMENTS: Readonly<Record<MutationPlan["field"], string>> = {
  description: document("setDescription", "description"),
  domain: document("setDomain", "domain"),
};

function document(mutation: string, argument: string): string {
  return `mutation ($asset: ID!, $value: String!) {
    result: ${mutation}(input: { asset: $asset, ${argument}: $value }) {
      change { cursor } deliveries { source { name } role status } userErrors { code message }
    }
  }`;
}

/** What became of a mutation. Times are those of `nowMs`. */
export interface Sent {
  readonly due: number;
  readonly sent: number;
  readonly answered: number;
  /** Log position of the change; null if there is none. */
  readonly position: number | null;
  /** What went wrong: a code of a user error, or what the network said. */
  readonly error: string | null;
}

const agent = new Agent({
  connections: CONNECTIONS,
  headersTimeout: ANSWER_TIMEOUT_MS,
  bodyTimeout: ANSWER_TIMEOUT_MS,
});

async function mutate({ asset, field, url, value }: MutationPlan, due: number): Promise<Sent> {
  const sent = nowMs();
  const answer = await ask(url, JSON.stringify({ query: DOCUMENTS[field], variables: { asset, value } }));
  return { due, sent, answered: nowMs(), ...answer };
}

async function ask(url: string, body: string): Promise<Pick<Sent, "position" | "error">> {
  const { origin, pathname: path } = new URL(url);
  const headers = { "content-type": "application/json" };
  try {
    const response = await agent.request({ origin, path, method: "POST", headers, body });
    const text = await response.body.text();
    if (response.statusCode !== 200) return { position: null, error: `HTTP ${response.statusCode}` };
    return readAnswer(text);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    return { position: null, error: code };
  }
}

interface Answer {
  readonly data?: {
    readonly result: {
      readonly change: { readonly cursor: string } | null;
      readonly userErrors: readonly { readonly code: string }[];
    } | null;
  };
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

function readAnswer(text: string): Pick<Sent, "position" | "error"> {
  const { data, errors } = JSON.parse(text) as Answer;
  const code = errors?.[0]?.extensions?.code ?? data?.result?.userErrors[0]?.code ?? null;
  const cursor = data?.result?.change?.cursor;
  const position = cursor === undefined ? null : Number(Buffer.from(cursor, "base64url").toString().slice(4));
  return { position, error: code ?? (position === null ? "NO_CHANGE" : null) };
}

const began = nowMs();
const answers: Promise<Sent>[] = [];
let isWarm = false;
for (const [index, plan] of plans.entries()) {
  const due = began + index * everyMs;
  if (!isWarm && due >= began + warmMs) {
    isWarm = true;
    tell({ warm: nowMs() });
  }
  for (let early = due - nowMs(); early > 0; early = due - nowMs()) await delay(Math.ceil(early));
  answers.push(mutate(plan, due));
}
tell({ sent: nowMs() });
const done = await Promise.all(answers);
await writeFile(file, JSON.stringify(done));
tell({ answered: done.length });
await agent.destroy();
