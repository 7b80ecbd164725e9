import { describe, expect, test } from "vitest";
import { createAuthenticate, may } from "../../src/access/access.ts";

const TOKENS = [
  { name: "portal", token: "portal-token-0123456789", roles: ["reader"] },
  { name: "steward", token: "steward-token-0123456789", roles: ["editor"] },
  { name: "operations", token: "operations-token-0123456789", roles: ["operator"] },
] as const;

describe("with tokens", () => {
  const authenticate = createAuthenticate({ tokens: TOKENS }, "nobody");

  test.each([
    ["portal", [true, false, false]],
    ["steward", [true, true, false]],
    ["operations", [true, true, true]],
  ])("%s may do what its role says", (name, allowed) => {
    const caller = authenticate(`Bearer ${name}-token-0123456789`);
    if (!caller.ok) throw new Error(caller.error.message);
    expect(caller.value.actor).toEqual({ kind: "service", id: name });
    expect((["read", "write", "operate"] as const).map((it) => may(caller.value, it))).toEqual(allowed);
  });

  test.each([
    [undefined, "no-token"],
    ["", "no-token"],
    ["Basic cG9ydGFsOng=", "no-token"],
    ["Bearer ", "no-token"],
    ["Bearer portal-token-012345678", "bad-token"],
    ["Bearer portal-token-01234567890", "bad-token"],
  ])("%s is refused as %s", (header, kind) => {
    expect(authenticate(header)).toMatchObject({ ok: false, error: { kind } });
  });
});

test("without an access configuration whoever reaches the gateway may do everything, under the local user's name", () => {
  const caller = createAuthenticate(undefined, "alice")(undefined);
  if (!caller.ok) throw new Error(caller.error.message);
  expect(caller.value.actor).toEqual({ kind: "person", id: "alice" });
  expect(may(caller.value, "operate")).toBe(true);
});
