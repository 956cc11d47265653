import { expect, it } from "vitest";
import { checkoutHistory, policyFor, service, story } from "../world/checkout.ts";
import type { Repository } from "../world/github-repository.ts";
import { policyFile } from "../world/shop.ts";
import { shopsBefore } from "./shops.ts";

const minute = 60_000;
/** The checkout is well again; the stock begins to fail, and twenty minutes later both windows have seen it. */
const recovered = story.mended + 300 * minute;
const failing = recovered + 20 * minute;

const openShop = shopsBefore([...checkoutHistory, ...service("stock", (at) => (at < recovered ? 0 : 0.5))]);

/** More than the worker holds at once. */
const many = 12;

it("[T21] [T45] turns one repository red before it turns another green when writes are scarce, though the greens waited longer", async () => {
  const shop = await openShop({ config: { writesPerSecond: 1 } });
  const stock = shop.github.repository({ owner: "acme", name: "stock", installation: shop.acme });
  stock.commit("main", { [policyFile]: policyFor("stock") });
  const repositories = [shop.repository, stock];
  for (const repository of repositories)
    for (let count = 0; count < many; count += 1)
      repository.openPull({ head: `feature-${count}`, author: "bob" });
  await shop.app.settle();
  await shop.go(story.burning);
  const states = (repository: Repository) =>
    new Set(
      [...repository.pulls.values()].map(
        ({ head }) => repository.latestStatus(head.sha, "error-budget: main")?.state,
      ),
    );
  expect(repositories.map(states)).toEqual([new Set(["failure"]), new Set(["success"])]);

  shop.github.forget();
  shop.clock.set(recovered);
  expect(await shop.app.machine.tick()).toBe(many);
  shop.clock.set(failing);
  expect(await shop.app.machine.tick()).toBe(2 * many);
  await shop.app.settle();

  expect(repositories.map(states)).toEqual([new Set(["success"]), new Set(["failure"])]);
  const written = shop.github.requests
    .filter(({ method, path }) => method === "POST" && path.includes("/statuses/"))
    .map(({ path }) => path.split("/")[3]);
  expect(written).toHaveLength(2 * many);
  expect(written.slice(0, many)).toEqual(Array.from({ length: many }, () => "stock"));
});

it("turns pull requests that merge by themselves first, then the approved ones, and drafts last, though all were told at one tick", async () => {
  const shop = await openShop();
  const shas: { [kind: string]: string[] } = { plain: [], draft: [] };
  for (let count = 0; count < 3; count += 1)
    for (const kind of ["draft", "plain"])
      shas[kind]?.push((await shop.openPull({ draft: kind === "draft" })).headSha);
  const auto = await shop.openPull();
  shop.pass();
  shop.repository.setAutoMerge(auto.number, true, { by: "bob" });
  const approved = await shop.openPull();
  shop.repository.reviews.submit(approved.number, { by: "ann", state: "APPROVED" });
  await shop.app.settle();
  await shop.sweep();
  shop.github.forget();

  await shop.go(story.burning);

  const written = shop.github.requests.map(({ path }) => path.split("/").at(-1));
  expect(written[0]).toBe(auto.headSha);
  expect(written[1]).toBe(approved.headSha);
  expect(new Set(written.slice(2, 5))).toEqual(new Set(shas["plain"]));
  expect(new Set(written.slice(5))).toEqual(new Set(shas["draft"]));
});
