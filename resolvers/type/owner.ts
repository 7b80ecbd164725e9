import type { OwnerResolvers, PrincipalResolvers } from "../../src/generated/graphql.ts";

export const Owner: OwnerResolvers = { principal: ({ principal }) => ({ name: principal }), role: ({ role }) => role };

export const Principal: PrincipalResolvers = { id: ({ name }) => `principal:${name}`, name: ({ name }) => name };
