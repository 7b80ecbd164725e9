import { z } from "zod";
import { ASSET_KINDS } from "../domain/asset.ts";
import { FIXED_DURATION } from "../domain/duration.ts";
import { MODES } from "../treaty/decision.ts";
import { TREATY_DEFAULTS, type TreatyText } from "../treaty/treaty-text.ts";

export const Duration = z
  .string()
  .regex(FIXED_DURATION, 'Expected an ISO 8601 duration in weeks, days, hours, minutes or seconds, like "PT10M".')
  .meta({ examples: ["PT10S", "PT10M", "PT1H", "P7D"] });

const Mode = z.enum(MODES).describe(
  "pause: neither read nor written. observe: drift is told, nothing is written. seed-once: a mirror is filled once, then left alone. enforce: the treaty is carried out.", // biome-ignore format: one text
);
const OnForeignWrite = z.enum(["revert", "adopt", "review"]).describe(
  "What happens when somebody changes a mirror: put it back, make it the authority's value, or ask a person.", // biome-ignore format: one text
);
const OnConflict = z.enum(["authority", "most-restrictive", "newest-at-authority", "review"]).describe(
  "What happens when authority and mirror both changed, differently. most-restrictive is for sensitivity, retention and classifications.", // biome-ignore format: one text
);
const OnFirstSight = z.enum(["authority", "union", "review"]).describe(
  "What happens when authority and mirror differ and never agreed before. Never a deletion.", // biome-ignore format: one text
);
const NamePattern = z
  .string()
  .min(1)
  .describe('A name with "*" (within a segment) and "**" (across segments): "finance.**".');
const SourceName = z.string().min(1).describe("A source, as `sources` names it.");

const RuleName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'Expected a name of letters, digits, ".", "_" and "-", at most 63.')
  .describe("Unique; the log and `explain` tell by it which rule decided.");

const Selector = z
  .strictObject({
    names: z.array(NamePattern).min(1).optional(),
    kinds: z.array(z.enum(ASSET_KINDS)).min(1).optional(),
    sources: z.array(SourceName).min(1).describe("Bound in any of these sources.").optional(),
    labels: z
      .record(
        z.string().min(1),
        z.union([z.string(), z.array(z.string()).min(1)], "Expected a text or a list of texts."),
      )
      .describe("Labels that an asset must bear; a list means any of its values.")
      .optional(),
  })
  .refine((it) => Object.values(it).some((part) => part !== undefined), {
    error: "It selects nothing in particular. State names, kinds, sources or labels, or take `assets` out.",
  })
  .describe("Makes the rule an override, for these assets only. Every part that is stated must match.");

const Rule = z
  .strictObject({
    name: RuleName,
    assets: Selector.optional(),
    priority: z
      .int()
      .min(-1_000_000)
      .max(1_000_000)
      .describe("Ranks rules of the same sort that can meet; the higher wins. Default 0.")
      .optional(),
    fields: z
      .array(z.string().min(1))
      .min(1)
      .describe(
        '"owners", "custom.*", "columns.*.description", …, or "*" for every field but schema that no other rule names.',
      ),
    elements: z
      .array(z.string().min(1))
      .min(1)
      .describe(
        'Governs only these elements of owners or classifications: "ops.*", "group:*". Goes before rules for the whole field.',
      )
      .optional(),
    authority: SourceName.describe("The source whose value is the truth."),
    mirrors: z.array(SourceName).describe("Sources that must carry a copy.").optional(),
    merge: z
      .enum(["replace", "set", "map"])
      .describe(
        "As a whole, or element by element. Default: by the kind of field; owners and classifications element by element.",
      )
      .optional(),
    onForeignWrite: OnForeignWrite.optional(),
    onConflict: OnConflict.optional(),
    onFirstSight: OnFirstSight.optional(),
    mode: z
      .union([Mode, z.record(z.string(), Mode)], `Expected ${MODES.join(", ")}, or a source with one of these each.`)
      .describe("One mode for all its sources, or one each. The lesser of this and the source's own mode holds.")
      .optional(),
  })
  .describe(
    "A rule for fields. Without `assets` and `elements` it is a base rule; these together must cover every field.",
  );

const Percent = z.number().min(0).max(100);
const Count = z.int().min(0);

/** The shape of a treaty. Whether it makes sense is decided by `compileTreaty`. */
export const TreatySchema = z
  .strictObject({
    sensitivityLevels: z
      .array(z.string().trim().min(1).max(200))
      .min(1)
      .describe(`From the least to the most restrictive. Default: ${TREATY_DEFAULTS.sensitivityLevels.join(", ")}.`)
      .optional(),
    defaults: z
      .strictObject({
        mode: Mode.optional(),
        onForeignWrite: OnForeignWrite.optional(),
        onConflict: OnConflict.optional(),
        onFirstSight: OnFirstSight.optional(),
      })
      .describe("For rules that do not say otherwise. Out of the box: observe, review, review, review.")
      .optional(),
    rules: z.array(Rule).max(10_000),
    ephemeral: z
      .strictObject({
        names: z.array(NamePattern).min(1).describe("Default: every asset.").optional(),
        youngerThan: Duration.describe("How long an asset must have lived before its mirrors hear of it."),
      })
      .describe("Assets that are held back from mirrors until they have lived long enough.")
      .optional(),
    deletion: z
      .strictObject({
        misses: z
          .int()
          .min(1)
          .describe("Complete scans in a row that must miss an asset before it is retired. Default 3.")
          .optional(),
        gracePeriod: Duration.describe("Time that must have passed since the first miss. Default PT1H.").optional(),
      })
      .optional(),
    guards: z
      .strictObject({
        maxRemovals: Count.describe("Values that go or lose an element in one run. Default 1000.").optional(),
        maxRemovalPercent: Percent.describe(
          "Assets of the source that lose something in one run. Up to 25 assets it does not apply. Default 10.",
        ).optional(),
        maxRewrites: Count.describe("Values that are replaced in one run. Default 10000.").optional(),
        maxRewritePercent: Percent.describe(
          "Assets of the source in which something is replaced in one run. Up to 25 assets it does not apply. Default 50.",
        ).optional(),
        maxRetirements: Count.describe("Assets that one scan or run takes to be gone. Default 1000.").optional(),
        maxRetirementPercent: Percent.describe(
          "Assets of the source that one scan or run takes to be gone. Up to 25 assets it does not apply. Default 10.",
        ).optional(),
      })
      .describe(
        "How much one scan or run may remove, rewrite or take to be gone; before the one too many it stops and asks a person.",
      )
      .optional(),
  })
  .describe(
    "For every field: which source has authority, which ones mirror it, and what happens when they differ.",
  ) satisfies z.ZodType<TreatyText>;
