/** The oldest Node that runs these sources: it strips types and has `node:sqlite` without flags. */
const OLDEST = [22, 18] as const;

/** What to say of a Node that is too old; undefined if `version` ("v22.18.0") is recent enough. */
export function explainOldNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return undefined;
  return `Concordat needs Node ${OLDEST.join(".")} or newer; this is ${version}. Install it from https://nodejs.org.`;
}
