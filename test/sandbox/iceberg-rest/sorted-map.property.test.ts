import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { SortedMap } from "../../../sandbox/iceberg-rest/sorted-map.ts";

const edits = fc.array(fc.record({ name: fc.string({ maxLength: 3 }), adds: fc.boolean() }), { maxLength: 40 });

test.prop([edits, fc.integer({ min: 1, max: 5 })])(
  "pages of any size list every name once, in order, after any edits",
  (steps, size) => {
    const map = new SortedMap<number>();
    const model = new Set<string>();
    for (const { name, adds } of steps) {
      if (adds) map.set(name, 1);
      else map.delete(name);
      if (adds) model.add(name);
      else model.delete(name);
      expect(map.names()).toEqual([...model].toSorted());
    }
    const listed: string[] = [];
    let after: string | undefined;
    do {
      const page = map.page(after, size);
      expect(page.names.length).toBeLessThanOrEqual(size);
      listed.push(...page.names);
      after = page.next;
    } while (after !== undefined);
    expect(listed).toEqual([...model].toSorted());
  },
);
