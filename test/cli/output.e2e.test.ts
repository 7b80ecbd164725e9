import { describe, expect, test } from "vitest";
import type { Answers } from "./gateway-double.ts";
import { runAgainst } from "./run-against.ts";
import { drift, page } from "./sample-graph.ts";

describe("Every command that asks a gateway", () => {
  test("sends the token", async () => {
    const answers: Answers = { query: { drift: (args) => page([], args) } };
    const { headers } = await runAgainst(answers, ["drift"], { env: { CONCORDAT_TOKEN: "s3cret" } });
    expect(headers[0]?.["authorization"]).toBe("Bearer s3cret");
  });

  test("fits its tables into the terminal and colours them there only", async () => {
    const answers: Answers = {
      query: { drift: (args) => page([drift(1, { note: null, found: "x".repeat(300) })], args) },
    };
    const onTerminal = await runAgainst(answers, ["drift"], { terminal: 80, env: { TERM: "xterm" } });
    const plain = onTerminal.stdout.replace(/\u001b\[\d+m/g, "");
    expect(Math.max(...plain.split("\n").map((it) => it.length))).toBeLessThanOrEqual(80);
    expect(onTerminal.stdout).toContain("\u001b[");
    const noColour = await runAgainst(answers, ["drift"], { terminal: 80, env: { NO_COLOR: "1" } });
    expect(noColour.stdout).not.toContain("\u001b[");
    const inPipe = await runAgainst(answers, ["drift"]);
    expect(inPipe.stdout).toContain("x".repeat(300));
    expect(inPipe.stdout).not.toContain("\u001b");
  });

  test("lets no source steer the terminal, in tables and in JSON", async () => {
    const answers: Answers = {
      query: { drift: (args) => page([drift(1, { found: "evil\u001b]0;title\u0007\u009b2J\u202e" })], args) },
    };
    for (const argv of [["drift"], ["drift", "--json"]]) {
      const { stdout } = await runAgainst(answers, argv, { env: { NO_COLOR: "1" }, terminal: 400 });
      expect(stdout).toContain("evil\\u001b");
      expect(stdout).not.toMatch(/[\u001b\u0007\u009b\u202e]/);
    }
  });
});
