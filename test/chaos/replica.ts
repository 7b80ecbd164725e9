import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { stringify } from "yaml";
import { ConcordatProcess, type Ended } from "../support/gateway-process.ts";

/** How long a start may take before it is told as a failure: milliseconds. */
const START_MS = 120_000;
/** How long a supervisor waits before it starts what has ended by itself, and how often it does without a success. */
const FALLEN_PAUSE_MS = 300;
const MOST_FALLS = 20;

/** One gateway of the run: a process that dies and is started again over the same config and data folder. */
export class Replica implements AsyncDisposable {
  readonly name: string;
  readonly #folder: string;
  readonly #config: Readonly<Record<string, unknown>>;
  /** What Node has compiled of the sources: who ends in peace leaves it, and all start twice as fast by it. */
  readonly #cache: string;
  #process: ConcordatProcess | undefined;
  #url: string | undefined;
  #starting: Promise<void> | undefined;
  #isFrozen = false;
  #isEnding = false;
  #isOver = false;
  /** What it said when it ended although nobody ended it: while it started, and while it served. */
  readonly falls: { readonly starting: string[]; readonly serving: string[] } = { starting: [], serving: [] };

  constructor(name: string, folder: string, config: Readonly<Record<string, unknown>>) {
    this.name = name;
    this.#folder = join(folder, name);
    this.#cache = join(folder, "compiled");
    this.#config = config;
  }

  /** Where its graph is; undefined while it is dead or starting. */
  get url(): string | undefined {
    return this.#url;
  }

  get dataFolder(): string {
    return join(this.#folder, "data");
  }

  /** What it logs, over all its lives, where it is kept. */
  get logFile(): string {
    return join(this.#folder, "stderr.log");
  }

  /** Starts a process, anew if it ends by itself, as a supervisor does; resolves once it listens, or was killed before it did. */
  start(mostFalls = MOST_FALLS): Promise<void> {
    this.#starting = this.#start(mostFalls);
    return this.#starting;
  }

  /** Resolves when it listens or has died, whatever it is at now. */
  async settled(): Promise<void> {
    await this.#starting;
  }

  async #start(fallsLeft: number): Promise<void> {
    if (this.#isOver) return;
    await mkdir(this.#folder, { recursive: true });
    const text = stringify({ server: { port: 0 }, data: "./data", ...this.#config });
    await writeFile(join(this.#folder, "concordat.yaml"), text);
    const env = { NODE_COMPILE_CACHE: this.#cache };
    const process = new ConcordatProcess(["start", "--json"], env, this.#folder);
    this.#process = process;
    void process.ended.then((end) => this.#fell(process, end));
    const { stdout } = process.child;
    if (!stdout) throw new TypeError("The process has no pipes.");
    const listening = new Promise<string>((resolve) => {
      createInterface({ input: stdout }).on("line", (line) => {
        const said = JSON.parse(line) as { graphqlUrl?: string };
        if (said.graphqlUrl !== undefined) resolve(said.graphqlUrl);
      });
    });
    const late = AbortSignal.timeout(START_MS);
    const overdue = new Promise<never>((_resolve, reject) => {
      late.addEventListener("abort", () => reject(new Error(`${this.name} did not start in ${START_MS} ms.`)));
    });
    const first = await Promise.race([listening, process.ended, overdue]);
    if (typeof first === "string") {
      if (process.isRunning && process === this.#process) this.#url = first;
    } else if (first.signal === null && process === this.#process) {
      if (fallsLeft === 0) throw new Error(this.falls.starting.at(-1));
      await delay(FALLEN_PAUSE_MS);
      if (process === this.#process) await this.#start(fallsLeft - 1);
    }
  }

  /** It ended: if by itself, that is noted, and one that served is started again. */
  async #fell(process: ConcordatProcess, { code, signal, stderr }: Ended): Promise<void> {
    if (process !== this.#process || this.#isEnding || signal === "SIGKILL") return;
    const wasServing = this.#url !== undefined;
    this.#url = undefined;
    const said = `${this.name} ended by itself with ${code ?? signal}: ${stderr.slice(-2_000)}`;
    this.falls[wasServing ? "serving" : "starting"].push(said);
    await this.#keepLog(process);
    if (wasServing) await this.start();
  }

  /** kill -9, wherever it is at. */
  async kill(): Promise<void> {
    const process = this.#process;
    this.#url = undefined;
    this.#isFrozen = false;
    if (!process) return;
    this.#process = undefined;
    await process.end("SIGKILL");
    await this.#keepLog(process);
  }

  /** SIGTERM, and the end that it comes to. */
  async stop(): Promise<void> {
    const process = this.#process;
    this.#url = undefined;
    if (!process) return;
    this.#isEnding = true;
    const { code, signal } = await process.end("SIGTERM");
    this.#isEnding = false;
    this.#process = undefined;
    await this.#keepLog(process);
    if (code !== 0) throw new Error(`${this.name} was to stop and ended with ${code ?? signal}.`);
  }

  /** SIGSTOP: it does not know that time goes on. Its address stays; nobody answers there. */
  freeze(): void {
    this.#isFrozen = true;
    this.#process?.child.kill("SIGSTOP");
  }

  thaw(): void {
    if (this.#isFrozen) this.#process?.child.kill("SIGCONT");
    this.#isFrozen = false;
  }

  async #keepLog(process: ConcordatProcess): Promise<void> {
    const text = process.stderr;
    process.stderr = "";
    await appendFile(this.logFile, text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.kill();
  }
}
