import { expect, test } from "vitest";
import { type IcebergSandbox, startIcebergSandbox } from "../../../sandbox/iceberg-rest/sandbox.ts";
import { ask, refusal } from "./sandbox-client.ts";

const CLIENT = { kind: "oauth2", clientId: "gateway", clientSecret: "s3cret", tokenLifetime: 60 } as const;

async function requestToken(
  sandbox: IcebergSandbox,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
) {
  const response = await fetch(`${sandbox.url}/v1/oauth/tokens`, {
    method: "POST",
    headers,
    body: new URLSearchParams(fields),
  });
  return {
    status: response.status,
    body: (await response.json()) as { access_token: string; expires_in: number; error?: string },
  };
}

const CREDENTIALS = { grant_type: "client_credentials", client_id: "gateway", client_secret: "s3cret" };

test("a bearer token is asked for on every address, also the configuration", async () => {
  await using sandbox = await startIcebergSandbox({ auth: { kind: "bearer", token: "abc" } });
  expect(refusal(await ask(sandbox, "GET", "config"))).toEqual([401, "NotAuthorizedException"]);
  expect(refusal(await ask(sandbox, "GET", "namespaces", undefined, { authorization: "Bearer abd" }))).toEqual([
    401,
    "NotAuthorizedException",
  ]);
  expect((await ask(sandbox, "GET", "config", undefined, { authorization: "Bearer abc" })).status).toBe(200);
});

test("client credentials, in the form or as basic authorization, give a token; wrong ones an OAuth error", async () => {
  await using sandbox = await startIcebergSandbox({ auth: CLIENT });
  const { body } = await requestToken(sandbox, CREDENTIALS);
  expect(body).toMatchObject({ token_type: "bearer", expires_in: 60 });
  expect(
    (await ask(sandbox, "GET", "namespaces", undefined, { authorization: `Bearer ${body.access_token}` })).status,
  ).toBe(200);
  const basic = { authorization: `Basic ${Buffer.from("gateway:s3cret").toString("base64")}` };
  expect((await requestToken(sandbox, { grant_type: "client_credentials" }, basic)).status).toBe(200);
  const wrong = await requestToken(sandbox, { ...CREDENTIALS, client_secret: "guess" });
  expect([wrong.status, wrong.body.error]).toEqual([401, "invalid_client"]);
  const other = await requestToken(sandbox, { grant_type: "password" });
  expect([other.status, other.body.error]).toEqual([400, "unsupported_grant_type"]);
});

test.each([401, 419] as const)(
  "a token ends after its lifetime with %i, and can be exchanged before",
  async (expiredStatus) => {
    let now = 1_000_000;
    await using sandbox = await startIcebergSandbox({ auth: { ...CLIENT, expiredStatus }, now: () => now });
    const { access_token: token } = (await requestToken(sandbox, CREDENTIALS)).body;
    const status = async () =>
      (await ask(sandbox, "GET", "namespaces", undefined, { authorization: `Bearer ${token}` })).status;
    now += 59_000;
    expect(await status()).toBe(200);
    const exchange = { grant_type: "urn:ietf:params:oauth:grant-type:token-exchange", subject_token: token };
    expect((await requestToken(sandbox, exchange)).status).toBe(200);
    now += 2_000;
    expect(await status()).toBe(expiredStatus);
    expect((await requestToken(sandbox, exchange)).status).toBe(401);
  },
);

test("the expired-token fault ends every token, so that only a new one helps", async () => {
  await using sandbox = await startIcebergSandbox({ auth: CLIENT });
  const call = (token: string) => ask(sandbox, "GET", "namespaces", undefined, { authorization: `Bearer ${token}` });
  const old = (await requestToken(sandbox, CREDENTIALS)).body.access_token;
  sandbox.faults.add({ kind: "token-expired", status: 419, count: 1 });
  expect(refusal(await call(old))).toEqual([419, "AuthenticationTimeoutException"]);
  expect((await call(old)).status).toBe(401);
  expect((await call((await requestToken(sandbox, CREDENTIALS)).body.access_token)).status).toBe(200);
});
