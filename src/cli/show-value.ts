import { isJsonObject, type Json } from "../domain/json.ts";

/** One field's value as people read it: "alice@example.com (steward), group:finance", "pii.email, ops.tier=gold", "P7Y (GDPR)". */
export function showValue(value: Json | undefined): string {
  if (value === undefined) return "unknown";
  if (value === null) return "none";
  if (Array.isArray(value)) return value.length === 0 ? "none" : (value as Json[]).map(showElement).join(", ");
  return showElement(value);
}

function showElement(value: Json): string {
  if (typeof value === "string") return value;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const { principal, role, name, value: tag, duration, basis, legalHold, stage, note, columns } = value;
  if (typeof principal === "string") return typeof role === "string" ? `${principal} (${role})` : principal;
  if (typeof name === "string") return typeof tag === "string" ? `${name}=${tag}` : name;
  if (typeof duration === "string") {
    const remarks = [basis, legalHold === true ? "legal hold" : null].filter((it) => typeof it === "string");
    return remarks.length > 0 ? `${duration} (${remarks.join(", ")})` : duration;
  }
  if (typeof stage === "string") return typeof note === "string" ? `${stage} (${note})` : stage;
  if (Array.isArray(columns)) return `${columns.length} columns`;
  return JSON.stringify(value);
}

/** "1 asset", "24 assets". */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString("en-US")} ${number === 1 ? one : many}`;
}

/** "12 ms", "3.4 s", "2 min 5 s". */
export function showDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
}

/** RFC 3339 without what people do not read: "2026-11-22 21:17:33". */
export function showTime(at: string | null): string {
  return at === null ? "" : at.replace("T", " ").replace(/(\.\d+)?Z$/, "");
}
