import { test, vi } from "vitest";
import { expectUnion } from "./first-sight.ts";

vi.setConfig({ testTimeout: 180_000 });

test("A lakehouse and an empty catalog that see each other first are brought together, and nothing is lost", async () => {
  await expectUnion();
});
