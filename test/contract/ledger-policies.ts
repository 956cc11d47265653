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
        await policies.keep(shop.id, "main", reading(answer), await policies.find(shop.id, "main"));
        const known = await policies.find(shop.id, "main");
        expect(known).toEqual({ answer, paths, readAt: noon, staleAt: undefined });
      }
    });

    for (const offMs of [-1000, 0, 1000])
      law(
        `a mark made during a reading stays, by a clock ${offMs} ms off, until the next`,
        async ({ policies }) => {
          const known = async () => policies.find(shop.id, "main");
          await policies.keep(shop.id, "main", reading(), undefined);
          await policies.markStale(shop.id, "main", noon);
          const before = await known();
          await policies.markStale(shop.id, "main", noon + offMs);
          await policies.keep(shop.id, "main", reading(presentPolicy("r2"), noon + 10), before);
          expect(await known()).toMatchObject({ answer: presentPolicy("r2"), readAt: noon + 10 });
          expect((await known())?.staleAt).toBeDefined();
          await policies.keep(shop.id, "main", reading(presentPolicy("r2"), noon + 11), await known());
          expect((await known())?.staleAt).toBeUndefined();
        },
      );

    law(
      "of readings that overlap the first is kept, and the last where they are stale anyway",
      async ({ policies }) => {
        const known = async () => policies.find(shop.id, "main");
        await policies.keep(shop.id, "main", reading(), undefined);
        await policies.keep(shop.id, "main", reading(presentPolicy("other")), undefined);
        expect(await known()).toMatchObject({ answer: presentPolicy() });
        await policies.markStale(shop.id, "main", noon + 1);
        const before = await known();
        await policies.keep(shop.id, "main", reading(presentPolicy("one"), noon + 3), before);
        await policies.keep(shop.id, "main", reading(presentPolicy("other"), noon + 2), before);
        expect(await known()).toMatchObject({ answer: presentPolicy("one"), staleAt: undefined });
        await policies.markStale(shop.id, "main", noon + 4);
        await policies.keep(shop.id, "main", reading(presentPolicy("other"), noon + 2), before);
        expect(await known()).toMatchObject({ answer: presentPolicy("other"), staleAt: noon + 4 });
      },
    );

    law("[T49] what was forgotten during a reading stays forgotten", async ({ policies }) => {
      await policies.keep(shop.id, "main", reading(), undefined);
      const before = await policies.find(shop.id, "main");
      await policies.forget(shop.id);
      await policies.keep(shop.id, "main", reading(), before);
      expect(await policies.find(shop.id, "main")).toBeUndefined();
    });

    law("branches and repositories are kept apart", async ({ policies }) => {
      await policies.keep(shop.id, "main", reading(), undefined);
      await policies.keep(shop.id, "Main", reading(presentPolicy("r2")), undefined);
      await policies.keep(shop.id + 1, "main", reading(presentPolicy("r3")), undefined);
      await policies.markStale(shop.id, "Main", noon);
      expect(await policies.find(shop.id, "main")).toMatchObject({
        staleAt: undefined,
        answer: presentPolicy(),
      });
      expect(await policies.find(shop.id, "Main")).toMatchObject({ staleAt: noon });
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
          await policies.keep(shop.id, branch, reading(answer), undefined);
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
