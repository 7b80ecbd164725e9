import { expect, test, vi } from "vitest";
import { describeWithService } from "../support/services.ts";
import { runChaos } from "./run-chaos.ts";

vi.setConfig({ testTimeout: 420_000 });

describeWithService(["postgres", "redis"], "Three gateways on one PostgreSQL with Redis", () => {
  test("keep what they acknowledged, once, and their subscribers whole, whichever of them is killed", async () => {
    const { evidence, figures, violations } = await runChaos({
      ledger: "postgres",
      replicas: 3,
      kills: 6,
      mostMs: 120_000,
      patienceMs: 90_000,
      seed: 12,
      clients: 6,
      subscribers: 2,
      tables: 12,
      redis: true,
      network: false,
      faults: [],
      say: () => {},
    });
    expect(violations, `the history and the logs are in ${evidence}`).toEqual([]);
    expect(figures).toMatchObject({ kills: 6 });
    expect(figures.acknowledged).toBeGreaterThan(20);
    expect(figures.driftsOpened).toBeGreaterThan(0);
  });
});
