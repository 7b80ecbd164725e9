import { expect, test } from "vitest";
import { Catalog } from "../../../sandbox/iceberg-rest/catalog.ts";
import { CatalogEditor } from "../../../sandbox/iceberg-rest/catalog-editor.ts";

function open(cacheBytes: number) {
  const catalog = new Catalog({ cacheBytes });
  const edit = new CatalogEditor(catalog);
  edit.createNamespace("shop");
  for (const name of ["a", "b", "c"]) edit.createTable(`shop.${name}`, [{ name: "id", type: "long" }]);
  const body = (name: string) => catalog.tables.body(catalog.tables.get(["shop"], name));
  return { edit, body };
}

test("an answer is serialised once, and again after a commit", () => {
  const { edit, body } = open(1_000_000);
  const before = body("a");
  expect(body("a")).toBe(before);
  edit.setProperties("shop.a", { owner: "me@example.com" });
  expect(body("a").toString()).toContain("me@example.com");
});

test("what is kept stays within its limit, the oldest goes first", () => {
  const { body } = open(open(0).body("a").length * 2 + 10);
  const [first, second] = [body("a"), body("b")];
  body("c");
  expect(body("b")).toBe(second);
  expect(body("a")).not.toBe(first);
});

test("a table that is changed again and again does not push out the others", () => {
  const { edit, body } = open(open(0).body("a").length * 20);
  const other = body("b");
  for (let round = 0; round < 50; round += 1) {
    edit.setProperties("shop.a", { "write.metadata.previous-versions-max": "1", round: String(round) });
    body("a");
  }
  expect(body("b")).toBe(other);
});
