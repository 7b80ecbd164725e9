import { expect, test, vi } from "vitest";
import { runChaos } from "./run-chaos.ts";

vi.setConfig({ testTimeout: 420_000 });

test("one gateway on SQLite, killed again and again under load, keeps what it acknowledged, once, and its subscribers whole", async () => {
  const { evidence, figures, violations } = await runChaos({
    ledger: "sqlite",
    replicas: 1,
    kills: 5,
    mostMs: 120_000,
    patienceMs: 90_000,
    seed: 11,
    clients: 6,
    subscribers: 2,
    tables: 12,
    redis: false,
    network: false,
    faults: [],
    say: () => {},
  });
  expect(violations, `the history and the logs are in ${evidence}`).toEqual([]);
  expect(figures).toMatchObject({ kills: 5 });
  expect(figures.acknowledged).toBeGreaterThan(20);
  expect(figures.acknowledgedAfterRetry).toBeGreaterThan(0);
  expect(figures.driftsOpened).toBeGreaterThan(0);
});
