import { z } from "zod";
import { ConfigSchema } from "./config-schema.ts";
import { TreatySchema } from "./treaty-schema.ts";

/** A JSON Schema as plain data. */
export type JsonSchema = { readonly [key: string]: unknown };

/** Of concordat.yaml, for editors; generated into concordat.schema.json. */
export function configJsonSchema(): JsonSchema {
  return { title: "Concordat: configuration", ...toJsonSchema(ConfigSchema) };
}

/** Of a treaty in a file of its own (`treatyFile`); generated into concordat-treaty.schema.json. */
export function treatyJsonSchema(): JsonSchema {
  return { title: "Concordat: treaty", ...toJsonSchema(TreatySchema) };
}

function toJsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: "input", target: "draft-2020-12" }) as JsonSchema;
}

/** The settings that may stand in the map at `path` of a file of this schema and with these data; empty where any may, or none. */
export function settingsAt(schema: JsonSchema, data: unknown, path: readonly (string | number)[]): readonly string[] {
  let now: JsonSchema | undefined = schema;
  let value: unknown = data;
  for (const step of path) {
    const chosen: JsonSchema = now === undefined ? {} : chooseVariant(now, value);
    const { properties, additionalProperties, items } = chosen as Record<string, JsonSchema | undefined>;
    now = typeof step === "number" ? items : ((properties?.[step] as JsonSchema | undefined) ?? additionalProperties);
    value = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[String(step)] : undefined;
  }
  if (!now) return [];
  const { properties } = chooseVariant(now, value) as { properties?: JsonSchema };
  return Object.keys(properties ?? {});
}

/** Of several variants the one whose `type` is that of the value. */
function chooseVariant(schema: JsonSchema, value: unknown): JsonSchema {
  const variants = (schema["oneOf"] ?? schema["anyOf"]) as readonly JsonSchema[] | undefined;
  if (!variants) return schema;
  const type = typeof value === "object" && value !== null ? (value as Record<string, unknown>)["type"] : undefined;
  const constOf = (it: JsonSchema) => (it["properties"] as Record<string, JsonSchema> | undefined)?.["type"]?.["const"];
  return variants.find((it) => constOf(it) === type) ?? {};
}
