import { expect, it } from "vitest";
import { ok } from "../../../src/gate/failure.ts";
import { allPages } from "../../../src/github/pages.ts";

const hundred = Array.from({ length: 100 }, (_, index) => index);

it("[T18] a list that does not end is no answer, and is not read on", async () => {
  let asked = 0;
  const endless = () => ((asked += 1), Promise.resolve(ok(hundred)));
  const failure = { kind: "too_large", detail: "GitHub's list is longer than 5000" };
  expect(await allPages(endless)).toEqual({ ok: false, failure });
  expect(asked).toBe(50);
});

it("a list ends with the first page that is not full", async () => {
  const pages = [hundred, [7]];
  expect(await allPages((page) => Promise.resolve(ok(pages[page - 1] ?? [])))).toEqual(ok([...hundred, 7]));
});
