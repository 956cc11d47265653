import { expect, it } from "vitest";
import { policyFor, story } from "../world/checkout.ts";
import type { Repository } from "../world/github-repository.ts";
import { mainContext, policyFile, type Shop } from "../world/shop.ts";
import { everything } from "./report-kit.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();
let shop: Shop;

/** Installs the App on initech with one repository. */
async function install(
  files: Record<string, string> | undefined,
  draft: { defaultBranch?: string; private?: boolean } = {},
): Promise<Repository> {
  shop = await openShop({ ...everything, at: story.burning });
  const stock = shop.github.repository({ owner: "initech", name: "stock", ...draft });
  if (files !== undefined) stock.commit(draft.defaultBranch ?? "main", files);
  shop.github.installation({ account: "initech" }).add(stock);
  await shop.app.settle();
  return stock;
}

function head(repository: Repository, branch = "main"): string {
  return repository.branches.get(branch) ?? "";
}

it("shows status and report on the default branch at once, so that the status can be required", async () => {
  const stock = await install({ "a.txt": "a" });
  expect(stock.latestStatus(head(stock), mainContext)).toMatchObject({
    state: "success",
    description: "Burngate is installed; this branch has no error budget policy yet.",
  });
  const run = stock.checks.latest(head(stock), "error-budget report");
  expect(run).toMatchObject({ status: "completed", conclusion: "neutral" });
  // In backticks a character reference would be shown as it is written, and that name can be required by nobody.
  expect(run?.output.summary).toContain("First merge a policy that gates this branch");
  expect(run?.output.summary).toContain(`<code>${mainContext.replace(":", "&#58;")}</code>`);
});

it("says plainly that a policy judges, and judges nothing itself", async () => {
  const stock = await install({ [policyFile]: policyFor("checkout") });
  expect(stock.latestStatus(head(stock), mainContext)).toMatchObject({
    state: "success",
    description: "Burngate is installed; pull requests are judged by .github/slo-policy.yml.",
  });
  const run = stock.checks.latest(head(stock), "error-budget report");
  expect(run?.output.summary).not.toContain("First merge a policy");
});

it("warns of requiring the status where the policy does not name the branch", async () => {
  const gates = "gates: {pull_request: {branches: [release/*]}}\n";
  const stock = await install({ [policyFile]: policyFor("checkout", gates) });
  expect(stock.latestStatus(head(stock), mainContext)?.description).toContain("does not name this branch");
  const run = stock.checks.latest(head(stock), "error-budget report");
  expect(run?.output.summary).toContain("First merge a policy that gates this branch");
});

it("tells in the report whether the gate holds: to members every way around it, to the public none", async () => {
  const said = async (draft: { private: boolean }): Promise<string> => {
    const stock = await install({ [policyFile]: policyFor("checkout") }, draft);
    return stock.checks.latest(head(stock), "error-budget report")?.output.summary ?? "";
  };
  const toMembers = await said({ private: true });
  expect(toMembers).toContain("## Does the gate hold?");
  expect(toMembers).toContain("**Hole: ");
  await shop.close();
  const toPublic = await said({ private: false });
  expect(toPublic).toContain("burngate doctor --repo initech/stock");
  expect(toPublic).not.toMatch(/hole|unknown|not required/i);
});

it("finds the default branch whatever it is called", async () => {
  const stock = await install({ "a.txt": "a" }, { defaultBranch: "trunk" });
  expect(stock.latestStatus(head(stock, "trunk"), "error-budget: trunk")?.state).toBe("success");
});

it("says nothing to an empty repository, and is not troubled by it", async () => {
  await install(undefined);
  expect(shop.github.count({ path: /stock\/(statuses|check-runs)/ })).toBe(0);
  expect(shop.rows("select key from jobs")).toEqual([]);
});

it("says it once: not again after a suspension, a removal or a rename", async () => {
  const stock = await install({ "a.txt": "a" });
  shop.github.forget();
  stock.commit("main", { "a.txt": "b" });
  const { installation } = stock;
  installation?.suspend();
  installation?.unsuspend();
  await shop.app.settle();
  installation?.remove(stock);
  await shop.app.settle();
  installation?.add(stock);
  stock.rename("store");
  await shop.app.settle();
  expect(shop.github.count({ method: "POST", path: /(statuses|check-runs)/ })).toBe(0);
});

it("never takes the place of a verdict on a commit that became the head", async () => {
  shop = await openShop({ ...everything, at: story.burning });
  const pull = await shop.openPull();
  shop.repository.move("main", pull.headSha);
  shop.acme.accept(everything.permissions ?? {});
  await shop.app.settle();
  expect(shop.told(pull.headSha)).toMatch(/^failure: /);
});

it("says it after everything that waits for a verdict", async () => {
  shop = await openShop({ ...everything, at: story.burning });
  const stock = shop.github.repository({ owner: "initech", name: "stock" });
  stock.commit("main", { [policyFile]: policyFor("checkout") });
  const old = stock.openPull({ head: "feature", author: "bob" });
  shop.github.installation({ account: "initech" }).add(stock);
  await shop.app.settle();
  const written = shop.github.requests.filter(({ path }) => path.includes("stock/statuses"));
  expect(written.map(({ path }) => path.split("/").at(-1))).toEqual([old.headSha, head(stock)]);
});

it("says it without a report where only statuses were accepted, and the report once that is", async () => {
  shop = await openShop({ ...everything });
  const stock = shop.github.repository({ owner: "initech", name: "stock" });
  stock.commit("main", { "a.txt": "a" });
  const permissions = { statuses: "write", contents: "read", pull_requests: "read" } as const;
  const initech = shop.github.installation({ account: "initech", permissions });
  initech.add(stock);
  await shop.app.settle();
  expect(stock.latestStatus(head(stock), mainContext)?.state).toBe("success");
  expect(shop.github.count({ path: /check-runs/ })).toBe(0);
  shop.pass(120);
  initech.accept(everything.permissions ?? {});
  await shop.app.settle();
  expect(stock.checks.latest(head(stock), "error-budget report")?.conclusion).toBe("neutral");
});
