import { expect, test } from "vitest";
import type { DeliveryRequest } from "../../src/delivery/delivery-request.ts";
import { toDetail, toRequest } from "../../src/delivery/intent-detail.ts";
import { parseFieldKey } from "../../src/domain/field.ts";
import { type IntentId, parseAssetId, parseSourceId } from "../../src/domain/ids.ts";
import type { AgreedValue } from "../../src/domain/state.ts";

const CATALOG = parseSourceId("catalog");
const LAKEHOUSE = parseSourceId("lakehouse");
const TAGS = parseFieldKey("classifications");
const ASSET = parseAssetId("asset:01JD0000000000000000000000");

test.each<[string, AgreedValue]>([
  ["of the whole field", { with: CATALOG, value: "sales" }],
  ["of nothing", { with: CATALOG, value: null, compared: [CATALOG] }],
  ["of some of its parts", { with: CATALOG, value: null, compared: [`${CATALOG}/Zk3-_9aB`, LAKEHOUSE] }],
])("whoever settles another one's write gives the mirror the base that was worked out for it: %s", (_, base) => {
  const request: DeliveryRequest = {
    asset: ASSET,
    purpose: "mirror",
    actor: { kind: "gateway", id: "concordat" },
    write: {
      source: LAKEHOUSE,
      ref: { kind: "TABLE", name: ["sales", "orders"], stableId: null },
      create: false,
      purpose: "mirror",
      fields: new Map([[TAGS, { state: "absent" }]]),
      rules: new Map([[TAGS, "all"]]),
      bases: new Map([[TAGS, base]]),
    },
  };
  const detail = JSON.parse(JSON.stringify(toDetail(request)));
  const intent = { id: "intent:1" as IntentId, asset: ASSET, source: LAKEHOUSE, purpose: request.purpose, detail };
  expect(toRequest({ ...intent, holder: "another", leaseUntil: 0, position: 1 })).toEqual(request);
});
