/**
 * Names every platform's binary packages in package-lock.json.
 *
 * `npm ci` refuses a lock file that leaves one out, and npm leaves out each one that the registry it wrote the lock
 * from does not carry. Version and name stand in the package that asks for them, the platform in the name; npm adds
 * the integrity when it first installs one. Run it after every `npm install` that changed the lock file.
 *
 *   node scripts/lock-platforms.ts           adds what is missing
 *   node scripts/lock-platforms.ts --check   says what is missing, exit code 1 if anything is
 */
import { readFileSync, writeFileSync } from "node:fs";
import { argv } from "node:process";
import { pathToFileURL } from "node:url";

export interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly dev?: boolean;
}
export type LockedPackages = Readonly<Record<string, LockedPackage>>;
export interface MissingPlatform {
  readonly name: string;
  readonly version: string;
  readonly dev: boolean;
}

const LOCK = new URL("../package-lock.json", import.meta.url);
const PLATFORM =
  /\b(?<os>aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)-(?<cpu>arm64|arm|x64|ia32|loong64|mips64el|ppc64|riscv64|s390x)(?:-(?<abi>\w+))?$/;

/** The optional dependencies that locked packages ask for and the lock does not hold, each once. */
export function missingPlatforms(packages: LockedPackages): readonly MissingPlatform[] {
  const missing = new Map<string, MissingPlatform>();
  for (const [path, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (!isReachable(packages, path, name)) missing.set(name, { name, version, dev: entry.dev === true });
    }
  }
  return [...missing.values()];
}

/** Whether a package installed at `from` finds `name` the way Node looks it up, from its own folder upwards. */
function isReachable(packages: LockedPackages, from: string, name: string): boolean {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("node_modules/") - 1))) {
    if (`${folder === "" ? "" : `${folder}/`}node_modules/${name}` in packages) return true;
    if (folder === "") return false;
  }
}

/** @throws Error if the name does not end in a platform: then a person must look. */
function toLockEntry({ name, version, dev }: MissingPlatform): Record<string, unknown> {
  const platform = PLATFORM.exec(name)?.groups;
  if (platform === undefined) throw new Error(`${name} is missing from the lock and names no platform: npm install it`);
  const libc = platform["os"] !== "linux" ? undefined : platform["abi"]?.startsWith("musl") ? "musl" : "glibc";
  return {
    version,
    cpu: [platform["cpu"]],
    ...(dev ? { dev } : {}),
    ...(libc !== undefined && platform["abi"] !== undefined ? { libc: [libc] } : {}),
    optional: true,
    os: [platform["os"]],
  };
}

function completeLock(check: boolean): number {
  const lock = JSON.parse(readFileSync(LOCK, "utf8")) as { packages: Record<string, LockedPackage> };
  const missing = missingPlatforms(lock.packages);
  if (missing.length === 0 || check) {
    for (const { name, version } of missing) console.error(`package-lock.json leaves out ${name}@${version}`);
    if (missing.length > 0) console.error("Run: node scripts/lock-platforms.ts");
    return missing.length === 0 ? 0 : 1;
  }
  const added = missing.map((it) => [`node_modules/${it.name}`, toLockEntry(it)] as const);
  const sorted = [...Object.entries(lock.packages), ...added].sort(([a], [b]) => a.localeCompare(b, "en"));
  writeFileSync(LOCK, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`);
  console.log(`package-lock.json: ${added.length} platform packages added`);
  return 0;
}

if (import.meta.url === pathToFileURL(argv[1] ?? "").href) process.exitCode = completeLock(argv.includes("--check"));
