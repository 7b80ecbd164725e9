import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { LedgerOpenError } from "../../src/ledger/ledger-open-error.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { temporaryFolder } from "../cli/temporary-folder.ts";
import { accept, assetId, change, newAsset } from "../support/ledger-fixtures.ts";

const WRITER = fileURLToPath(new URL("../support/ledger-writer.ts", import.meta.url));
const run = promisify(execFile);

/** A process that commits one entry after the other to `path` and says the position of each once it is acknowledged. */
function startWriter(path: string) {
  const process_ = spawn(process.execPath, [WRITER, path], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: process_.stdout })[Symbol.asyncIterator]();
  return {
    async nextPosition(): Promise<number> {
      const line = await lines.next();
      if (line.done === true) throw new Error("The writer ended.");
      return Number(line.value);
    },
    /** Kills it without warning; gives the last position that it had said. */
    async kill(): Promise<number> {
      process_.kill("SIGKILL");
      let last = 0;
      for (let line = await lines.next(); line.done !== true; line = await lines.next())
        last = Number(line.value) || last;
      if (process_.exitCode === null && process_.signalCode === null) await once(process_, "exit");
      return last;
    },
  };
}

describe("a ledger in a file", () => {
  test("a process that is killed right after its commits were acknowledged loses none, and the file is free at once", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "deep", "er", "ledger.sqlite");
    let acknowledged = 0;
    for (let round = 0; round < 3; round++) {
      const writer = startWriter(path);
      for (let n = 0; n < 40; n++) acknowledged = await writer.nextPosition();
      acknowledged = Math.max(acknowledged, await writer.kill());
    }
    await using ledger = await openSqliteLedger({ path });
    const head = await ledger.head();
    // One more may have been committed than the process came to say.
    expect(head - acknowledged).toBeGreaterThanOrEqual(0);
    expect(head - acknowledged).toBeLessThanOrEqual(1);
    const { changes } = await ledger.readLog(0, 10_000);
    expect(changes.map((it) => it.position)).toEqual(Array.from({ length: head }, (_, n) => n + 1));
    const states = await ledger.loadStates(changes.map((it) => assetId(it.position)));
    expect(states.every((it) => it?.revision === 1)).toBe(true);
  });

  test("a second process is refused at once, with what to do, and harms nothing", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "ledger.sqlite");
    await using ledger = await openSqliteLedger({ path });
    await accept(ledger, { changes: [change()] });
    const second = run(process.execPath, [WRITER, path]);
    await expect(second).rejects.toMatchObject({
      stderr: expect.stringMatching(/is in use by another process.*data folder of its own/) as string,
    });
    await accept(ledger, { changes: [change()] });
    expect(await ledger.head()).toBe(2);
  });

  test("a second ledger in the same process is refused too, until the first is closed", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "ledger.sqlite");
    const first = await openSqliteLedger({ path });
    await expect(openSqliteLedger({ path })).rejects.toThrow(/in use/);
    await accept(first, { changes: [change()] });
    await first[Symbol.asyncDispose]();
    await first[Symbol.asyncDispose]();
    await using second = await openSqliteLedger({ path });
    expect(await second.head()).toBe(1);
    expect(existsSync(`${path}-shm`)).toBe(false);
  });

  test("what cannot be opened says why and what to do", async () => {
    await using folder = await temporaryFolder();
    const text = join(folder.path, "notes.txt");
    writeFileSync(text, "These are notes, and by no means a database, however long they may be.".repeat(40));
    await expect(openSqliteLedger({ path: text })).rejects.toThrow(/is not a ledger\. Move it away/);
    await expect(openSqliteLedger({ path: join(text, "ledger.sqlite") })).rejects.toThrow(/Make its folder writable/);
    mkdirSync(join(folder.path, "a-folder.sqlite"));
    await expect(openSqliteLedger({ path: join(folder.path, "a-folder.sqlite") })).rejects.toThrow(LedgerOpenError);
    const closed = join(folder.path, "closed");
    mkdirSync(closed, { mode: 0o500 });
    // Root may write everywhere.
    if (process.getuid?.() !== 0)
      await expect(openSqliteLedger({ path: join(closed, "l.sqlite") })).rejects.toThrow(/writable/);
    chmodSync(closed, 0o700);
  });

  test("a ledger of a newer version is refused, and stays as it is", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "ledger.sqlite");
    await (await openSqliteLedger({ path }))[Symbol.asyncDispose]();
    const database = new DatabaseSync(path);
    database.exec(
      "insert into ledger_migration (name, timestamp) values ('9000-from-the-future', '2099-01-01T00:00:00.000Z')",
    );
    database.close();
    await expect(openSqliteLedger({ path })).rejects.toThrow(/newer version of Concordat.*9000-from-the-future/);
    await expect(openSqliteLedger({ path })).rejects.toThrow(LedgerOpenError);
  });

  test("a full disk fails the commit as a whole, and the next one that fits is taken", async () => {
    await using folder = await temporaryFolder();
    await using ledger = await openSqliteLedger({ path: join(folder.path, "ledger.sqlite") });
    const { kysely } = ledger.database;
    const pragma = (text: string) =>
      kysely.executeQuery({ ...kysely.selectNoFrom([]).compile(), sql: `pragma ${text}` });
    const { rows } = await pragma("page_count");
    const pages = Number(Object.values(rows[0] as object)[0]);
    await pragma(`max_page_count = ${pages + 3}`);
    const big = change({ after: "x".repeat(200_000) });
    await expect(ledger.commit({ assets: [newAsset(1)], changes: [change(), big] })).rejects.toThrow(/full/);
    expect([await ledger.head(), await ledger.loadStates([assetId(1)])]).toEqual([0, [undefined]]);
    expect(await accept(ledger, { changes: [change()] })).toMatchObject({ positions: [1] });
    await pragma("max_page_count = 1000000");
    await accept(ledger, { assets: [newAsset(1)], changes: [big] });
  });

  test("a ledger that is closed says so", async () => {
    const ledger = await openSqliteLedger({ path: ":memory:" });
    await ledger[Symbol.asyncDispose]();
    await expect(ledger.head()).rejects.toThrow(/destroyed|not open/);
    await expect(ledger.commit({ changes: [change()] })).rejects.toThrow(/destroyed|not open/);
  });
});
