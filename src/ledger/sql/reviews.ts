import type { Change } from "../../domain/change.ts";
import type { ReviewId } from "../../domain/ids.ts";
import type { Review } from "../../domain/review.ts";
import type { ReviewWrite } from "../../ports/guard-ledger.ts";
import type { Columns, DataRow } from "../engine.ts";
import { plainText } from "../name-path.ts";
import { type Session, type Slots, statement, type Write } from "../statement.ts";
import type { Refusal } from "./check-commit.ts";
import { writeItems, writeRelease } from "./review-items.ts";

const REVIEW_COLUMNS = {
  id: "text",
  kind: "text",
  state: "text",
  source: "text",
  asset: "text?",
  path: "text?",
  opened_at: "text",
  position: "integer",
  body: "text",
} as const satisfies Columns;
type ReviewRow = DataRow<typeof REVIEW_COLUMNS>;
const NAMES = Object.keys(REVIEW_COLUMNS) as (keyof typeof REVIEW_COLUMNS)[];

const selectReviews = statement((db, slots: Slots<{ ids: readonly string[] }>) =>
  db
    .selectFrom("review")
    .select(["id", "body"])
    .where(({ ref }) => slots.among(ref("id"), "ids")),
);

export async function loadReviews(
  session: Session,
  ids: readonly ReviewId[],
): Promise<readonly (Review | undefined)[]> {
  if (ids.length === 0) return [];
  const found = new Map((await selectReviews(session, { ids })).map((it) => [it.id, JSON.parse(it.body) as Review]));
  return ids.map((it) => found.get(it));
}

/** Two who answer one review: the second finds it no longer in the state that it saw. */
export async function checkReviews(session: Session, writes: readonly ReviewWrite[]): Promise<Refusal | undefined> {
  const expecting = writes.filter((it) => it.expects !== undefined);
  const standing = await loadReviews(
    session,
    expecting.map((it) => it.review.id),
  );
  const refused = expecting.findIndex((it, index) => (standing[index]?.state ?? "none") !== it.expects);
  return refused < 0 ? undefined : { ok: false, reason: "review", review: standing[refused] };
}

const upsertReviews = statement((db, slots: Slots<{ reviews: readonly ReviewRow[] }>) =>
  db
    .insertInto("review")
    .columns(NAMES)
    .expression((eb) =>
      eb
        .selectFrom(slots.rows("reviews", REVIEW_COLUMNS))
        .select((it) => NAMES.map((name) => it.ref(name).$castTo<never>().as(name)))
        .where((it) => it.lit(true)),
    )
    .onConflict((conflict) =>
      conflict.column("id").doUpdateSet((eb) => ({
        state: eb.ref("excluded.state"),
        path: eb.ref("excluded.path"),
        position: eb
          .case()
          .when("review.opened_at", "=", eb.ref("excluded.opened_at"))
          .then(eb.ref("review.position"))
          .else(eb.ref("excluded.position"))
          .end()
          .$castTo<number>(),
        opened_at: eb.ref("excluded.opened_at"),
        body: eb.ref("excluded.body"),
      })),
    ),
);

/** A review stands in lists where the log entry of its opening stands. */
export function writeReviews(writes: readonly ReviewWrite[], changes: readonly Change[], head: number): Write[] {
  if (writes.length === 0) return [];
  const positions = new Map(
    changes.flatMap((it) => (it.review === undefined ? [] : [[it.review, it.position] as const])),
  );
  const reviews = writes.map(({ review }) => toRow(review, positions.get(review.id) ?? head));
  const itemsOf = ({ items, releasedUntil, review }: ReviewWrite): Write[] => [
    ...(review.kind === "GUARD" && items ? writeItems(review.id, review, items) : []),
    ...(releasedUntil === undefined ? [] : [writeRelease(review.id, releasedUntil)]),
  ];
  return [upsertReviews.with({ reviews }), ...writes.flatMap(itemsOf)];
}

function toRow(review: Review, position: number): ReviewRow {
  const isOfField = review.kind === "FIELD";
  return {
    id: review.id,
    kind: review.kind,
    state: review.state,
    source: review.source,
    asset: isOfField ? review.asset : null,
    path: isOfField ? plainText(review.path) : null,
    opened_at: plainText(review.openedAt),
    position,
    body: JSON.stringify(review),
  };
}
