import { describe, expect } from "vitest";
import { checkPlace, commentPlace, type Draft } from "../../src/gate/postings.ts";
import type { Law } from "./ledger-contract.ts";
import { measurementsAt, noon, sha, shop, subject, verdictAt } from "./ledger-samples.ts";

const place = checkPlace(subject);

function draftOf(postingClass: string): Draft {
  return { kind: "notice", postingClass, title: "o'brien", summary: "ü" };
}

/** What is promised of what is posted beside the status. */
export function postingLaws(law: Law): void {
  const [red, green] = [draftOf("red"), draftOf("green")];
  const empty = { id: undefined, postingClass: undefined, intent: undefined, draft: undefined };

  describe("postings", () => {
    law("a draft is told back whole, the newest one, at its place alone", async ({ postings }) => {
      const { measurements } = measurementsAt(noon);
      const verdict: Draft = {
        kind: "verdict",
        postingClass: "red",
        verdict: verdictAt(noon),
        audience: "members",
        measurements,
        waitsUntil: noon,
      };
      await postings.draft(place, green);
      await postings.draft(place, verdict);
      expect(await postings.find(place)).toEqual({ ...empty, draft: verdict });
      expect(await postings.find(commentPlace(shop.id, 1))).toBeUndefined();
      expect(await postings.find({ ...place, repositoryId: 8 })).toBeUndefined();
      expect(await postings.find(checkPlace({ ...subject, headSha: sha(2) }))).toBeUndefined();
    });

    law("an intent is known until it is confirmed or withdrawn", async ({ postings }) => {
      await postings.draft(place, red);
      await postings.intend(place, red);
      expect(await postings.find(place)).toEqual({ ...empty, intent: "red", draft: red });
      await postings.withdraw(place, green);
      expect(await postings.find(place)).toMatchObject({ intent: "red" });
      await postings.withdraw(place, red);
      expect(await postings.find(place)).toEqual({ ...empty, draft: red });
      await postings.intend(place, red);
      await postings.confirm(place, red, 5);
      expect(await postings.find(place)).toEqual({ ...empty, id: 5, postingClass: "red" });
    });

    law("what is drafted during a write is still to be written", async ({ postings }) => {
      await postings.draft(place, red);
      await postings.intend(place, red);
      await postings.draft(place, green);
      await postings.confirm(place, red, 5);
      expect(await postings.find(place)).toEqual({ ...empty, id: 5, postingClass: "red", draft: green });
      await postings.drop(place, red);
      expect(await postings.find(place)).toMatchObject({ draft: green });
      await postings.drop(place, green);
      expect(await postings.find(place)).toMatchObject({ draft: undefined });
    });

    law("what is doubted keeps its id, and what is located says nothing known", async ({ postings }) => {
      await postings.draft(place, red);
      await postings.confirm(place, red, 5);
      await postings.doubt(place);
      expect(await postings.find(place)).toEqual({ ...empty, id: 5 });
      await postings.draft(place, green);
      await postings.intend(place, green);
      await postings.locate(place, 6);
      expect(await postings.find(place)).toEqual({ ...empty, id: 6, draft: green });
      await postings.locate(place, undefined);
      expect(await postings.find(place)).toEqual({ ...empty, draft: green });
    });
  });

  describe("wishes and welcomes", () => {
    law("wishes are counted for one subject", async ({ wishes }) => {
      expect(await wishes.granted(subject)).toEqual({ count: 0, lastAt: undefined });
      await wishes.grant(subject, noon);
      await wishes.grant(subject, noon + 1);
      expect(await wishes.granted(subject)).toEqual({ count: 2, lastAt: noon + 1 });
      const group = { ...subject, gate: { kind: "merge_group" } as const };
      expect(await wishes.granted(group)).toEqual({ count: 0, lastAt: undefined });
    });

    law("a repository is welcomed once for each installation", async ({ welcomes }) => {
      await welcomes.note(shop, "status");
      await welcomes.note(shop, "status");
      expect(await welcomes.has(shop, "status")).toBe(true);
      expect(await welcomes.has(shop, "check_run")).toBe(false);
      expect(await welcomes.has({ ...shop, installationId: 71 }, "status")).toBe(false);
      expect(await welcomes.has({ ...shop, id: 8 }, "status")).toBe(false);
    });
  });
}
