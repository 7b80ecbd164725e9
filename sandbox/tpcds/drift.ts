import type { CatalogEditor } from "../iceberg-rest/catalog-editor.ts";

/** One real difference between lakehouse and governance catalog with which the demo begins. */
export interface PlantedDifference {
  readonly asset: string;
  /** Public path of the field; undefined where the asset itself is the difference. */
  readonly field?: string;
  /** How it came about. */
  readonly story: string;
  /** Makes it in the lakehouse; undefined where it is in the catalog. */
  readonly edit?: (lakehouse: CatalogEditor) => void;
}

/** Each of them stands in sandbox/README.md too; a test holds the two, and the seeds, together. */
// biome-ignore format: a table is read by its rows
export const PLANTED_DIFFERENCES: readonly PlantedDifference[] = [
  set("retail.sales.store_sales", "owners", "owner", "spark-etl@example.com", "A nightly Spark job recreated its properties and named itself the owner."),
  set("retail.reporting.daily_store_sales", "owners", "owner", "analytics@example.com,pat.morgan@example.com", "Pat Morgan left the company; the view still names them."),
  set("retail.customer.customer", "classifications", "concordat.classifications", '["gdpr.subject-data","pii"]', "The tag pii.contact never reached the lakehouse."),
  set("retail.customer.customer", "columns.c_email_address.classifications", "concordat.columns.17.classifications", null, "A schema migration lost the tag of the e-mail address."),
  set("retail.customer.customer_address", "sensitivity", "concordat.sensitivity", "CONFIDENTIAL", "The steward raised it to RESTRICTED in the catalog only."),
  set("retail.returns.store_returns", "retention", "concordat.retention", '{"duration":"P10Y","basis":"copied from finance","legalHold":false}', "Somebody copied the finance default over the warranty period."),
  set("retail.sales.web_sales", "retention", "concordat.retention", "seven years", "Typed by hand: no duration, and no JSON."),
  set("retail.inventory.inventory", "domain", "concordat.domain", "logistics", "The domain was renamed in the catalog."),
  set("retail.reference.ship_mode", "lifecycle", "concordat.lifecycle", '{"stage":"active","note":null,"replacedBy":null}', "The deprecation was decided in the catalog, and did not arrive."),
  set("retail.product.item", "description", "comment", "Every product we sell. Bundles are in it since March.", "An engineer edited the table comment."),
  {
    asset: "retail.channel.web_page",
    field: "columns.wp_url.description",
    story: "An engineer documented the column where it is made.",
    edit: (lakehouse) => lakehouse.setColumnDoc("retail.channel.web_page", "wp_url", "Address of the page, with campaign parameters."),
  },
  { asset: "retail.sales.mail_order_sales", story: "The table was dropped in 2024; the catalog still has its record (an orphan)." },
];

function set(asset: string, field: string, property: string, value: string | null, story: string): PlantedDifference {
  return { asset, field, story, edit: (lakehouse) => lakehouse.setProperties(asset, { [property]: value }) };
}
