import { beforeEach, describe, expect, it } from "vitest";
import type { Hint } from "../../src/domain/delivery.ts";
import { parseSubjectKey } from "../../src/domain/subject.ts";
import { policyFor, story } from "../world/checkout.ts";
import type { Shop } from "../world/shop.ts";
import { asShown, audit } from "./gated-shop.ts";
import { acceptEverything, checkWrites, everything, reportOn } from "./report-kit.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
let shop: Shop;

async function open(options: Parameters<typeof openShop>[0] = {}): Promise<Shop> {
  shop = await acceptEverything(await openShop({ ...everything, ...options }));
  return shop;
}

describe("the check run", () => {
  it("says beside the status why the gate is held, with numbers, queries and buttons, tied to its subject", async () => {
    await open({ at: story.burning });
    const { headSha } = await shop.openPull();

    expect(shop.told(headSha)).toMatch(/^failure: /);
    const run = reportOn(shop, headSha);
    expect(run).toMatchObject({ status: "completed", conclusion: "failure" });
    expect(run?.output.title).toMatch(/^Held: /);
    expect(run?.output.summary).toContain("What opens it");
    expect(run?.output.summary).toContain(`/acme/shop/blob/`);
    expect(run?.output.text).toContain("checkout");
    expect(run?.output.text).toContain("```promql");
    expect(run?.actions.map(({ identifier }) => identifier)).toEqual(["bypass", "recheck"]);
    const gate = { kind: "pull_request" };
    expect(parseSubjectKey(run?.externalId ?? "")).toMatchObject({ headSha, baseRef: "main", gate });
  });

  it("offers no bypass where the gate is open, or nobody may open it", async () => {
    await open();
    const { headSha } = await shop.openPull();
    expect(reportOn(shop, headSha)).toMatchObject({ conclusion: "success" });
    expect(reportOn(shop, headSha)?.actions.map(({ identifier }) => identifier)).toEqual(["recheck"]);

    const nobody = policyFor("checkout").replace(/^bypass:[\s\S]*$/m, "bypass:\n  teams: []\n");
    shop.commit({ ".github/slo-policy.yml": nobody });
    await shop.go(story.burning);
    expect(reportOn(shop, headSha)).toMatchObject({ conclusion: "failure" });
    expect(reportOn(shop, headSha)?.actions.map(({ identifier }) => identifier)).toEqual(["recheck"]);
  });

  it("is changed in place when what it says changes, and not when a number moves", async () => {
    await open();
    const { headSha } = await shop.openPull();
    const { id } = reportOn(shop, headSha)!;
    shop.github.forget();
    await shop.app.tick();
    shop.repository.label(1, "docs", { by: "bob" });
    await shop.app.settle();
    expect(checkWrites(shop)).toEqual({ made: 0, changed: 0 });

    await shop.go(story.burning);
    expect(reportOn(shop, headSha)).toMatchObject({ id, conclusion: "failure" });
    expect(checkWrites(shop)).toEqual({ made: 0, changed: 1 });
    await shop.go(story.burning + 60_000);
    expect(checkWrites(shop)).toEqual({ made: 0, changed: 1 });
  });

  it("waits until every status is told", async () => {
    await open();
    for (let number = 0; number < 5; number += 1) await shop.openPull();
    shop.github.forget();
    await shop.go(story.burning);

    const writes = shop.github.requests.filter(({ method }) => method !== "GET").map(({ path }) => path);
    const lastStatus = writes.findLastIndex((path) => path.includes("/statuses/"));
    const firstReport = writes.findIndex((path) => path.includes("/check-runs"));
    expect(writes.filter((path) => path.includes("/statuses/"))).toHaveLength(5);
    expect(writes.filter((path) => path.includes("/check-runs"))).toHaveLength(5);
    expect(firstReport).toBeGreaterThan(lastStatus);
  });

  it("is neither doubled nor lost when GitHub's answer is", async () => {
    await open();
    shop.github.fail({ method: "POST", path: /\/check-runs$/, destroySocket: true, afterEffect: true });
    const { headSha } = await shop.openPull();
    const own = shop.repository.checks.of(headSha).filter(({ name }) => name === "error-budget report");
    expect(own).toHaveLength(1);
    expect(reportOn(shop, headSha)?.conclusion).toBe("success");
    await shop.go(story.burning);
    expect(reportOn(shop, headSha)).toMatchObject({ id: own[0]?.id, conclusion: "failure" });

    shop.github.fail({ method: "POST", path: /\/check-runs$/, destroySocket: true });
    const lost = await shop.openPull();
    expect(reportOn(shop, lost.headSha)?.conclusion).toBe("failure");
  });

  it("is neither doubled nor lost when the process ends before GitHub's answer", async () => {
    await open();
    shop.github.fail({ method: "POST", path: /\/check-runs$/, destroySocket: true, afterEffect: true });
    const sha = shop.repository.openPull({ head: "feature", author: "bob" }).headSha;
    await shop.github.settled();
    await shop.app.machine.worker.processAll();
    await shop.app.stop();
    const app = await shop.app.restart();
    await app.settle();
    const own = shop.repository.checks.of(sha).filter(({ name }) => name === "error-budget report");
    expect(own).toHaveLength(1);
    await app.stop();
  });

  it("is off, without a single request, until the installation accepts `checks: write`", async () => {
    shop = await openShop();
    shop.pass();
    const { headSha } = await shop.openPull();
    shop.acme.accept({ statuses: "write", pull_requests: "read", contents: "read" });
    await shop.app.settle();
    await shop.go(story.burning);
    expect(shop.github.count({ path: /check-runs/ })).toBe(0);
    expect(reportOn(shop, headSha)).toBeUndefined();

    await acceptEverything(shop);
    expect(reportOn(shop, headSha)).toMatchObject({ conclusion: "failure" });
  });

  it("[T31] tells the public no number, query or forecast", async () => {
    await open({ at: story.burning, isPublic: true });
    const { headSha } = await shop.openPull();
    const { output, conclusion } = reportOn(shop, headSha)!;
    expect(conclusion).toBe("failure");
    const said = `${output.title} ${output.summary} ${output.text}`;
    expect(said).not.toMatch(/\d(\.\d+)?x\b|\d%|promql|rate\(|if errors stop/);
    expect(said).toContain("disclose");
  });

  it("says that nothing is gated when the policy is gone", async () => {
    await open({ at: story.burning });
    const { headSha } = await shop.openPull();
    shop.commit({ ".github/slo-policy.yml": null });
    await shop.app.settle();
    expect(reportOn(shop, headSha)).toMatchObject({ conclusion: "neutral", output: { title: "Not gated" } });
  });

  it("is neutral where the policy only observes", async () => {
    await open({ at: story.burning, policy: `${policyFor("checkout")}\nmode: observe\n` });
    const { headSha } = await shop.openPull();
    expect(reportOn(shop, headSha)).toMatchObject({ conclusion: "neutral" });
  });
});

describe("somebody who uses the report", () => {
  beforeEach(async () => {
    await open({ at: story.burning });
  });

  it.each([["a re-run"], ["the Re-check button"], ["a re-run of all checks"]])(
    "has status and report told again with today's numbers: %s",
    async (how) => {
      const { headSha } = await shop.openPull();
      const before = reportOn(shop, headSha)!;
      const [said, { summary }] = [shop.told(headSha), before.output];
      shop.clock.advance(600_000);
      shop.github.forget();
      const { checks } = shop.repository;
      if (how === "a re-run") checks.rerequest(before.id, { by: "bob" });
      else if (how === "the Re-check button") checks.press(before.id, "recheck", { by: "bob" });
      else checks.rerequestSuite(headSha, { by: "bob" });
      await shop.app.settle();

      expect(shop.told(headSha)).not.toBe(said);
      expect(reportOn(shop, headSha)?.id).toBe(before.id);
      expect(reportOn(shop, headSha)?.output.summary).not.toBe(summary);
      expect(shop.github.count({ method: "POST", path: /\/statuses\// })).toBe(1);
      expect(checkWrites(shop)).toEqual({ made: 0, changed: 1 });
    },
  );

  it("[T18] is answered once a tick, however often it is pressed", async () => {
    const { headSha } = await shop.openPull();
    const { id } = reportOn(shop, headSha)!;
    shop.github.forget();
    for (let time = 0; time < 20; time += 1) shop.repository.checks.press(id, "recheck", { by: "bob" });
    await shop.app.settle();
    expect(shop.github.count({ method: "POST", path: /\/statuses\// })).toBeLessThanOrEqual(2);
    const at = shop.clock.now();
    shop.repository.checks.press(id, "recheck", { by: "bob" });
    await shop.app.settle();
    expect(shop.clock.now() - at).toBeGreaterThan(20_000);
  });

  it("who presses Bypass is remembered with commit and subject, and the gate is judged at once", async () => {
    const { headSha } = await shop.openPull();
    const run = reportOn(shop, headSha)!;
    shop.repository.checks.press(run.id, "bypass", { by: "mallory" });
    await shop.app.settle();
    const [press, ...others] = shop.rows("select * from presses");
    expect(others).toEqual([]);
    expect(press).toMatchObject({ head_sha: headSha, about: run.externalId });
    expect(JSON.parse(String(press?.["actor"]))).toMatchObject({ login: "mallory" });
    expect(shop.told(headSha)).toMatch(/^failure: /);
  });

  it("[T6] is refused by name in status, report and audit log, if not entitled, and opens the gate otherwise", async () => {
    const { headSha } = await shop.openPull();
    const { id } = reportOn(shop, headSha)!;
    const press = async (by: string): Promise<void> => {
      shop.repository.checks.press(id, "bypass", { by });
      await shop.app.settle();
    };
    await press("mallory");
    expect(shop.told(headSha)).toMatch(/^failure: .*Bypass button by @mallory refused: needs acme\/sre\.$/);
    expect(asShown(reportOn(shop, headSha)?.output.summary ?? "")).toMatch(
      /\*\*What did not open it\*\*\s+- Bypass button by @mallory refused/,
    );
    expect(await audit(shop)).toEqual([
      "bypass_refused by mallory: Bypass button by @mallory refused: needs acme/sre.",
    ]);
    expect(reportOn(shop, headSha)?.actions.map(({ identifier }) => identifier)).toContain("bypass");

    await press("ann");
    expect(shop.told(headSha)).toMatch(/^success: Bypassed by @ann until/);
    expect(reportOn(shop, headSha)).toMatchObject({ id, conclusion: "neutral" });
    expect(reportOn(shop, headSha)?.actions.map(({ identifier }) => identifier)).toEqual(["recheck"]);
  });

  it.each([
    ["ours", 1],
    ["another App's", 0],
  ])("[T19] [T20] is listened to only about our own reports: %s", async (whose, presses) => {
    const { headSha } = await shop.openPull();
    const { externalId } = reportOn(shop, headSha)!;
    const { checks } = shop.repository;
    const draft = { head_sha: headSha, name: "error-budget report", external_id: externalId };
    const other = checks.createAs("rival", { ...draft, conclusion: "success" });
    // GitHub sends such an event to the App that it is about; this is one that came to us all the same.
    const run = whose === "ours" ? reportOn(shop, headSha)! : other;
    const hint: Hint = {
      kind: "report_used",
      repository: {
        id: shop.repository.id,
        owner: "acme",
        name: "shop",
        isPublic: false,
        installationId: shop.acme.id,
      },
      appId: run.suite.app.id,
      headSha,
      wish: "look",
      button: "bypass",
      actor: { id: 1, login: "mallory", isBot: false },
      about: externalId,
    };
    await shop.app.machine.accept({ id: "press", name: "check_run.requested_action", hint });
    await shop.app.settle();
    expect(shop.rows("select * from presses")).toHaveLength(presses);
  });
});
