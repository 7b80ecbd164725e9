import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type LockedPackages, missingPlatforms } from "../../scripts/lock-platforms.ts";

const LOCK = JSON.parse(readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8")) as {
  readonly packages: LockedPackages;
};

test("npm ci finds every platform's packages in the lock file", () => {
  expect(missingPlatforms(LOCK.packages)).toEqual([]);
});

test("a platform's package that the lock file leaves out is told, with the version that is asked for", () => {
  const optionalDependencies = { "tool-linux-x64": "1.0.0", "tool-darwin-arm64": "1.0.0" };
  const packages = {
    "": {},
    "node_modules/host/node_modules/tool": { optionalDependencies, dev: true },
    "node_modules/tool-linux-x64": {},
    "node_modules/other/node_modules/tool-darwin-arm64": {},
  };
  expect(missingPlatforms(packages)).toEqual([{ name: "tool-darwin-arm64", version: "1.0.0", dev: true }]);
});

test("the lock file names no registry, so that it installs from the reader's own", () => {
  const named = Object.entries(LOCK.packages).filter(([, it]) => it.resolved !== undefined);
  expect(named.map(([path]) => path)).toEqual([]);
});
