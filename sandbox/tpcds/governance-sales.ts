import { described, type GovernedAsset, type GovernedColumn, PERSON_KEY, table } from "./governed-asset.ts";

const TAX_LAW = { duration: "P7Y", basis: "tax law, records of sales", legalHold: false };
const ACTIVE = { stage: "active" };
const CARD: GovernedColumn = {
  classifications: ["pci.amount"],
  description: "Paid back to the card that was charged.",
};

function sales(
  channel: string,
  description: string,
  owners: readonly unknown[],
  more: Readonly<Record<string, unknown>> = {},
) {
  return {
    description,
    owners,
    classifications: ["finance.revenue", { name: "ops.channel", value: channel }],
    sensitivity: "CONFIDENTIAL",
    retention: TAX_LAW,
    domain: "sales",
    lifecycle: ACTIVE,
    "custom.costCenter": "cc-310",
    ...more,
  };
}

function returns(channel: string, description: string, more: Readonly<Record<string, unknown>> = {}) {
  return {
    description,
    owners: ["returns-data@example.com"],
    classifications: ["finance.refund", { name: "ops.channel", value: channel }],
    sensitivity: "CONFIDENTIAL",
    retention: { duration: "P2Y", basis: "warranty period", legalHold: false },
    domain: "sales",
    lifecycle: ACTIVE,
    ...more,
  };
}

/** Sales and returns of the three channels. */
export const SALES_GOVERNANCE: readonly GovernedAsset[] = [
  table(
    "retail.sales.store_sales",
    sales("store", "One row for each item on a till receipt.", [
      "retail-data@example.com",
      { principal: "jonas.berg@example.com", role: "steward" },
    ]),
    {
      ss_customer_sk: PERSON_KEY,
      ss_ticket_number: described("Number of the receipt, unique across all stores."),
      ss_net_paid: described("What the customer paid for the line, without tax."),
      ss_net_profit: { description: "Net paid less wholesale cost.", classifications: ["finance.margin"] },
    },
  ),
  table(
    "retail.sales.catalog_sales",
    sales("catalog", "One row for each item of an order from the printed catalog.", ["retail-data@example.com"], {
      retention: { ...TAX_LAW, basis: "tax law; held for the case Miller v. Retail", legalHold: true },
    }),
    {
      cs_bill_customer_sk: PERSON_KEY,
      cs_ship_customer_sk: PERSON_KEY,
      cs_order_number: described("Number of the order."),
      cs_net_profit: { description: "Net paid less wholesale cost.", classifications: ["finance.margin"] },
    },
  ),
  table(
    "retail.sales.web_sales",
    sales("web", "One row for each item of an order in the web shop.", [
      "web-data@example.com",
      "retail-data@example.com",
    ]),
    {
      ws_bill_customer_sk: PERSON_KEY,
      ws_ship_customer_sk: PERSON_KEY,
      ws_order_number: described("Number of the order."),
      ws_net_profit: { description: "Net paid less wholesale cost.", classifications: ["finance.margin"] },
    },
  ),
  table("retail.returns.store_returns", returns("store", "One row for each item that was brought back to a store."), {
    sr_customer_sk: PERSON_KEY,
    sr_reversed_charge: CARD,
  }),
  table(
    "retail.returns.catalog_returns",
    returns("catalog", "One row for each item of a catalog order that was sent back.", {
      retention: { duration: "P2Y", basis: "held for the case Miller v. Retail", legalHold: true },
    }),
    { cr_refunded_customer_sk: PERSON_KEY, cr_returning_customer_sk: PERSON_KEY, cr_reversed_charge: CARD },
  ),
  table("retail.returns.web_returns", returns("web", "One row for each item of a web order that was sent back."), {
    wr_refunded_customer_sk: PERSON_KEY,
    wr_returning_customer_sk: PERSON_KEY,
    wr_reversed_charge: CARD,
  }),
];
