import { ASSET_KINDS } from "../../src/domain/asset.ts";
import { FIELD_KINDS, type FieldKind, isFieldOn } from "../../src/domain/field.ts";
import type { Source, SourceCapabilities } from "../../src/ports/source.ts";
import type { RandomStream } from "./random-stream.ts";

/** How a kind of system behaves, and what the adapter for it would declare. */
export interface Manners {
  readonly kind: "iceberg" | "embedded" | "openmetadata" | "datahub" | "gravitino";
  readonly capabilities: SourceCapabilities;
  readonly role: Source["role"];
  /** Tells versions, so that a scan may ask for what has changed. */
  readonly hasVersions: boolean;
  /** Compares and sets at once. Otherwise it loads, compares and commits, and others come in between. */
  readonly comparesAndSets: boolean;
  /** Its answer to a write does not tell what it holds after it: that takes another look. */
  readonly readsBack: boolean;
  /** Finds a thing by its id under any name. */
  readonly findsById: boolean;
  /** Carries a write out field by field: it can end in the middle. */
  readonly stepwise: boolean;
  /** Fields that are written together, the others as they were read. */
  readonly aspects: readonly (readonly string[])[];
  /** Says yes to a write and leaves out what it does not know: people, tags and domains whose number this divides. 0: takes all. */
  readonly leavesOut: number;
  /** Gives values back in a form of its own: padded, in another order, names alone instead of objects. */
  readonly isUntidy: boolean;
}

interface Holds {
  readonly without?: readonly FieldKind[];
  readonly one?: readonly FieldKind[];
  readonly omitsRole?: boolean;
}

function fields({ omitsRole = false, one = [], without = [] }: Holds): SourceCapabilities["fields"] {
  return FIELD_KINDS.filter((it) => !without.includes(it)).map((field) => ({
    field,
    kinds: ASSET_KINDS.filter((kind) => isFieldOn(kind, field)),
    write: field !== "schema",
    cardinality: one.includes(field) ? "one" : "many",
    omits: field === "owners" && omitsRole ? ["role"] : [],
  }));
}

/** Iceberg REST: no compare-and-set, no versions, ids that only a load tells, owners without roles; it proves existence. */
function iceberg(random: RandomStream): Manners {
  return {
    kind: "iceberg",
    role: "lakehouse",
    hasVersions: false,
    comparesAndSets: false,
    readsBack: false,
    findsById: false,
    stepwise: false,
    aspects: [],
    leavesOut: 0,
    isUntidy: random.chance(0.3),
    capabilities: {
      fields: fields({ omitsRole: true }),
      conditionalWrite: false,
      createsAssets: false,
      followsNames: false,
      provesExistence: true,
    },
  };
}

/** The gateway's own catalog: compares and sets at once, makes records, follows names. */
function embedded(): Manners {
  return {
    kind: "embedded",
    role: "catalog",
    hasVersions: true,
    comparesAndSets: true,
    readsBack: false,
    findsById: true,
    stepwise: false,
    aspects: [],
    leavesOut: 0,
    isUntidy: false,
    capabilities: {
      fields: fields({ without: ["schema"] }),
      conditionalWrite: true,
      createsAssets: true,
      followsNames: true,
      provesExistence: false,
    },
  };
}

/** OpenMetadata: compares versions, and answers 200 to a write of which it has dropped what it does not know. */
function openMetadata(random: RandomStream): Manners {
  return {
    ...embedded(),
    kind: "openmetadata",
    leavesOut: random.pick([0, 4, 7]),
    isUntidy: random.chance(0.5),
    capabilities: { ...embedded().capabilities, createsAssets: false, followsNames: false },
  };
}

/**
 * DataHub: writes whole aspects as they were read; with conditional headers it compares versions first, and not without. Where it takes
 * writes into a queue, or answers from an index, it shows only after a while what it took.
 */
function dataHub(random: RandomStream): Manners {
  const isConditional = random.chance(0.5);
  const visibleWithinMs = random.fork("visible within").pick([0, 4_000, 15_000, 35_000]);
  return {
    ...embedded(),
    kind: "datahub",
    comparesAndSets: isConditional,
    readsBack: true,
    aspects: [["description", "custom.note"]],
    isUntidy: random.chance(0.3),
    capabilities: {
      ...embedded().capabilities,
      conditionalWrite: isConditional,
      followsNames: false,
      visibleWithinMs,
    },
  };
}

/** Gravitino: one owner, no domains, tags added and removed one by one (409 for one that is there), several requests for one write. */
function gravitino(random: RandomStream): Manners {
  return {
    ...embedded(),
    kind: "gravitino",
    hasVersions: false,
    comparesAndSets: false,
    readsBack: true,
    stepwise: true,
    isUntidy: random.chance(0.3),
    capabilities: {
      fields: fields({ without: ["schema", "domain"], one: ["owners"], omitsRole: true }),
      conditionalWrite: false,
      createsAssets: false,
      followsNames: random.chance(0.5),
      provesExistence: false,
    },
  };
}

export function drawLake(random: RandomStream): Manners {
  return iceberg(random);
}

export function drawCatalog(random: RandomStream): Manners {
  return random.pick([embedded, embedded, openMetadata, dataHub, gravitino])(random);
}

/** What a system can hold of a field; undefined: nothing. */
export function capabilityIn({ capabilities }: Manners, key: string): SourceCapabilities["fields"][number] | undefined {
  const kind = key.startsWith("custom.") ? "custom" : key;
  return capabilities.fields.find((it) => it.field === kind);
}
