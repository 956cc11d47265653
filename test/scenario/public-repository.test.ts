import { expect, it } from "vitest";
import { policyFor, story } from "../world/checkout.ts";
import { policyFile, type Shop } from "../world/shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
let shop: Shop;

/** What a public sentence may not hold. Times of day and the widths of windows are no measurements. */
const secrets = [
  /\d\s*%/, // a share
  /\d(?:\.\d+)?x\b/, // a burn rate
  /\d\.\d/, // any measured number
  /rate\(|sum\(|[{}[\]]/, // a query
  /http_requests|code=|series/, // what is measured
  /burn \d|\d left/,
];

/** Every description written so far that tells a secret. */
function leaks(since = 0): readonly string[] {
  const told = [...shop.repository.pulls.values()]
    .flatMap(({ head }) => shop.repository.statuses(head.sha))
    .slice(since)
    .map(({ description }) => description ?? "");
  expect(told.length).toBeGreaterThan(0);
  return told.filter((description) => secrets.some((secret) => secret.test(description)));
}

it("recognizes every kind of secret in what the members of a private repository are told", async () => {
  shop = await openShop();
  await shop.openPull();
  await shop.go(story.burning);

  expect(leaks()).toHaveLength(2);
});

it("[T31] tells the public no number, percentage, query or series, whatever the verdict", async () => {
  shop = await openShop({ isPublic: true });
  const pull = await shop.openPull();
  const told = [shop.told(pull.headSha)];
  await shop.go(story.burning);
  told.push(shop.told(pull.headSha));
  shop.repository.label(pull.number, "hotfix", { by: "mallory" });
  await shop.app.settle();
  told.push(shop.told(pull.headSha));
  await shop.go(story.mended + 3 * 3_600_000);
  told.push(shop.told(pull.headSha));

  expect(told).toEqual([
    "success: Open: no rule holds it at 09:00Z.",
    'failure: checkout: error budget burns too fast at 12:20Z. Hotfix: label "hotfix" (acme/sre).',
    'failure: checkout: error budget burns too fast at 12:20Z. Label "hotfix" by @mallory refused: needs acme/sre.',
    "success: Warning: checkout: error budget burns too fast at 15:30Z.",
  ]);
  expect(leaks()).toEqual([]);
});

it("[T31] tells the public only that nothing was measured, not what the data source said", async () => {
  const apart = policyFor("checkout").replace(
    'sum(rate(http_requests_total{service="checkout"}',
    'sum by (code) (rate(http_requests_total{service="checkout"}',
  );
  const bad = policyFor("checkout").replace(
    'sum(rate(http_requests_total{service="checkout"}',
    'sum(1 / on(code) group_left rate(http_requests_total{service="checkout"}',
  );
  for (const policy of [policyFor("ghost"), apart, bad]) {
    shop = await openShop({ at: story.burning, isPublic: true, policy });
    const pull = await shop.openPull();
    expect(shop.told(pull.headSha)).toMatch(
      /^error: Not measured: (checkout|ghost) \w+: [A-Za-z ]+\. Hotfix/,
    );
    if (policy !== bad) await shop.close();
  }
});

it("[T31] tells the public no number while only watching, either", async () => {
  const policy = `mode: observe\n${policyFor("checkout")}`;
  shop = await openShop({ isPublic: true, policy });
  const pull = await shop.openPull();
  await shop.go(story.burning);

  expect(shop.told(pull.headSha)).toBe(
    "success: Would block: checkout: error budget burns too fast at 12:20Z.",
  );
  expect(leaks()).toEqual([]);
});

it("[T31] tells the public no number about several objectives or a spent budget", async () => {
  const [head = "", tail = ""] = policyFor("checkout").split("hold:");
  const [, second = ""] = policyFor("checkout").split("objectives:\n");
  const strict = second.replace("name: checkout", "name: checkout-strict").replace("99.9%", "99.99%");
  const policy = `${head}${strict.split("hold:")[0]}hold:${tail}`;
  shop = await openShop({ isPublic: true, policy });
  const pull = await shop.openPull();
  expect(shop.told(pull.headSha)).toBe("success: Open: no rule holds any of 2 objectives at 09:00Z.");
  await shop.go(story.burning);

  expect(shop.told(pull.headSha)).toMatch(/^failure: checkout-strict: error budget too low at 12:20Z\./);
  expect(leaks()).toEqual([]);
});

it("[T31] rewrites what it told once a private repository has become public", async () => {
  shop = await openShop({ at: story.burning });
  const pulls = [await shop.openPull(), await shop.openPull()];
  const before = shop.told(pulls[0]?.headSha ?? "");
  expect(before).toMatch(/^failure: checkout: 1h burn \d+x/);
  shop.pass();

  shop.repository.publicize();
  await shop.app.settle();

  for (const { headSha } of pulls) {
    expect(shop.told(headSha)).toMatch(/^failure: checkout: error budget burns too fast at/);
  }
});

it("tells numbers again once a public repository has become private", async () => {
  shop = await openShop({ at: story.burning, isPublic: true });
  const { headSha } = await shop.openPull();
  shop.pass();

  shop.repository.privatize();
  await shop.app.settle();

  expect(shop.told(headSha)).toMatch(/^failure: checkout: 1h burn \d+x/);
});

it("[T31] tells no number when the word that a repository became public was lost and any other event came", async () => {
  shop = await openShop();
  const pull = await shop.openPull();
  shop.github.holdWebhooks();
  shop.pass();
  shop.repository.publicize();
  shop.pass();
  shop.repository.label(pull.number, "docs", { by: "bob" });
  await shop.github.deliver(shop.github.deliveries.at(-1)?.guid ?? "");
  await shop.app.settle();
  await shop.go(story.burning);

  expect(shop.told(pull.headSha)).toMatch(/^failure: checkout: error budget burns too fast at/);
  expect(leaks(1)).toEqual([]);
});

it("[T31] tells no number after the sweep when the word that a repository became public was lost", async () => {
  shop = await openShop();
  const pull = await shop.openPull();
  shop.github.holdWebhooks();
  shop.pass();
  shop.repository.publicize();

  await shop.sweep();

  expect(shop.told(pull.headSha)).toBe("success: Open: no rule holds it at 09:00Z.");
});

it("[T31] tells the public the numbers where the policy discloses them, and no more once it does not", async () => {
  shop = await openShop({
    at: story.burning,
    isPublic: true,
    policy: policyFor("checkout", "disclose: true\n"),
  });
  const { headSha } = await shop.openPull();
  expect(shop.told(headSha)).toMatch(/^failure: checkout: 1h burn \d+x/);

  shop.commit({ [policyFile]: policyFor("checkout", "disclose: false\n") });
  await shop.app.settle();

  expect(shop.told(headSha)).toMatch(/^failure: checkout: error budget burns too fast at/);
});

it("[T31] tells the public where a policy is broken, which the public can read, and nothing else", async () => {
  shop = await openShop({ isPublic: true, policy: null });
  shop.commit({ [policyFile]: "version: 1\nobjectives: []\n" });
  const { headSha } = await shop.openPull();

  expect(shop.told(headSha)).toMatch(/^error: Policy cannot be used: \.github\/slo-policy\.yml:2:13/);
});
