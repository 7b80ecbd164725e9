/** The views of the seed: their columns and the query behind them. */
export const TPCDS_VIEWS: Readonly<
  Record<string, { readonly columns: readonly (readonly [name: string, type: string])[]; readonly sql: string }>
> = {
  daily_store_sales: {
    columns: [
      ["sold_date", "date"],
      ["store_id", "string"],
      ["units", "long"],
      ["revenue", "decimal(17,2)"],
      ["profit", "decimal(17,2)"],
    ],
    sql: `SELECT d_date AS sold_date, s_store_id AS store_id, sum(ss_quantity) AS units, sum(ss_net_paid) AS revenue,
  sum(ss_net_profit) AS profit
FROM retail.sales.store_sales
JOIN retail.reference.date_dim ON d_date_sk = ss_sold_date_sk
JOIN retail.channel.store ON s_store_sk = ss_store_sk
GROUP BY d_date, s_store_id`,
  },
  customer_contacts: {
    columns: [
      ["customer_sk", "int"],
      ["first_name", "string"],
      ["last_name", "string"],
      ["email_address", "string"],
    ],
    sql: `SELECT c_customer_sk AS customer_sk, c_first_name AS first_name, c_last_name AS last_name,
  c_email_address AS email_address
FROM retail.customer.customer`,
  },
};
