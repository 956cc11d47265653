import { describe, expect, it } from "vitest";
import type { Audience } from "../../../src/domain/audience.ts";
import { subjectKey } from "../../../src/domain/subject.ts";
import type { Verdict } from "../../../src/domain/verdict.ts";
import { ok } from "../../../src/gate/failure.ts";
import { postReport } from "../../../src/gate/post-beside.ts";
import { checkPlace, type Draft } from "../../../src/gate/postings.ts";
import type { Write } from "../../../src/gate/writer-port.ts";
import { presentPolicy } from "../../contract/ledger-samples.ts";
import { madeVerdict } from "../domain/made-verdict.ts";
import { gateWorld, noon, shop } from "./gate-world.ts";

type CheckRun = Extract<Write, { kind: "check_run" }>;

/** The check run that is written of a draft, and how often Prometheus was asked for the last day. */
async function posted(
  verdict: Verdict,
  { audience = "members", isPublic = false, disclose = false, revision = "r1" } = {},
): Promise<{ run: CheckRun; asked: number }> {
  const writes: Write[] = [];
  let asked = 0;
  const write = async (_: unknown, one: Write) => {
    writes.push(one);
    return Promise.resolve(ok({ id: 1 }));
  };
  const { world, ledger } = await gateWorld({ writer: { write } });
  const { subject } = verdict;
  const { installationId } = shop;
  await ledger.registry.remember({ ...shop, id: subject.repositoryId, isPublic });
  await ledger.registry.setInstallation(installationId, "active", noon);
  const accepted = { permissions: { checks: "write" }, events: [], page: undefined };
  await ledger.registry.accept(installationId, accepted, noon);
  const present = presentPolicy(revision);
  const answer = { ...present, policy: { ...present.policy, disclose } };
  const known = { answer, paths: [], readAt: noon };
  await ledger.policies.keep(subject.repositoryId, subject.baseRef, known, undefined);
  await ledger.postings.draft(checkPlace(subject), {
    kind: "verdict",
    postingClass: "c",
    verdict,
    audience: audience as Audience,
    measurements: [],
    waitsUntil: undefined,
  });
  const measurer: typeof world.measurer = {
    history: async () => {
      asked += 1;
      return Promise.resolve([]);
    },
    queries: () => [{ objective: "checkout", windowMs: 60_000, role: "bad", text: "secret_metric" }],
  };
  expect(await postReport({ ...world, measurer }, subject)).toEqual(ok("posted"));
  const [run] = writes;
  if (run?.kind !== "check_run") throw new Error("a check run is written");
  return { run, asked };
}

describe("the report that is posted", () => {
  it("links to the policy at the commit that was judged by, and asks Prometheus for members", async () => {
    const { run, asked } = await posted(madeVerdict());
    expect(run.summary).toContain(`/acme/shop/blob/${"b".repeat(40)}/.github/slo-policy.yml`);
    expect(run.text).toContain("secret_metric");
    expect(asked).toBe(1);
  });

  it("holds no query of a policy that is not the one that was judged by", async () => {
    const { run, asked } = await posted(madeVerdict(), { revision: "r2" });
    expect(run.text).not.toContain("secret_metric");
    expect(asked).toBe(0);
  });

  it("[T31] asks Prometheus for nothing that the public is not told", async () => {
    const { run, asked } = await posted(madeVerdict(), { audience: "public", isPublic: true });
    expect(run.text).not.toContain("secret_metric");
    expect(asked).toBe(0);
  });

  it("[T31] tells a repository that was opened since as little as any public one, unless the policy discloses", async () => {
    const opened = await posted(madeVerdict(), { isPublic: true });
    expect(opened.run.text).toContain("Details are not shown on a public repository");
    expect(opened.run.summary).not.toMatch(/\dx|%/);
    expect(opened.asked).toBe(0);
    const disclosed = await posted(madeVerdict(), { isPublic: true, disclose: true });
    expect(disclosed.run.text).toContain("secret_metric");
  });

  it("is tied to its subject by name, and to the commit alone where the name is long", async () => {
    const { subject } = madeVerdict();
    expect((await posted(madeVerdict())).run.externalId).toBe(subjectKey(subject));
    const long = { ...subject, baseRef: "b".repeat(250) };
    expect((await posted(madeVerdict({ subject: long }))).run.externalId).toBe(`5:${"a".repeat(40)}`);
  });
});

describe("the report that waits for a merge group's numbers", () => {
  const group = { ...madeVerdict().subject, gate: { kind: "merge_group" } } as const;
  const place = checkPlace(group);
  const waiting: Draft = {
    kind: "verdict",
    postingClass: "in progress | again",
    verdict: madeVerdict({ subject: group }),
    audience: "members",
    measurements: [],
    waitsUntil: noon + 60_000,
  };

  /** What is written once a look has drafted that the group waits. */
  async function written(isHere: boolean, isBegun: boolean): Promise<readonly (string | undefined)[]> {
    const writes: Write[] = [];
    const write = async (_: unknown, one: Write) => {
      writes.push(one);
      return Promise.resolve(ok({ id: 1 }));
    };
    const { world, ledger } = await gateWorld({ writer: { write } });
    await ledger.registry.remember({ ...shop, id: group.repositoryId });
    await ledger.registry.setInstallation(shop.installationId, "active", noon);
    const accepted = { permissions: { checks: "write" }, events: [], page: undefined };
    await ledger.registry.accept(shop.installationId, accepted, noon);
    const asker = { subject: group, who: { kind: "merge_group", headRef: "gh/1" }, askedAt: noon } as const;
    await ledger.askers.ask(asker, "once");
    if (!isHere) await ledger.askers.end(asker, noon);
    if (isBegun) {
      const begun = { ...waiting, postingClass: "in progress | first" };
      await ledger.postings.draft(place, begun);
      await ledger.postings.confirm(place, begun, 1);
    }
    await ledger.postings.draft(place, waiting);
    expect((await postReport(world, group)).ok).toBe(true);
    return writes.map((one) => (one.kind === "check_run" ? (one.conclusion ?? "in progress") : one.kind));
  }

  it("is posted while the group is here", async () => {
    expect(await written(true, false)).toEqual(["in progress"]);
    expect(await written(true, true)).toEqual(["in progress"]);
  });

  it("is completed, and not begun, where the group ended while it was looked at", async () => {
    expect(await written(false, true)).toEqual(["neutral"]);
    expect(await written(false, false)).toEqual([]);
  });
});
