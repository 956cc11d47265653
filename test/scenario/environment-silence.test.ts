/** Whatever does not answer us, a job that waits for us is answered: asked again for five minutes, then rejected. [T22] */
import { expect, it } from "vitest";
import { queueStandingJobs } from "../../src/gate/asked.ts";
import { webhookPath } from "../../src/http/server.ts";
import { policyFor, story } from "../world/checkout.ts";
import { policyFile, type Shop, type ShopOptions } from "../world/shop.ts";
import { asShown, audit, counted, deploy, deploying, gate } from "./gated-shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
const reviews = /\/deployment_protection_rule$/;
const minute = 60_000;
/** A Prometheus that nobody runs. */
const nobody = { source: { url: new URL("http://127.0.0.1:9") } };

async function gated(options: Omit<ShopOptions, "prometheus"> = {}): Promise<Shop> {
  const shop = await openShop({ ...deploying, ...options });
  gate(shop);
  return shop;
}

/** Lets the watch look as often as it does in this time. */
async function live({ app }: Shop, ms: number): Promise<void> {
  for (let past = 0; past < ms; past += 30_000) await app.tick();
}

it("[T22] waits five minutes for a Prometheus that does not answer, says so once, then rejects", async () => {
  const shop = await gated(nobody);
  const run = await deploy(shop);
  await live(shop, 4.5 * minute);

  expect(run.state).toBe("waiting");
  expect(run.reports.map(asShown)).toEqual([
    expect.stringMatching(
      /not known\.\*\* This job waits\.[^]*Not measured: checkout[^]*is rejected at 09:05Z/,
    ),
  ]);

  await live(shop, minute);
  expect(run.state).toBe("rejected");
  expect(asShown(run.review?.comment)).toMatch(/not known\.\*\* Rejected\.[^]*Not measured: checkout/);
});

it("[T22] approves as soon as Prometheus answers again", async () => {
  const shop = await gated();
  const { machine } = shop.app;
  const run = shop.repository.actions.run({ ref: "main", environment: "production", by: "bob" });
  await shop.github.settled();
  expect(run.state).toBe("waiting");
  await machine.worker.processAll();
  expect(run.state).toBe("succeeded");
});

it("[T36] lets the policy decide what not knowing means, at once", async () => {
  const policy = policyFor("checkout", "when_unmeasured:\n  unreachable: allow\n");
  const run = await deploy(await gated({ ...nobody, policy }));
  expect(run.state).toBe("succeeded");
});

it("[T22] waits five minutes for a GitHub that does not tell the policy, then rejects", async () => {
  const shop = await gated();
  shop.github.fail({ path: /contents|git\/ref/, status: 502, times: Infinity });
  const begun = shop.clock.now();
  const run = await deploy(shop);

  expect(run.state).toBe("rejected");
  expect(shop.clock.now() - begun).toBe(5 * minute);
  expect(run.reports.map(asShown)).toEqual([
    expect.stringMatching(/asking.*GitHub answered 502[^]*Asked again until 09:05Z/),
  ]);
  expect(asShown(run.review?.comment)).toMatch(
    /Rejected, since this could not be found out: GitHub answered 502/,
  );
});

it("[T22] approves when GitHub tells the policy within the five minutes", async () => {
  const shop = await gated();
  shop.github.fail({ path: /contents|git\/ref/, status: 502, times: 6 });
  const run = await deploy(shop);
  expect(run.state).toBe("succeeded");
});

it("asks again until GitHub takes the answer", async () => {
  const shop = await gated({ at: story.burning });
  shop.github.fail({ method: "POST", path: reviews, status: 502, times: 5 });
  expect((await deploy(shop)).state).toBe("rejected");
});

it("is done when GitHub has the answer and only its receipt was lost", async () => {
  const shop = await gated();
  shop.github.fail({ method: "POST", path: reviews, destroySocket: true, afterEffect: true });
  const run = await deploy(shop);

  expect(run.state).toBe("succeeded");
  expect(await shop.app.machine.ledger.askers.waiting()).toEqual([]);
  expect(await counted(shop, "burngate_deployment_answers_total", '{answer="moot"}')).toBe(1);
  expect(shop.rows("select * from jobs")).toEqual([]);
  expect(await audit(shop)).toHaveLength(1);
});

it("is done when the rule was switched off, or the job was let go on, before the answer", async () => {
  const shop = await gated({ at: story.burning });
  for (const end of ["disable", "bypass"] as const) {
    shop.github.holdWebhooks();
    const run = shop.repository.actions.run({ ref: "main", environment: "production", by: "bob" });
    if (end === "disable") shop.repository.environments.disableRule("production");
    else shop.repository.actions.bypass(run, { by: "ann" });
    shop.github.releaseWebhooks();
    await shop.app.settle();
    expect(await shop.app.machine.ledger.askers.waiting()).toEqual([]);
    expect(shop.rows("select * from jobs")).toEqual([]);
    shop.repository.environments.find("production")?.rules.clear();
    gate(shop);
    shop.pass();
  }
  expect(await counted(shop, "burngate_deployment_answers_total", '{answer="moot"}')).toBe(2);
});

it("tells loudly when it may not answer, naming the permission, and answers after that was given", async () => {
  const shop = await gated({ config: { logLevel: "warn" } });
  const { deployments, ...less } = deploying.permissions;
  shop.github.holdWebhooks();
  const run = shop.repository.actions.run({ ref: "main", environment: "production", by: "bob" });
  shop.acme.accept(less);
  shop.github.releaseWebhooks();
  await shop.app.settle();
  await live(shop, minute);

  expect(run.state).toBe("waiting");
  expect(shop.app.log).toContainEqual(
    expect.objectContaining({
      msg: "job could not be answered",
      level: "error",
      needs: "deployments: write",
    }),
  );
  shop.acme.accept({ ...less, deployments });
  await live(shop, minute);
  expect(run.state).toBe("succeeded");
});

it("answers after a stop in the middle, by the next start", async () => {
  const shop = await gated({ at: story.burning });
  const { github, repository, app } = shop;
  const run = repository.actions.run({ ref: "main", environment: "production", by: "bob" });
  await github.settled();
  await app.stop();
  expect(run.state).toBe("waiting");

  const again = await app.restart();
  await again.machine.worker.processAll();
  expect(run.state).toBe("rejected");
  await again.stop();
});

it("answers after a start although the job in the queue was lost", async () => {
  const shop = await gated(nobody);
  const run = await deploy(shop);
  expect(run.state).toBe("waiting");
  expect(shop.rows("select * from jobs")).toEqual([]);
  await shop.app.stop();
  shop.clock.advance(10 * minute);

  const again = await shop.app.restart();
  await again.machine.sweep();
  await again.settle();
  expect(run.state).toBe("rejected");
  await again.stop();
});

it("waits with an installation that is suspended, and answers when that comes back", async () => {
  const shop = await gated(nobody);
  const run = await deploy(shop);
  shop.acme.suspend();
  await shop.app.settle();
  shop.clock.advance(10 * minute);
  await shop.app.tick();
  expect(run.state).toBe("waiting");

  shop.acme.unsuspend();
  await shop.app.settle();
  await shop.app.tick();
  expect(run.state).toBe("rejected");
});

it("answers who asks although the word that the installation came back was lost", async () => {
  const shop = await gated();
  shop.acme.suspend();
  await shop.app.settle();
  shop.github.sendWebhooksTo(undefined);
  shop.acme.unsuspend();
  shop.github.sendWebhooksTo(`${shop.app.url}${webhookPath}`);
  expect((await deploy(shop)).state).toBe("succeeded");
});

it("rejects after three bugs in a row, and says that it was us", async () => {
  const shop = await gated();
  await shop.app.stop();
  const app = await shop.app.restart();
  let faults = 0;
  Object.assign(app.machine.ledger.measurements, {
    find: () => {
      faults += 1;
      throw new Error("planted");
    },
  });
  const run = shop.repository.actions.run({ ref: "main", environment: "production", by: "bob" });
  await app.settle();

  expect(faults).toBe(3);
  expect(run.state).toBe("rejected");
  expect(asShown(run.review?.comment)).toMatch(/Burngate failed[^]*Re-run the failed job/);
  await app.stop();
});

it("approves what was asked while the policy was broken once it is run again after mending", async () => {
  const shop = await gated({ policy: "version: 1\nobjectives: []\n" });
  const run = await deploy(shop);
  expect(run.state).toBe("rejected");
  shop.pass();
  shop.commit({ [policyFile]: policyFor("checkout") });
  await shop.app.settle();
  shop.repository.actions.rerunFailed(run);
  await shop.app.settle();
  expect(run.state).toBe("succeeded");
});

it("waits five minutes for a GitHub that does not tell who opened the gate, then says that it is not known", async () => {
  const shop = await gated({ at: story.burning });
  shop.github.fail({ path: /\/commits\/[0-9a-f]+\/pulls/, status: 502, times: Infinity });
  const begun = shop.clock.now();
  const run = await deploy(shop);

  expect(run.state).toBe("rejected");
  expect(shop.clock.now() - begun).toBe(5 * minute);
  expect(asShown(run.review?.comment)).toMatch(
    /checkout: 1h burn[^]*Whether somebody has opened it could not be found out: GitHub answered 502/,
  );
  expect(asShown(run.review?.comment)).not.toMatch(/Hotfix/);
});

it("asks GitHub nothing in the name of an installation that was suspended while the job stood in the queue", async () => {
  const shop = await gated(nobody);
  await deploy(shop);
  const { ledger, worker } = shop.app.machine;
  await queueStandingJobs(ledger, shop.clock.now());
  await ledger.registry.setInstallation(shop.acme.id, "suspended", shop.clock.now());
  shop.clock.advance(10 * minute);
  shop.github.forget();
  await worker.processAll();
  expect(shop.github.count()).toBe(0);
  expect(shop.rows("select ended_at from askers")).toEqual([{ ended_at: null }]);
});

it("says nothing to a job while GitHub may have its approval", async () => {
  const policy = policyFor("checkout", "gates:\n  deployment:\n    hold: 30m\n");
  const shop = await gated({ at: story.outage - minute, policy });
  shop.github.fail({ method: "POST", path: reviews, status: 502 });
  const run = shop.repository.actions.run({ ref: "main", environment: "production", by: "bob" });
  await shop.github.settled();
  await shop.app.machine.worker.processAll();
  await shop.go(story.burning);
  expect(run.state).toBe("waiting");
  expect(run.reports).toEqual([]);
});
