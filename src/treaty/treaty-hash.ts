import { createHash } from "node:crypto";
import type { Json } from "../domain/json.ts";
import type { ParsedRule } from "./parsed-rule.ts";
import type { TreatySettings } from "./treaty-settings.ts";

/**
 * SHA-256 in hex. Two texts that mean the same have one hash: the order of rules, fields, mirrors, patterns and keys plays no part,
 * nor whether a default is stated. The order of `sensitivityLevels` does.
 */
export function hashTreaty(rules: readonly ParsedRule[], settings: TreatySettings): string {
  const { sensitivityLevels, ephemeral, deletion, guards } = settings;
  const normal: Json = {
    sensitivityLevels,
    rules: rules.map(toPlain).sort((left, right) => (String(left["name"]) < String(right["name"]) ? -1 : 1)),
    ephemeral: ephemeral ? { names: sorted(ephemeral.names), youngerThanMs: ephemeral.youngerThanMs } : null,
    deletion: { ...deletion },
    guards: { ...guards },
  };
  return createHash("sha256").update(JSON.stringify(normal, sortKeys)).digest("hex");
}

function toPlain(parsed: ParsedRule): { readonly [key: string]: Json } {
  const { selector, elements } = parsed;
  return {
    name: parsed.name,
    priority: parsed.priority,
    assets: parsed.scoped
      ? {
          names: selector.names ? sorted(selector.names.map((it) => it.text)) : null,
          kinds: sorted(selector.kinds),
          sources: selector.sources ? sorted(selector.sources) : null,
          labels: Object.fromEntries([...selector.labels].map(([key, values]) => [key, sorted(values)])),
        }
      : null,
    fields: sorted(parsed.fieldTexts),
    elements: elements ? sorted(elements.texts) : null,
    rules: Object.fromEntries(
      [...parsed.ruleByKind].map(([kind, { mirrors, modes, ...rest }]) => [
        kind,
        { ...rest, mirrors: sorted(mirrors), modes: { ...modes } },
      ]),
    ),
  };
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
}
