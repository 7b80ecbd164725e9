import { expect, test } from "vitest";
import { holdPostgresLedger } from "../../src/ledger/postgres-alone.ts";
import { startPostgres } from "../support/postgres.ts";
import { describeWithService } from "../support/services.ts";

describeWithService("postgres", "One gateway on one PostgreSQL ledger", () => {
  test("keeps a second one out, and lets it in when it has ended", async () => {
    await using server = await startPostgres();
    const lost: Error[] = [];
    const hold = () => holdPostgresLedger(server.url, (error) => lost.push(error));
    const first = await hold();
    await expect(hold()).rejects.toThrow(/in use by another gateway\. Stop that one/);
    await first[Symbol.asyncDispose]();
    await using second = await hold();
    expect(second).toBeDefined();
    expect(lost).toEqual([]);
  });
});
