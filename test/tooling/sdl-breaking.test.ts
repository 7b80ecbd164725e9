import { expect, test } from "vitest";
import { findSdlBreaks } from "../../scripts/sdl-breaking.ts";

const RELEASED = "enum State { ACTIVE RETIRED }\ntype Query { asset(id: ID!): String state: State }";

test("what is added to the graph breaks nobody", () => {
  expect(findSdlBreaks(RELEASED, `${RELEASED.replace("asset(id: ID!", "asset(id: ID")} type More { it: Int }`)).toEqual(
    [],
  );
});

test("a field, an enum value or an optional argument that is taken away breaks clients", () => {
  expect(findSdlBreaks(RELEASED, RELEASED.replace("state: State", ""))).toEqual(["Query.state was removed."]);
  expect(findSdlBreaks(RELEASED, RELEASED.replace("RETIRED", ""))).toEqual([
    "RETIRED was removed from enum type State.",
  ]);
  expect(findSdlBreaks(RELEASED, RELEASED.replace("id: ID!", "id: ID!, why: String!"))).toEqual([
    "A required arg why on Query.asset was added.",
  ]);
});
