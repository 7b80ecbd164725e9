import { CUSTOMER_GOVERNANCE } from "./governance-customer.ts";
import { REFERENCE_GOVERNANCE } from "./governance-reference.ts";
import { SALES_GOVERNANCE } from "./governance-sales.ts";
import { type GovernedAsset, namespace, PERSON_KEY, personal, table, view } from "./governed-asset.ts";

// biome-ignore format: one glance
const NAMESPACES: readonly GovernedAsset[] = [
  namespace("retail", { description: "The retail company's lakehouse.", owners: ["data-office@example.com"], domain: "retail" }),
  namespace("retail.sales", { description: "What was sold, by channel.", owners: ["retail-data@example.com"], domain: "sales", sensitivity: "CONFIDENTIAL" }),
  namespace("retail.returns", { description: "What came back, by channel.", owners: ["returns-data@example.com"], domain: "sales", sensitivity: "CONFIDENTIAL" }),
  namespace("retail.customer", { description: "Who our customers are.", owners: ["customer-data@example.com"], domain: "customer", sensitivity: "RESTRICTED", classifications: ["pii"] }),
  namespace("retail.customer.demographics", { description: "Traits of people and households, without names.", owners: ["customer-insight@example.com"], domain: "customer", sensitivity: "CONFIDENTIAL" }),
  namespace("retail.product", { description: "What we sell and how we promote it.", owners: ["product-data@example.com"], domain: "product" }),
  namespace("retail.channel", { description: "Where we sell.", owners: ["store-operations@example.com"], domain: "operations" }),
  namespace("retail.inventory", { description: "What we have, and where.", owners: ["logistics-data@example.com"], domain: "supply-chain" }),
  namespace("retail.reference", { description: "Calendars and code lists.", owners: ["retail-data@example.com"], domain: "reference", sensitivity: "PUBLIC" }),
  namespace("retail.reporting", { description: "Views for dashboards.", owners: ["analytics@example.com"], domain: "reporting", sensitivity: "INTERNAL" }),
];

const VIEWS: readonly GovernedAsset[] = [
  view("retail.reporting.daily_store_sales", {
    description: "Revenue, units and profit of each store and day.",
    owners: ["analytics@example.com"],
    classifications: ["finance.revenue"],
    sensitivity: "CONFIDENTIAL",
    domain: "reporting",
    lifecycle: { stage: "active" },
  }),
  view(
    "retail.reporting.customer_contacts",
    {
      description: "Names and e-mail addresses of customers, for the service desk.",
      owners: ["customer-data@example.com", "service-desk@example.com"],
      classifications: ["pii", "pii.contact"],
      sensitivity: "RESTRICTED",
      domain: "customer",
      lifecycle: { stage: "active" },
    },
    {
      customer_sk: PERSON_KEY,
      first_name: personal("name"),
      last_name: personal("name"),
      email_address: personal("email"),
    },
  ),
];

/** Known to the governance catalog alone: the lakehouse dropped the table, and nobody told the catalog. */
const ORPHAN: GovernedAsset = table("retail.sales.mail_order_sales", {
  description: "Orders by letter, until the channel closed in 2023.",
  owners: ["retail-data@example.com", "pat.morgan@example.com"],
  classifications: ["finance.revenue", { name: "ops.channel", value: "mail" }],
  sensitivity: "CONFIDENTIAL",
  retention: { duration: "P7Y", basis: "tax law, records of sales", legalHold: false },
  domain: "sales",
  lifecycle: { stage: "retired", note: "channel closed", replacedBy: "retail.sales.web_sales" },
});

/** What the lakehouse of `seed.ts` holds too, but for the differences of `drift.ts`. */
export const AGREED_GOVERNANCE: readonly GovernedAsset[] = [
  ...NAMESPACES,
  ...SALES_GOVERNANCE,
  ...CUSTOMER_GOVERNANCE,
  ...REFERENCE_GOVERNANCE,
  ...VIEWS,
];

/** What the governance catalog knows when the demo begins. */
export const governanceSeed: readonly GovernedAsset[] = [...AGREED_GOVERNANCE, ORPHAN];
