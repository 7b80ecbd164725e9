import { described, type GovernedAsset, PERSON_KEY, personal, table } from "./governed-asset.ts";

const OWNERS = ["customer-data@example.com", { principal: "amira.haddad@example.com", role: "steward" }];
const AFTER_CLOSURE = { duration: "P2Y", basis: "GDPR Art. 17: two years after the last purchase", legalHold: false };
const ACTIVE = { stage: "active" };

/** Everything that is about people. */
export const CUSTOMER_GOVERNANCE: readonly GovernedAsset[] = [
  table(
    "retail.customer.customer",
    {
      description: "One row for each person who has bought from us or has an account.",
      owners: OWNERS,
      classifications: ["pii", "pii.contact", "gdpr.subject-data"],
      sensitivity: "RESTRICTED",
      retention: AFTER_CLOSURE,
      domain: "customer",
      lifecycle: ACTIVE,
      "custom.costCenter": "cc-210",
    },
    {
      c_customer_sk: PERSON_KEY,
      c_customer_id: personal("identifier", "Customer number, as printed on the loyalty card."),
      c_salutation: described("Mr., Mrs., Ms., Miss, Dr. or Sir."),
      c_first_name: personal("name", "Given name."),
      c_last_name: personal("name", "Family name."),
      c_birth_day: personal("birth-date"),
      c_birth_month: personal("birth-date"),
      c_birth_year: personal("birth-date", "Year of birth; age bands for reports are derived from it."),
      c_birth_country: personal("origin"),
      c_login: personal("account", "Login name of the web shop; empty for customers without an account."),
      c_email_address: personal("email", "Confirmed e-mail address."),
    },
  ),
  table(
    "retail.customer.customer_address",
    {
      description: "Postal addresses to which we bill or ship; several customers may share one.",
      owners: OWNERS,
      classifications: ["pii", "pii.address"],
      sensitivity: "RESTRICTED",
      retention: AFTER_CLOSURE,
      domain: "customer",
      lifecycle: ACTIVE,
    },
    {
      ca_street_number: personal("address"),
      ca_street_name: personal("address", "Street without its type."),
      ca_street_type: personal("address"),
      ca_suite_number: personal("address"),
      ca_city: personal("address"),
      ca_county: personal("address"),
      ca_zip: personal("address", "Postal code; five digits in the United States."),
      ca_gmt_offset: described("Hours from UTC."),
    },
  ),
  table(
    "retail.customer.demographics.customer_demographics",
    {
      description: "Every combination of personal traits that we keep; customers refer to one of them.",
      owners: ["customer-insight@example.com"],
      classifications: ["pii.profile"],
      sensitivity: "CONFIDENTIAL",
      retention: { duration: "P2Y", basis: "profiling policy 4.2", legalHold: false },
      domain: "customer",
      lifecycle: ACTIVE,
    },
    {
      cd_gender: personal("gender"),
      cd_marital_status: personal("marital-status"),
      cd_education_status: personal("education"),
      cd_credit_rating: {
        description: "Band given by the credit agency.",
        classifications: ["financial.credit-rating"],
      },
    },
  ),
  table(
    "retail.customer.demographics.household_demographics",
    {
      description: "Every combination of household traits that we keep.",
      owners: ["customer-insight@example.com"],
      classifications: ["pii.profile"],
      sensitivity: "CONFIDENTIAL",
      domain: "customer",
      lifecycle: ACTIVE,
    },
    { hd_buy_potential: described("Band of yearly spending that the household is thought capable of.") },
  ),
  table("retail.customer.demographics.income_band", {
    description: "Income bands, in US dollars a year.",
    owners: ["customer-insight@example.com"],
    sensitivity: "INTERNAL",
    domain: "customer",
    lifecycle: ACTIVE,
  }),
];
