import { describe, expect, test } from "vitest";
import { type Answers, type GatewayDouble, startGatewayDouble } from "./gateway-double.ts";
import { type Asked } from "./run-against.ts";
import { runCli } from "./run-cli.ts";
import { change, drift } from "./sample-graph.ts";

const never = new Promise<never>(() => undefined);

/** The log of a double: replays after the cursor, then `live`, then waits for ever. */
function logOf(
  length: number,
  seen: Asked[],
  cut?: { readonly at: number; readonly gateway: () => GatewayDouble | undefined },
): Answers {
  let wasCut = false;
  return {
    query: {
      changes: () => ({
        nodes: [],
        pageInfo: { hasNextPage: false, hasPreviousPage: true, endCursor: "c2", startCursor: "c2" },
      }),
    },
    subscription: {
      changes: async function* (args) {
        seen.push(args);
        const after = typeof args["after"] === "string" ? Number(args["after"].slice(1)) : length;
        for (let position = after + 1; position <= length; position += 1) {
          yield change(position);
          if (cut && !wasCut && position === cut.at) {
            wasCut = true;
            cut.gateway()?.cutConnections();
            return;
          }
        }
        await never;
      },
    },
  };
}

const cursorsOf = (stdout: string): string[] =>
  stdout
    .trim()
    .split("\n")
    .map((it) => (JSON.parse(it) as { cursor: string }).cursor);
const until = (end: string) => (text: string, stop: () => void) => void (text.slice(-1_000).includes(end) && stop());
const cursors = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `c${from + index}`);

describe("concordat changes --follow", () => {
  test("prints what came after the cursor, one JSON object a line, until Ctrl-C, which ends it with 0", async () => {
    const seen: Asked[] = [];
    await using gateway = await startGatewayDouble(logOf(30, seen));
    const argv = ["changes", "--follow", "--after", "c10", "--json", "--kind", "FIELD_CHANGED", "--url", gateway.url];
    const { code, stdout } = await runCli(argv, { onStdout: until('"c30"'), env: { CONCORDAT_TOKEN: "s3cret" } });
    expect(code).toBe(0);
    expect(cursorsOf(stdout)).toEqual(cursors(11, 30));
    expect(seen).toEqual([{ filter: { kinds: ["FIELD_CHANGED"] }, after: "c10" }]);
    expect(gateway.headers.at(-1)?.authorization).toBe("Bearer s3cret");
  });

  test("misses nothing and repeats nothing when the connection breaks", async () => {
    const seen: Asked[] = [];
    let double: GatewayDouble | undefined;
    await using gateway = await startGatewayDouble(logOf(400, seen, { at: 123, gateway: () => double }));
    double = gateway;
    const { stdout, stderr, code } = await runCli(
      ["changes", "--follow", "--after", "c0", "--json", "--url", gateway.url],
      { onStdout: until('"c400"') },
    );
    expect(code).toBe(0);
    expect(cursorsOf(stdout)).toEqual(cursors(1, 400));
    expect(seen).toHaveLength(2);
    expect(stderr).toContain("Lost the gateway");
  });

  test("without a cursor begins at the end of the log as it is now, so that a broken connection misses nothing either", async () => {
    const seen: Asked[] = [];
    await using gateway = await startGatewayDouble(logOf(4, seen));
    const { stdout, stderr } = await runCli(["changes", "--follow", "--url", gateway.url], {
      onStdout: until("text 4"),
    });
    expect(seen).toEqual([{ filter: {}, after: "c2" }]);
    expect(stdout).toContain(
      "2026-03-01 12:00:00 FIELD_CHANGED finance.orders description: none → text 3, by alice in catalog\n",
    );
    expect(stderr).toContain("Go on with: concordat changes --follow --after c4");
  });

  test("gives up a connection that is faster than its reader, and later goes on where the reader stands", async () => {
    const seen: Asked[] = [];
    await using gateway = await startGatewayDouble(logOf(2_500, seen));
    const argv = ["changes", "--follow", "--after", "c0", "--json", "--url", gateway.url];
    const { stdout, stderr } = await runCli(argv, { onStdout: until('"c2500"'), drained: () => gateway.firstClosed });
    expect(cursorsOf(stdout)).toEqual(cursors(1, 2_500));
    expect(seen.length).toBeGreaterThan(1);
    expect(stderr).toContain("events came faster than they were read");
  });

  test("ends with 0 when nobody reads any more", async () => {
    await using gateway = await startGatewayDouble(logOf(30, []));
    const { code, stderr } = await runCli(["changes", "--follow", "--after", "c0", "--json", "--url", gateway.url], {
      onStdout: (_text, stop) => stop("EPIPE"),
    });
    expect([code, stderr]).toEqual([0, ""]);
  });

  test("gives up on a gateway that stays away, and says how to go on", async () => {
    const gateway = await startGatewayDouble(logOf(5, []));
    const { code, stderr } = await runCli(["changes", "--follow", "--after", "c0", "--json", "--url", gateway.url], {
      onStdout: (text) => void (text.includes('"c5"') && gateway[Symbol.asyncDispose]()),
    });
    expect(code).toBe(1);
    expect(stderr).toContain("Go on later with --after c5.");
  });

  test("ends with 1 at once where the gateway refuses the stream", async () => {
    const refuse: Answers = {
      subscription: {
        changes: () => {
          throw new Error("Not a cursor of this log.");
        },
      },
    };
    await using gateway = await startGatewayDouble(refuse);
    const { code, stderr } = await runCli(["changes", "--follow", "--after", "x", "--url", gateway.url]);
    expect(code).toBe(1);
    expect(stderr).toContain("Not a cursor of this log.");
  });
});

describe("concordat drift --watch", () => {
  const events: Answers = {
    subscription: {
      drift: async function* (args) {
        if (args["initial"] === true) yield { cursor: "d1", type: "OPENED", drift: drift(1) };
        yield { cursor: "d2", type: "RESOLVED", drift: drift(1, { state: "RESOLVED", resolution: "reverted" }) };
        await never;
      },
    },
  };

  test("shows the drift that is open first, then what becomes of it", async () => {
    await using gateway = await startGatewayDouble(events);
    const { code, stdout } = await runCli(["drift", "--watch", "--url", gateway.url], { onStdout: until("RESOLVED") });
    expect(code).toBe(0);
    expect(stdout).toContain(
      "OPENED    FOREIGN_WRITE finance.orders owners in lakehouse: found bob1, wanted alice (catalog), OPEN\n",
    );
    expect(stdout).toContain("RESOLVED  FOREIGN_WRITE finance.orders owners in lakehouse: reverted, now alice\n");
  });

  test("goes on after a cursor without what was open", async () => {
    await using gateway = await startGatewayDouble(events);
    const { stdout } = await runCli(["drift", "--watch", "--after", "d1", "--json", "--url", gateway.url], {
      onStdout: until("RESOLVED"),
    });
    expect(
      stdout
        .trim()
        .split("\n")
        .map((it) => JSON.parse(it) as object),
    ).toMatchObject([{ cursor: "d2", type: "RESOLVED" }]);
  });
});
