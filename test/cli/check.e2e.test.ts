import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ASSET_KINDS } from "../../src/domain/asset.ts";
import { FIELD_KINDS, isFieldOn } from "../../src/domain/field.ts";
import { type RunOptions, runCli } from "./run-cli.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const SOURCES = `
sources:
  catalog: { type: embedded, mode: enforce }
  lakehouse: { type: iceberg-rest, uri: "http://127.0.0.1:9/", mode: observe }
`;
const VALID = `${SOURCES}
treaty:
  rules:
    - { name: everything, fields: ["*"], authority: catalog, mirrors: [lakehouse], mode: enforce }
    - { name: finance-owners, fields: [owners], assets: { names: ["finance.**"] }, authority: lakehouse }
`;

async function check(yaml: string, argv: readonly string[] = [], options: RunOptions = {}) {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, "concordat.yaml"), yaml);
  return await runCli(["check", ...argv], { cwd: folder.path, ...options });
}

interface CheckedJson {
  readonly valid: boolean;
  readonly authorities: readonly {
    readonly asset: string;
    readonly fields: string;
    readonly authority: string;
    readonly mirrors: object[];
    readonly exceptions: object[];
  }[];
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

describe("concordat check", () => {
  test("says for every field of every kind of asset who has authority", async () => {
    const { code, stdout } = await check(VALID, ["--json"]);
    const checked = JSON.parse(stdout) as CheckedJson;
    expect(code).toBe(0);
    expect(checked.valid).toBe(true);
    const fields = ASSET_KINDS.flatMap((kind) => FIELD_KINDS.filter((it) => isFieldOn(kind, it)));
    expect(checked.authorities).toHaveLength(fields.length);
    expect(checked.authorities.every((it) => it.authority === (it.fields === "schema" ? "lakehouse" : "catalog"))).toBe(
      true,
    );
  });

  test("shows the mode that holds in each mirror, and exceptions below their field", async () => {
    const { code, stdout, stderr } = await check(VALID);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(
      /table\s+owners\s+catalog\s+lakehouse \(observe\)\s.*everything\n\s+└ assets: .*finance\.\*\*.*\s+lakehouse\s+finance-owners\n/,
    );
    expect(stdout).toContain("is valid: 3 rules over catalog (embedded, enforce), lakehouse (iceberg-rest, observe).");
  });

  test("warns of what is valid, but perhaps not meant", async () => {
    const { stdout } = await check(VALID.replace("mode: enforce }\n  lakehouse", "mode: observe }\n  lakehouse"));
    expect(stdout).toContain(
      "Every source is in mode observe or pause: drift is told, and nothing is written anywhere.",
    );
    expect(stdout).toContain("There is no access section");
  });

  test("warns that it looks at the demo where there is no config", async () => {
    await using folder = await temporaryFolder();
    const { code, stdout } = await runCli(["check"], { cwd: folder.path });
    expect(code).toBe(0);
    expect(stdout).toContain("There is no concordat.yaml here");
  });

  test("refuses a treaty that leaves fields without authority, with an example, and ends with 2", async () => {
    const { code, stdout, stderr } = await check(
      `${SOURCES}treaty:\n  rules:\n    - { name: owners, fields: [owners], authority: catalog }\n`,
    );
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^The configuration is not valid, see \d+ problems?:\n/);
    expect(stderr).toMatch(/concordat\.yaml:\d+:\d+ .*description/);
  });

  test("refuses two overrides that can meet, with the asset where they do", async () => {
    const more = `${VALID}    - { name: eu-owners, fields: [owners], assets: { names: ["**.eu"] }, authority: catalog }\n`;
    const { code, stderr } = await check(more);
    expect(code).toBe(2);
    expect(stderr).toMatch(/finance-owners.*eu-owners|eu-owners.*finance-owners/);
    expect(stderr).toMatch(/finance\.(\w+\.)*eu/);
  });

  test("tells every problem at once, with its place, also as JSON", async () => {
    const yaml = VALID.replace("authority: lakehouse }", "authority: nowhere, onForeignWrite: shout }").replace(
      "mode: observe }",
      "mode: obey }",
    );
    const { code, stdout } = await check(yaml, ["--json"]);
    const { valid, problems } = JSON.parse(stdout) as CheckedJson;
    expect([code, valid]).toEqual([2, false]);
    expect(problems.length).toBeGreaterThan(1);
    expect(problems.every((it) => it.line > 0)).toBe(true);
  });

  test("reads the file that --config names", async () => {
    const { code, stderr } = await check(VALID, ["--config", "other.yaml"]);
    expect(code).toBe(2);
    expect(stderr).toContain("other.yaml: There is no such file");
  });

  test("fits its table into the terminal", async () => {
    const { stdout } = await check(VALID, [], { terminal: 90, env: { NO_COLOR: "1" } });
    const table = stdout.split("\n\n")[0] ?? "";
    expect(Math.max(...table.split("\n").map((it) => it.length))).toBeLessThanOrEqual(90);
  });
});
