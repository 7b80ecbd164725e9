import { describe, expect, test } from "vitest";
import { type Answers, startGatewayDouble } from "./gateway-double.ts";
import { runAgainst } from "./run-against.ts";
import { runCli } from "./run-cli.ts";

/** An address where nothing listens any more. */
async function deadAddress(): Promise<string> {
  const gateway = await startGatewayDouble({});
  await gateway[Symbol.asyncDispose]();
  return gateway.url;
}

describe("A command that cannot ask its gateway", () => {
  test.each([
    [["scan"]],
    [["plan"]],
    [["reconcile"]],
    [["drift"]],
    [["drift", "--watch"]],
    [["changes"]],
    [["changes", "--follow", "--after", "1"]],
  ])("%j says how to start one, and ends with 1", async (argv) => {
    const url = await deadAddress();
    const { code, stdout, stderr } = await runCli([...argv, "--url", url]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr.trim().split("\n").at(-1)).toBe(
      `No gateway answers at ${url.replace("http", argv.length > 1 ? "ws" : "http")}/graphql. Start one with "npx concordat start", or say where it is with --url or CONCORDAT_URL.`,
    );
  });

  test("looks for it at CONCORDAT_URL, else on this machine at CONCORDAT_PORT", async () => {
    const url = await deadAddress();
    const port = new URL(url).port;
    const byUrl = await runCli(["drift"], { env: { CONCORDAT_URL: url, CONCORDAT_PORT: "1" } });
    const byPort = await runCli(["drift"], { env: { CONCORDAT_PORT: port } });
    expect(byUrl.stderr).toContain(`${url}/graphql`);
    expect(byPort.stderr).toContain(`http://127.0.0.1:${port}/graphql`);
  });

  test.each([
    [["drift", "--url", "ftp://x"], {}, 'Not an address of a gateway: "ftp://x"'],
    [["drift", "--url", "http://u:p@h"], {}, "holds a password"],
    [["drift"], { CONCORDAT_PORT: "99999" }, 'CONCORDAT_PORT is "99999"'],
    [
      ["drift", "--url", "http://example.com"],
      { CONCORDAT_TOKEN: "t" },
      "is not sent to http://example.com unencrypted",
    ],
    [["drift"], { CONCORDAT_TOKEN: "a\nb" }, "CONCORDAT_TOKEN holds"],
  ] as const)("%j refuses a wrong address or token before it sends anything", async (argv, env, message) => {
    const { code, stderr } = await runCli(argv, { env });
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  test("says so where something else answers", async () => {
    const raw: Answers = { raw: (_request, response) => response.writeHead(404).end("<html>") };
    const { code, stderr } = await runAgainst(raw, ["drift"]);
    expect(code).toBe(1);
    expect(stderr).toContain("is no Concordat gateway of this version: it answered with HTTP 404");
  });

  test("does not follow a redirect, which would carry the token elsewhere", async () => {
    let asked = 0;
    const raw: Answers = {
      raw: (_request, response) => {
        asked += 1;
        response.writeHead(307, { location: "/elsewhere" }).end();
      },
    };
    const { code } = await runAgainst(raw, ["drift"], { env: { CONCORDAT_TOKEN: "t" } });
    expect([code, asked]).toEqual([1, 1]);
  });

  test("tells an error of the graph with its code and what to do", async () => {
    const raw: Answers = {
      raw: (_request, response) =>
        response.end(
          JSON.stringify({
            errors: [{ message: "No\u001b[2J token.", extensions: { code: "UNAUTHENTICATED" } }],
            data: null,
          }),
        ),
    };
    const { code, stderr } = await runAgainst(raw, ["drift"]);
    expect(code).toBe(1);
    expect(stderr).toBe("UNAUTHENTICATED: No\\u001b[2J token.\nPut a valid token into CONCORDAT_TOKEN.\n");
    const asJson = await runAgainst(raw, ["drift", "--json"]);
    expect(JSON.parse(asJson.stderr)).toMatchObject({ error: { code: "UNAUTHENTICATED" } });
  });

  test("never takes an answer with errors for the whole truth", async () => {
    const data = { drift: { nodes: [], pageInfo: { hasNextPage: false, hasPreviousPage: false, endCursor: null } } };
    const raw: Answers = {
      raw: (_request, response) => response.end(JSON.stringify({ data, errors: [{ message: "half" }] })),
    };
    const { code, stdout } = await runAgainst(raw, ["drift"]);
    expect([code, stdout]).toEqual([1, ""]);
  });

  test("says where an answer is not what was asked for", async () => {
    const raw: Answers = { raw: (_request, response) => response.end('{"data":{"drift":{"nodes":[{}]}}}') };
    const { code, stderr } = await runAgainst(raw, ["drift"]);
    expect(code).toBe(1);
    expect(stderr).toContain("its answer lacks what was asked for");
  });

  test("stops at Ctrl-C with 130", async () => {
    const asked = Promise.withResolvers<void>();
    const raw: Answers = { raw: () => asked.resolve() };
    let interrupt: () => void = () => undefined;
    void asked.promise.then(() => interrupt());
    const { code } = await runAgainst(raw, ["plan"], { onStderr: (_text, stop) => void (interrupt = stop) });
    expect(code).toBe(130);
  });
});

describe("A mistake on the command line", () => {
  test.each([
    [["nonsense"], "unknown command 'nonsense'"],
    [["drift", "--nonsense"], "unknown option '--nonsense'"],
    [["explain", "finance.orders"], "missing required argument 'field'"],
    [["plan", "--limit", "0"], "Expected a whole number from 1 to 1000."],
    [["drift", "--kind", "odd"], "Expected one of FOREIGN_WRITE"],
    [["changes", "--since", "yesterday"], "Expected a day or a moment"],
    [["drift", "--after", "x"], "--after needs --watch"],
  ])("%j is told and ends with 1, which no command uses for an answer", async (argv, message) => {
    const { code, stderr, stdout } = await runCli(argv);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(message);
  });

  test.each([[["--help"]], [["plan", "--help"]], [["help", "drift"]], [["--version"]]])(
    "%j is answered on stdout with 0",
    async (argv) => {
      const { code, stdout, stderr } = await runCli(argv);
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout.length).toBeGreaterThan(4);
    },
  );

  test("the help documents exit codes and environment", async () => {
    const { stdout } = await runCli(["--help"]);
    for (const it of ["Exit codes:", "130", "CONCORDAT_URL", "CONCORDAT_TOKEN", "NO_COLOR"])
      expect(stdout).toContain(it);
  });

  test("an old Node is one clear message with 2", async () => {
    const { code, stderr } = await runCli(["drift"], { nodeVersion: "v20.19.0" });
    expect(code).toBe(2);
    expect(stderr).toBe("Concordat needs Node 22.18 or newer; this is v20.19.0. Install it from https://nodejs.org.\n");
  });
});
