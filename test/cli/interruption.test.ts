import { describe, expect, test } from "vitest";
import { createInterruption } from "../../src/cli/interruption.ts";

describe("Ctrl-C", () => {
  function press(...times: number[]): { readonly ended: string[]; readonly signal: AbortSignal } {
    const ended: string[] = [];
    let now = 0;
    const { onSignal, signal } = createInterruption(
      () => now,
      (name) => ended.push(`${name} at ${now}`),
    );
    for (now of times) onSignal("SIGINT");
    return { ended, signal };
  }

  test("stops cleanly", () => {
    expect(press(5)).toMatchObject({ ended: [], signal: { aborted: true, reason: "SIGINT" } });
  });

  test("counts once where the terminal, npm and the launcher each send it", () => {
    expect(press(5, 6, 30).ended).toEqual([]);
  });

  test("ends at once the second time", () => {
    expect(press(5, 6, 1_000).ended).toEqual(["SIGINT at 1000"]);
  });
});
