/** What a request for our answer may lack, and what it may not make us do. [T25] */
import { expect, it } from "vitest";
import { story } from "../world/checkout.ts";
import type { Shop } from "../world/shop.ts";
import { asShown, audit, counted, deploy, deploying, gate } from "./gated-shop.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
const impossible = '{answer="impossible"}';

async function gated(at: number = story.calm): Promise<Shop> {
  const shop = await openShop({ ...deploying, at, config: { logLevel: "error" } });
  gate(shop);
  return shop;
}

for (const [what, draft, reads] of [
  ["no deployment", { withDeployment: false }, 0],
  ["neither commit nor ref beside the deployment", { withTopLevel: false }, 0],
  ["no commit at all", { withDeployment: false, withTopLevel: false }, 1],
] as const) {
  it(`answers a request with ${what}`, async () => {
    const shop = await gated();
    const run = await deploy(shop, draft);
    expect(run.state).toBe("succeeded");
    expect(shop.github.count({ method: "GET", path: /\/actions\/runs\/\d+$/ })).toBe(reads);
    expect(shop.rows("select distinct head_sha from verdicts")).toEqual([{ head_sha: run.sha }]);
  });
}

it("rejects a job whose commit it may not be told, and names the permission", async () => {
  const shop = await gated();
  shop.github.holdWebhooks();
  const run = shop.repository.actions.run({
    ref: "main",
    environment: "production",
    by: "bob",
    withDeployment: false,
    withTopLevel: false,
  });
  const { actions: _, ...less } = deploying.permissions;
  shop.acme.accept(less);
  shop.github.releaseWebhooks();
  await shop.app.settle();
  expect(run.state).toBe("rejected");
  expect(asShown(run.review?.comment)).toMatch(/which commit this is.*actions: read/);
});

it("rejects a job whose commit GitHub does not tell for five minutes", async () => {
  const shop = await gated();
  shop.github.fail({ path: /\/actions\/runs\/\d+$/, status: 502, times: Infinity });
  const run = await deploy(shop, { withDeployment: false, withTopLevel: false });
  expect(run.state).toBe("rejected");
  expect(shop.clock.now() - story.calm).toBe(300_000);
});

it("rejects a job whose run names no commit, and goes on answering others", async () => {
  const shop = await gated();
  const path = /\/actions\/runs\/\d+$/;
  shop.github.fail({ path, status: 200, body: { head_sha: "main" }, times: Infinity, unchecked: true });
  const run = await deploy(shop, { withDeployment: false, withTopLevel: false });
  expect(run.state).toBe("rejected");
  expect(asShown(run.review?.comment)).toMatch(/could not be found out: GitHub's run names no commit/);
  expect((await deploy(shop)).state).toBe("succeeded");
});

const addresses = {
  "a foreign repository": "https://api.github.com/repos/evil/shop/actions/runs/1/deployment_protection_rule",
  "a path that goes on": "https://api.github.com/repos/acme/shop/actions/runs/1/deployment_protection_rule/x",
  "a query behind it": "https://api.github.com/repos/acme/shop/actions/runs/1/deployment_protection_rule?x",
  "a path that climbs":
    "https://api.github.com/repos/acme/shop/x/../actions/runs/1/deployment_protection_rule",
  "a prefix of its own":
    "https://api.github.com/evil/repos/acme/shop/actions/runs/1/deployment_protection_rule",
  "a run that is no number":
    "https://api.github.com/repos/acme/shop/actions/runs/1a/deployment_protection_rule",
  "another scheme": "file:///repos/acme/shop/actions/runs/1/deployment_protection_rule",
  "a relative address": "acme:shop",
} as const;

for (const [what, callbackUrl] of Object.entries(addresses)) {
  it(`[T25] answers nothing and tells it loudly when the callback has ${what}`, async () => {
    const shop = await gated();
    shop.github.forget();
    const run = await deploy(shop, { callbackUrl });
    expect(run.state).toBe("waiting");
    expect(shop.github.count({ method: "POST", path: /protection_rule/ })).toBe(0);
    expect(await counted(shop, "burngate_deployment_answers_total", impossible)).toBe(1);
    expect(await audit(shop)).toEqual([expect.stringMatching(/No answer: the callback address is not one/)]);
    expect(shop.app.log).toContainEqual(expect.objectContaining({ msg: "job cannot be answered" }));
  });
}

for (const prefix of ["", "/api/v3"]) {
  it(`[T25] takes only the run's number from https://evil.example${prefix}, and writes to the configured API`, async () => {
    const shop = await gated(story.burning);
    const run = await deploy(shop);
    await shop.go(story.mended + 6 * 3_600_000);
    shop.github.forget();
    const path = `/repos/ACME/shop/actions/runs/${run.id}/deployment_protection_rule`;
    run.draft.callbackUrl = `https://evil.example${prefix}${path}`;
    shop.repository.actions.rerunFailed(run);
    await shop.app.settle();
    expect(run.state).toBe("succeeded");
    expect(shop.github.count({ method: "POST", path: /^\/repos\/acme\/shop\/actions\/runs/ })).toBe(1);
  });
}
