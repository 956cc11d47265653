import { expect, it } from "vitest";
import { policyFor, story } from "../world/checkout.ts";
import { policyFile, type Shop } from "../world/shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
let shop: Shop;

const contents = /\/contents\//;

async function open(
  policy?: string | null,
  at: number = story.burning,
): Promise<{ number: number; headSha: string }> {
  shop = await openShop({ at, ...(policy === undefined ? {} : { policy }) });
  return shop.repository.openPull({ head: "feature", author: "bob" });
}

/** Lets jobs run for a while, with what is planned to fail still failing. */
async function run(minutes: number): Promise<void> {
  await shop.github.settled();
  for (let minute = 0; minute < minutes; minute += 1) {
    await shop.app.machine.worker.processAll();
    shop.clock.advance(60_000);
  }
}

const statuses = (sha: string): number => shop.repository.statuses(sha).length;

it("[T47] never says anything about a repository without a policy", async () => {
  const pull = await open(null);
  await shop.app.settle();
  shop.pass();
  shop.repository.label(pull.number, "hotfix", { by: "ann" });
  await shop.app.settle();
  const head = shop.repository.push(pull.number, { "c.txt": "c" }, { by: "bob" });
  await shop.app.settle();
  await shop.app.tick();
  await shop.sweep();

  expect([statuses(pull.headSha), statuses(head)]).toEqual([0, 0]);
});

it("[T47] begins to gate when a repository gets its first policy, and pull requests that are open are judged", async () => {
  const pull = await open(null);
  await shop.app.settle();
  shop.pass();
  shop.commit({ [policyFile]: policyFor("checkout") });
  await shop.app.settle();

  expect(shop.told(pull.headSha)).toMatch(/^failure: checkout/);
});

it("[T47] paints nothing on a repository that it does not know while GitHub fails, and judges when it can", async () => {
  for (const fault of [
    { status: 502 },
    { status: 500 },
    { status: 403, path: contents },
    { status: 404, path: /\/git\/ref\// },
    { destroySocket: true },
  ]) {
    const pull = await open();
    const mend = shop.github.fail({
      path: /\/contents\/|\/git\/ref\//,
      times: Infinity,
      body: { message: "no" },
      ...fault,
    });
    await run(20);
    expect(statuses(pull.headSha)).toBe(0);
    expect(shop.rows("select * from policies")).toEqual([]);

    mend();
    await run(6);
    expect(shop.told(pull.headSha)).toMatch(/^failure: checkout/);
    if (fault.destroySocket !== true) await shop.close();
  }
});

it("[T47] takes a refusal to read the policy for no answer: not for no policy, and not for a broken one", async () => {
  const pull = await open();
  const { contents: _, ...without } = shop.acme.permissions;
  shop.acme.accept(without);
  await run(20);
  expect(statuses(pull.headSha)).toBe(0);
  expect(shop.rows("select * from policies")).toEqual([]);

  // The token that was refused is good for an hour and stays refused; a new one is not.
  shop.acme.accept({ ...without, contents: "read" });
  await run(12);
  expect(shop.told(pull.headSha)).toMatch(/^failure: checkout/);
});

it("[T47] keeps what it said of a repository with a policy while GitHub cannot tell the policy, and is right afterwards", async () => {
  const pull = await open(undefined, story.calm);
  await shop.app.settle();
  expect(shop.told(pull.headSha)).toMatch(/^success: checkout/);
  const mend = shop.github.fail({
    path: contents,
    times: Infinity,
    status: 502,
    body: { message: "Server Error" },
  });
  shop.pass();
  shop.commit({ [policyFile]: policyFor("checkout").replace("99.9%", "99.999%") });
  await run(20);
  expect(statuses(pull.headSha)).toBe(1);

  mend();
  await run(6);
  expect(shop.told(pull.headSha)).toMatch(/^failure: checkout: error budget spent/);
});

it("[T47] takes its word back when the policy is removed, so that nobody waits for it", async () => {
  const pull = await open();
  await shop.app.settle();
  expect(shop.told(pull.headSha)).toMatch(/^failure/);
  shop.pass();
  const sha = shop.commit({ [policyFile]: null });
  await shop.app.settle();

  expect(shop.told(pull.headSha)).toBe(
    `success: Not gated: there is no error budget policy on this branch any more (since ${sha.slice(0, 7)}).`,
  );
  shop.github.forget();
  await shop.app.tick();
  await shop.sweep();
  expect(shop.github.count({ method: "POST", path: /\/statuses\// })).toBe(0);
});

it("takes its word back when the policy no longer names the branch, and is silent about pull requests opened later", async () => {
  const pull = await open();
  await shop.app.settle();
  shop.pass();
  shop.commit({
    [policyFile]: policyFor("checkout", "gates:\n  pull_request:\n    branches: [release/*]\n"),
  });
  const later = await shop.openPull();

  expect(shop.told(pull.headSha)).toMatch(
    /^success: Not gated: the error budget policy no longer names this branch/,
  );
  expect(statuses(later.headSha)).toBe(0);
});

it("speaks only of branches that the policy names", async () => {
  shop = await openShop({ at: story.burning });
  const policy = policyFor("checkout", "gates:\n  pull_request:\n    branches: [main, release/*]\n");
  shop.commit({ [policyFile]: policy });
  shop.commit({ "b.txt": "b" }, "release/1.0");
  shop.commit({ "b.txt": "b" }, "release/1.0/fix");
  const named = await shop.openPull({ base: "release/1.0" });
  const deeper = await shop.openPull({ base: "release/1.0/fix" });

  expect(shop.told(named.headSha, "error-budget: release/1.0")).toMatch(/^failure/);
  expect(statuses(deeper.headSha)).toBe(0);
});

it("says where a broken policy is broken, and an entitled maintainer can let the mending in", async () => {
  const pull = await open(policyFor("checkout").replace("target: 99.9%", "target: 99.9"));
  shop.repository.permit("maria", "maintain");
  await shop.app.settle();
  expect(shop.told(pull.headSha)).toMatch(
    /^error: Policy cannot be used: \.github\/slo-policy\.yml:4:13 must be a percentage/,
  );

  shop.pass();
  shop.repository.label(pull.number, "hotfix", { by: "ann" });
  await shop.app.settle();
  expect(shop.told(pull.headSha)).toMatch(/^error: .*refused: needs maintain role/);

  shop.pass();
  shop.repository.unlabel(pull.number, "hotfix", { by: "ann" });
  shop.pass();
  shop.repository.label(pull.number, "hotfix", { by: "maria" });
  await shop.app.settle();
  expect(shop.told(pull.headSha)).toMatch(/^success: Bypassed by @maria/);
});

it("ends the bypass of a broken policy by the clock alone, too", async () => {
  const pull = await open("version: 1\n");
  shop.repository.permit("maria", "maintain");
  shop.pass();
  shop.repository.label(pull.number, "hotfix", { by: "maria" });
  await shop.app.settle();
  expect(shop.told(pull.headSha)).toMatch(/^success: Bypassed by @maria/);

  await shop.go(shop.clock.now() + 4 * 3_600_000);

  expect(shop.told(pull.headSha)).toMatch(/^error: Policy cannot be used.*expired/);
});

it("judges again when a broken policy is mended", async () => {
  const pull = await open("version: 1\n");
  await shop.app.settle();
  shop.pass();
  shop.commit({ [policyFile]: policyFor("checkout") });
  await shop.app.settle();

  expect(shop.told(pull.headSha)).toMatch(/^failure: checkout/);
});

it("only tells what it would do in observe mode, and bypasses nothing", async () => {
  const pull = await open(`mode: observe\n${policyFor("checkout")}`);
  await shop.app.settle();
  expect(shop.told(pull.headSha)).toMatch(/^success: Would block: checkout: 1h burn/);

  shop.pass();
  shop.github.forget();
  shop.repository.label(pull.number, "hotfix", { by: "ann" });
  await shop.app.settle();
  expect(shop.github.requests).toEqual([]);
  expect(shop.rows("select * from bypasses")).toEqual([]);
});

it("says in observe mode what it could not measure, and where a policy is broken, without holding anything", async () => {
  const pull = await open(`mode: observe\n${policyFor("ghost")}`);
  await shop.app.settle();
  expect(shop.told(pull.headSha)).toMatch(/^success: Not measured: ghost/);

  shop.pass();
  shop.commit({ [policyFile]: "version: 1\nmode: observe\n" });
  await shop.app.settle();
  expect(shop.told(pull.headSha)).toMatch(/^success: Policy cannot be used/);
});

it("turns what it would have done into what it does when a policy goes from observing to enforcing", async () => {
  const pull = await open(`mode: observe\n${policyFor("checkout")}`);
  await shop.app.settle();
  shop.pass();
  shop.commit({ [policyFile]: policyFor("checkout") });
  await shop.app.settle();

  expect(shop.told(pull.headSha)).toMatch(/^failure: checkout: 1h burn/);
});
