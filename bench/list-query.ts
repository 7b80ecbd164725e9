/** One page of 50 assets with ten governed fields each: value, status, and what both sources say. */
const PART = "status observations { source { name } state value }";

export const LIST_QUERY = `{
  assets(first: 50, filter: { kind: [TABLE] }) {
    pageInfo { hasNextPage endCursor }
    nodes {
      id name kind
      owners { value { principal { name } role } ${PART} }
      classifications { value { name value } ${PART} }
      sensitivity { value ${PART} }
      retention { value { duration basis legalHold } ${PART} }
      domain { value { name } ${PART} }
      description { value ${PART} }
      lifecycle { value { stage note } ${PART} }
      costCenter: custom(name: "costCenter") { value ${PART} }
      tier: custom(name: "tier") { value ${PART} }
      steward: custom(name: "steward") { value ${PART} }
    }
  }
}`;
