import { expect, it } from "vitest";
import { story } from "../world/checkout.ts";
import { acceptEverything, everything, reportOn } from "./report-kit.ts";
import { shopsBefore } from "./shops.ts";

const openShop = shopsBefore();

it("[T32] shows nothing of a repository over HTTP: every guess is the same 404, and nothing links to us", async () => {
  const shop = await acceptEverything(await openShop({ ...everything, at: story.burning }));
  const { headSha } = await shop.openPull();
  const get = async (path: string): Promise<{ status: number; text: string; caching: string | null }> => {
    const answer = await fetch(`${shop.app.url}${path}`, { redirect: "manual" });
    return {
      status: answer.status,
      text: await answer.text(),
      caching: answer.headers.get("cache-control"),
    };
  };

  const nowhere = await get("/nobody/nothing");
  expect(nowhere).toMatchObject({ status: 404, caching: "no-store" });
  const guesses = [
    "/",
    "/acme",
    "/acme/shop",
    "/acme/shop/pull/1",
    `/acme/shop/commit/${headSha}`,
    `/repositories/${shop.repository.id}`,
    "/verdicts/1",
    `/reports/${reportOn(shop, headSha)?.externalId ?? ""}`,
    "/metrics/acme/shop",
    "/audit",
  ];
  for (const guess of guesses) expect(await get(guess), guess).toEqual(nowhere);
  const stranger = await get("/v1/gate/nobody/nothing");
  expect(stranger).toMatchObject({ status: 401, caching: "no-store" });
  expect(await get("/v1/gate/acme/shop")).toEqual(stranger);

  for (const page of ["/livez", "/readyz", "/metrics", "/syncz"]) {
    const { status, text } = await get(page);
    expect(status).toBe(200);
    for (const secret of ["acme", "shop", "checkout", headSha]) expect(text, page).not.toContain(secret);
  }

  const [status] = shop.repository.statuses(headSha);
  const { output } = reportOn(shop, headSha)!;
  expect(status?.target_url).toBeNull();
  expect(JSON.stringify([status, output])).not.toContain(shop.app.url);
});
