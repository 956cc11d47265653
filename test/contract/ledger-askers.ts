import { describe, expect } from "vitest";
import type { Asker } from "../../src/domain/asker.ts";
import type { Law } from "./ledger-contract.ts";
import { groupAt, noon, presentPolicy, sha, shop } from "./ledger-samples.ts";

/** A job of run 5 that waits for production, at a commit. */
function jobAt(askedAt: number, headSha = sha(9)): Asker {
  const gate = { kind: "environment", environment: "production", runId: 5 } as const;
  const subject = { repositoryId: shop.id, headSha, baseRef: "main", gate };
  return { subject, who: { kind: "run", ref: "v1" }, askedAt };
}

/** What is promised of those who wait beside pull requests. */
export function askerLaws(law: Law): void {
  const group = groupAt(noon);

  describe("askers", () => {
    law(
      "who asked is told back to who asks about the same subject, and to nobody else",
      async ({ askers }) => {
        await askers.ask(group, "once");
        expect(await askers.waitingFor(group.subject)).toEqual([group]);
        const others = [{ repositoryId: 8 }, { headSha: sha(2) }, { baseRef: "main" }];
        for (const other of others)
          expect(await askers.waitingFor({ ...group.subject, ...other })).toEqual([]);
        const pull = { ...group.subject, gate: { kind: "pull_request" } as const };
        expect(await askers.waitingFor(pull)).toEqual([]);
      },
    );

    law("who has ended waits no more, and does not begin again by a late letter", async ({ askers }) => {
      await askers.ask(group, "once");
      expect(await askers.endedAt(group)).toBeUndefined();
      await askers.end(group, noon + 1);
      expect(await askers.endedAt(group)).toBe(noon + 1);
      expect(await askers.waitingFor(group.subject)).toEqual([]);
      await askers.ask(group, "once");
      expect(await askers.waitingFor(group.subject)).toEqual([]);
    });

    law("who ended before it was heard of never begins", async ({ askers }) => {
      expect(await askers.endedAt(group)).toBeUndefined();
      await askers.end(group, noon);
      await askers.ask(group, "once");
      expect(await askers.waitingFor(group.subject)).toEqual([]);
    });

    law("a job that is run again waits anew, and has been told nothing", async ({ askers }) => {
      await askers.ask(jobAt(noon), "anew");
      await askers.note(jobAt(noon), { count: 3, toldClass: "held" });
      await askers.end(jobAt(noon), noon + 1);
      await askers.ask(jobAt(noon + 2, sha(10)), "anew");
      expect(await askers.waitingFor(jobAt(noon).subject)).toEqual([]);
      expect(await askers.waitingFor(jobAt(noon, sha(10)).subject)).toEqual([jobAt(noon + 2, sha(10))]);
      expect(await askers.progress(jobAt(noon))).toEqual({ count: 0, toldClass: undefined });
    });

    law(
      "an answer ends only who was answered, and not the one who began anew meanwhile",
      async ({ askers }) => {
        await askers.ask(jobAt(noon), "anew");
        await askers.ask(jobAt(noon + 1), "anew");
        await askers.answered(jobAt(noon), noon + 2);
        expect(await askers.waitingFor(jobAt(noon).subject)).toEqual([jobAt(noon + 1)]);
        await askers.answered(jobAt(noon + 1), noon + 2);
        expect(await askers.waitingFor(jobAt(noon).subject)).toEqual([]);
      },
    );

    law("a job is the same whatever the case of its environment's name", async ({ askers }) => {
      await askers.ask(jobAt(noon), "anew");
      await askers.note(jobAt(noon), { count: 1, toldClass: "held" });
      const gate = { kind: "environment", environment: "Production", runId: 5 } as const;
      const other = { ...jobAt(noon), subject: { ...jobAt(noon).subject, gate } };
      expect(await askers.progress(other)).toEqual({ count: 1, toldClass: "held" });
    });

    law("what an asker was told is remembered", async ({ askers }) => {
      expect(await askers.progress(group)).toEqual({ count: 0, toldClass: undefined });
      await askers.ask(group, "once");
      await askers.note(group, { count: 2, toldClass: "o'brien" });
      await askers.ask(group, "once");
      expect(await askers.progress(group)).toEqual({ count: 2, toldClass: "o'brien" });
    });

    law(
      "all who wait are listed, the longest first, but for installations that are suspended",
      async (ledger) => {
        const { askers, registry } = ledger;
        await registry.remember(shop);
        await askers.ask(groupAt(noon + 1), "once");
        await askers.ask(jobAt(noon), "anew");
        expect(await askers.waiting()).toEqual([jobAt(noon), groupAt(noon + 1)]);
        const other = { ...shop, id: shop.id + 1 };
        await registry.remember(other);
        expect(await askers.waiting(shop.id)).toEqual([jobAt(noon), groupAt(noon + 1)]);
        expect(await askers.waiting(other.id)).toEqual([]);
        await registry.setInstallation(shop.installationId, "suspended", noon);
        expect([await askers.waiting(), await askers.waiting(shop.id)]).toEqual([[], []]);
      },
    );

    law("their subjects are out of date until told, and their policy is watched", async (ledger) => {
      const { askers, subjects, policies } = ledger;
      const known = { answer: presentPolicy(), paths: ["p"], readAt: noon };
      await policies.keep(shop.id, "main", known, undefined);
      expect(await policies.watched()).toEqual([]);
      const asker = jobAt(noon);
      await askers.ask(asker, "anew");
      expect((await policies.watched()).map(({ baseRef }) => baseRef)).toEqual(["main"]);
      expect(await subjects.outOfDate(shop.id, "main", "green")).toEqual([asker.subject]);
      await subjects.told(asker.subject, "green", noon);
      expect(await subjects.outOfDate(shop.id, "main", "green")).toEqual([]);
      expect(await subjects.due(noon)).toEqual([asker.subject]);
      await askers.end(asker, noon);
      expect(await subjects.due(noon)).toEqual([]);
      expect(await subjects.outOfDate(shop.id, "main", "red")).toEqual([]);
      expect(await policies.watched()).toEqual([]);
    });
  });
}
