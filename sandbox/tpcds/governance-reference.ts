import { described, type GovernedAsset, personal, table } from "./governed-asset.ts";

const ACTIVE = { stage: "active" };
const STAFF = personal("employee-name", "Full name of an employee.");

function of(
  domain: string,
  owner: string,
  sensitivity: string,
  description: string,
  more: Readonly<Record<string, unknown>> = {},
) {
  return { description, owners: [owner], sensitivity, domain, lifecycle: ACTIVE, ...more };
}

/** Products, the places and pages where we sell, stock, and the calendar. */
export const REFERENCE_GOVERNANCE: readonly GovernedAsset[] = [
  table(
    "retail.product.item",
    of(
      "product",
      "product-data@example.com",
      "INTERNAL",
      "Every product we sell, with the history of its description and price.",
    ),
    {
      i_item_id: described("Article number; several rows share it, one for each period of validity."),
      i_current_price: described("Shelf price in US dollars."),
      i_wholesale_cost: { description: "What we pay the maker.", classifications: ["finance.margin"] },
    },
  ),
  table(
    "retail.product.promotion",
    of(
      "marketing",
      "campaigns@example.com",
      "INTERNAL",
      "Promotions, with the channels that they ran in and what they cost.",
      {
        retention: { duration: "P5Y", basis: "contracts with partners", legalHold: false },
        "custom.costCenter": "cc-450",
      },
    ),
    { p_cost: { description: "Cost of the promotion in US dollars.", classifications: ["finance.cost"] } },
  ),
  table(
    "retail.channel.store",
    of(
      "operations",
      "store-operations@example.com",
      "INTERNAL",
      "Our stores, with the history of their size, hours and managers.",
    ),
    { s_manager: STAFF, s_market_manager: STAFF, s_floor_space: described("Square feet.") },
  ),
  table(
    "retail.channel.call_center",
    of("operations", "store-operations@example.com", "INTERNAL", "Call centers that take catalog orders."),
    { cc_manager: STAFF, cc_market_manager: STAFF, cc_hours: described("Opening hours, local time.") },
  ),
  table(
    "retail.channel.catalog_page",
    of("marketing", "campaigns@example.com", "PUBLIC", "Pages of the printed catalogs.", {
      lifecycle: {
        stage: "deprecated",
        note: "the last printed catalog went out in 2024",
        replacedBy: "retail.channel.web_page",
      },
    }),
  ),
  table(
    "retail.channel.web_site",
    of("operations", "web-data@example.com", "INTERNAL", "Our web shops, one row for each period of validity."),
    { web_manager: STAFF, web_market_manager: STAFF },
  ),
  table("retail.channel.web_page", of("operations", "web-data@example.com", "PUBLIC", "Pages of the web shops."), {
    wp_customer_sk: personal("reference", "Customer who made the page, where a person did."),
    wp_url: described("Address of the page, without query."),
  }),
  table(
    "retail.inventory.inventory",
    of("supply-chain", "logistics-data@example.com", "INTERNAL", "Units of each item in each warehouse, once a week.", {
      classifications: [{ name: "ops.tier", value: "gold" }],
      retention: { duration: "P3Y", basis: "stock audits", legalHold: false },
    }),
    { inv_quantity_on_hand: described("Units counted; null where the count was missed.") },
  ),
  table(
    "retail.inventory.warehouse",
    of("supply-chain", "logistics-data@example.com", "INTERNAL", "Warehouses and where they are."),
  ),
  table(
    "retail.reference.date_dim",
    of("reference", "retail-data@example.com", "PUBLIC", "One row for each day from 1900 to 2100."),
    {
      d_date: described("The day."),
      d_fy_year: described("Fiscal year; begins in January."),
      d_holiday: described("Y on public holidays in the United States."),
    },
  ),
  table(
    "retail.reference.time_dim",
    of("reference", "retail-data@example.com", "PUBLIC", "One row for each second of a day."),
  ),
  table("retail.reference.reason", of("reference", "returns-data@example.com", "PUBLIC", "Why an item was returned.")),
  table(
    "retail.reference.ship_mode",
    of("supply-chain", "logistics-data@example.com", "PUBLIC", "Ways to ship, with carrier and contract.", {
      lifecycle: { stage: "deprecated", note: "carriers move to the contract system", replacedBy: null },
    }),
    { sm_contract: { description: "Number of the carrier's contract.", classifications: ["contract.reference"] } },
  ),
];
