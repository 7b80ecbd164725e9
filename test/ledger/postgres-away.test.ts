import pg from "pg";
import { expect, test } from "vitest";
import { isAway } from "../../src/ledger/postgres-away.ts";

const said = (code: string): Error => Object.assign(new pg.DatabaseError("said by the server", 1, "error"), { code });
const failed = (code: string): Error => Object.assign(new Error("said by the system"), { code });

test.each([
  ["an operator ends its sessions", said("57P01")],
  ["it recovers from a crash", said("57P03")],
  ["it has no connection left", said("53300")],
  ["its disk is full", said("53100")],
  ["it is a standby by now", said("25006")],
  ["nobody listens", failed("ECONNREFUSED")],
  ["nobody listens at any of its addresses", new AggregateError([failed("ECONNREFUSED"), failed("ECONNREFUSED")])],
  ["its name is not known for now", failed("EAI_AGAIN")],
  ["the connection breaks", new Error("Connection terminated unexpectedly")],
  ["no connection comes about in time", new Error("timeout exceeded when trying to connect")],
  ["it does not answer", new Error("Query read timeout")],
])("a server is away when %s", (_when, error) => {
  expect(isAway(error)).toBe(true);
});

test.each([
  ["what it was asked is wrong", said("42703")],
  ["somebody was quicker", said("23505")],
  ["the gateway has a bug", new TypeError("undefined is not a function")],
  ["nobody knows", "away"],
])("and is not when %s", (_when, error) => {
  expect(isAway(error)).toBe(false);
});
