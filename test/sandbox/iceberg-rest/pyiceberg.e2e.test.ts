import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { startIcebergSandbox } from "../../../sandbox/iceberg-rest/sandbox.ts";
import { describeWithService, findPython } from "../../support/services.ts";

const SESSION = fileURLToPath(new URL("pyiceberg-session.py", import.meta.url));

describeWithService("pyiceberg", "pyiceberg as a client of the sandbox", () => {
  test("creates, evolves, renames and drops, and understands every refusal", async () => {
    await using sandbox = await startIcebergSandbox({
      prefix: "retail",
      auth: { kind: "oauth2", clientId: "spark", clientSecret: "s3cret" },
    });
    const python = findPython() as string;
    const { stdout } = await promisify(execFile)(python, ["-W", "ignore", SESSION, sandbox.url, "spark:s3cret"]);
    expect(JSON.parse(stdout)).toEqual({
      fields: [
        [1, "order_id", null],
        [2, "price", "In US dollars."],
        [3, "address", null],
        [5, "note", "Free text."],
      ],
      properties: { owner: "emea@example.com" },
      duplicate: true,
      notEmpty: true,
      moved: true,
      listed: ["shop.orders"],
      namespaces: ["shop.emea"],
      updated: ["comment"],
      exists: true,
      dropped: true,
    });
  });
});
