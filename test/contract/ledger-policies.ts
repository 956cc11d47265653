import { describe, expect } from "vitest";
import type { PolicyAnswer } from "../../src/domain/policy.ts";
import { problemAt } from "../../src/slo/yaml-text.ts";
import type { Law } from "./ledger-contract.ts";
import { noon, presentPolicy, pullAt, sha, shop } from "./ledger-samples.ts";

/** What is promised of policies. */
export function policyLaws(law: Law): void {
  const paths = [".github/slo-policy.yml", "slo/ü.yaml"];
  const reading = (answer: Exclude<PolicyAnswer, { kind: "unknown" }> = presentPolicy(), readAt = noon) => ({
    answer,
    paths,
    readAt,
  });
  const problem = problemAt("f", "a: 1", { line: 1, column: 1 }, "wrong_value", "a", "is wrong");
  const { origin } = presentPolicy();

  describe("policies", () => {
    law("each kind of answer comes back whole and is not stale", async ({ policies }) => {
      const answers = [
        presentPolicy(),
        { kind: "absent", commitSha: sha(3) },
        { kind: "broken", problems: [problem], origin, mode: "observe" },
      ] as const;
      for (const answer of answers) {
        await policies.keep(shop.id, "main", reading(answer), noon);
        const known = await policies.find(shop.id, "main");
        expect(known).toEqual({ answer, paths, readAt: noon, isStale: false });
      }
    });

    law("a mark of staleness stays until a reading that began after it", async ({ policies }) => {
      await policies.keep(shop.id, "main", reading(), noon);
      await policies.markStale(shop.id, "main", noon + 10);
      expect(await policies.find(shop.id, "main")).toMatchObject({ isStale: true });
      await policies.keep(shop.id, "main", reading(presentPolicy("r2"), noon + 9), noon + 9);
      expect(await policies.find(shop.id, "main")).toMatchObject({ isStale: true, readAt: noon + 9 });
      await policies.keep(shop.id, "main", reading(presentPolicy("r2"), noon + 10), noon + 10);
      expect(await policies.find(shop.id, "main")).toMatchObject({ isStale: true });
      await policies.keep(shop.id, "main", reading(presentPolicy("r2"), noon + 11), noon + 11);
      expect(await policies.find(shop.id, "main")).toMatchObject({ isStale: false });
    });

    law("a reading that began before the one that is known does not replace it", async ({ policies }) => {
      await policies.keep(shop.id, "main", reading(), noon);
      await policies.markStale(shop.id, "main", noon + 1);
      await policies.keep(shop.id, "main", reading(presentPolicy("new"), noon + 3), noon + 3);
      await policies.keep(shop.id, "main", reading(presentPolicy("old"), noon), noon);
      expect(await policies.find(shop.id, "main")).toMatchObject({
        answer: presentPolicy("new"),
        isStale: false,
      });
      // Once the known one is stale, anything that is read keeps the mark, and is read again.
      await policies.markStale(shop.id, "main", noon + 4);
      await policies.keep(shop.id, "main", reading(presentPolicy("old"), noon + 2), noon + 2);
      expect(await policies.find(shop.id, "main")).toMatchObject({ isStale: true });
    });

    law("branches and repositories are kept apart", async ({ policies }) => {
      await policies.keep(shop.id, "main", reading(), noon);
      await policies.keep(shop.id, "Main", reading(presentPolicy("r2")), noon);
      await policies.keep(shop.id + 1, "main", reading(presentPolicy("r3")), noon);
      await policies.markStale(shop.id, "Main", noon);
      expect(await policies.find(shop.id, "main")).toMatchObject({ isStale: false, answer: presentPolicy() });
      expect(await policies.find(shop.id, "Main")).toMatchObject({ isStale: true });
      await policies.forget(shop.id);
      expect(await policies.find(shop.id, "main")).toBeUndefined();
      expect(await policies.find(shop.id + 1, "main")).toMatchObject({ answer: presentPolicy("r3") });
    });

    law(
      "watched are the usable policies of branches that open pull requests want to enter",
      async ({ policies, pulls }) => {
        for (const branch of ["main", "idle", "closed", "absent", "broken"]) {
          const answer =
            branch === "absent"
              ? ({ kind: "absent", commitSha: sha(3) } as const)
              : branch === "broken"
                ? ({ kind: "broken", problems: [problem], origin, mode: "enforce" } as const)
                : presentPolicy();
          await policies.keep(shop.id, branch, reading(answer), noon);
        }
        const open = ["main", "main", "absent", "broken"].map((baseRef, index) =>
          pullAt(noon, { number: index + 1, baseRef }),
        );
        for (const pull of open) await pulls.observe(pull, undefined);
        await pulls.observe(pullAt(noon, { number: 9, baseRef: "closed", isOpen: false }), undefined);
        expect(await policies.watched()).toEqual([
          { repositoryId: shop.id, baseRef: "main", answer: presentPolicy() },
        ]);
        expect(await policies.watched(shop.id)).toEqual(await policies.watched());
        expect(await policies.watched(shop.id + 1)).toEqual([]);
      },
    );
  });
}
