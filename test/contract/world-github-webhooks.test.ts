import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { appJwt, ask, at } from "../world/github-client.ts";
import { startReceiver, type Receiver } from "../world/github-receiver.ts";
import type { GitHub } from "../world/github.ts";
import { acmeSuite } from "./acme-suite.ts";

const { acme, keep } = acmeSuite();

async function receiver(github: GitHub, status?: () => number): Promise<Receiver> {
  const started = await startReceiver(status);
  keep(started);
  github.sendWebhooksTo(started.url);
  return started;
}

describe("webhooks", () => {
  it("signs the raw body and names hook, event and app", async () => {
    const { github, installation, shop } = await acme();
    const { received } = await receiver(github);
    shop.openPull({ head: "fix", author: "bob" });
    await github.settled();
    const opened = received.find(({ payload }) => at(payload, "action") === "opened");
    expect(opened?.headers).toMatchObject({
      "x-github-event": "pull_request",
      "x-github-hook-installation-target-id": String(github.appId),
      "x-hub-signature-256": `sha256=${createHmac("sha256", github.webhookSecret)
        .update(opened?.raw ?? "")
        .digest("hex")}`,
    });
    expect(opened?.headers["user-agent"]).toMatch(/^GitHub-Hookshot\//);
    expect(opened?.payload).toMatchObject({
      number: 1,
      installation: { id: installation.id },
      sender: { login: "bob" },
      repository: { id: shop.id },
    });
    github.assertClean();
  });

  it("sends all that people do in a schema that GitHub could have sent", async () => {
    const { github, installation, shop } = await acme({
      events: ["pull_request", "push", "repository", "status", "issue_comment"],
    });
    shop.commit("release", {});
    const { number, headSha } = shop.openPull({ head: "fix", author: "bob", body: "why", draft: true });
    shop.setDraft(number, false);
    shop.push(number, { x: "1" }, { by: "ann" });
    shop.retarget(number, "release", { by: "bob" });
    shop.editBody(number, "because");
    shop.editTitle(number, "Fix");
    shop.setAutoMerge(number, true);
    shop.close(number);
    shop.reopen(number);
    shop.comment(number, "hm", { by: "ann" });
    shop.setStatus(headSha, { state: "success", context: "ci" }, { by: "ann" });
    shop.merge(number, { by: "ann" });
    shop.move("fix", undefined, { by: "ann" });
    shop.publicize();
    installation.accept({ ...installation.permissions, checks: "write" });
    shop.transfer("globex", {
      installation: github.installation({ account: "globex", accountType: "User" }),
    });
    shop.delete();
    installation.delete();
    github.assertClean();
    const names = new Set(
      github.deliveries.map(({ event, action }) => (action === null ? event : `${event}.${action}`)),
    );
    for (const name of [
      "push",
      "status",
      "pull_request.synchronize",
      "pull_request.closed",
      "repository.transferred",
      "repository.deleted",
      "installation.deleted",
    ]) {
      expect(names).toContain(name);
    }
  });

  it("sends nothing that the installation did not accept, nor to a suspended one", async () => {
    const { github, installation, shop } = await acme();
    const made = (): number => github.deliveries.filter(({ event }) => event === "pull_request").length;
    installation.accept({ contents: "read" });
    shop.openPull({ head: "a", author: "bob" });
    installation.accept({ pull_requests: "read" });
    installation.suspend();
    shop.openPull({ head: "b", author: "bob" });
    expect(made()).toBe(0);
    installation.unsuspend();
    shop.openPull({ head: "c", author: "bob" });
    expect(made()).toBe(1);
  });

  it("never tries again by itself; a redelivery has the same GUID", async () => {
    const { github, shop, pass } = await acme();
    let status = 503;
    const { received } = await receiver(github, () => status);
    shop.openPull({ head: "fix", author: "bob" });
    await github.settled();
    const failed = received.length;
    expect(failed).toBe(2);
    status = 202;
    pass(1);
    expect((await github.redeliverFailed()).map((attempt) => [attempt.status, attempt.redelivery])).toEqual([
      [202, true],
      [202, true],
    ]);
    const guids = received.map(({ headers }) => headers["x-github-delivery"]);
    expect(new Set(guids.slice(failed))).toEqual(new Set(guids.slice(0, failed)));
    const log = await ask(github, appJwt(github), "GET /app/hook/deliveries?per_page=3");
    expect(log.body).toMatchObject([
      { status_code: 202, redelivery: true },
      { status_code: 202, redelivery: true },
      { status_code: 503, redelivery: false },
    ]);
    const next = /<([^>]+)>; rel="next"/.exec(log.headers.get("link") ?? "")?.[1] ?? "";
    const rest = await ask(github, appJwt(github), `GET ${next.slice(github.url.length)}`);
    expect(rest.body).toMatchObject([{ status: "Invalid HTTP Response: 503" }]);
    expect(
      (
        await ask(
          github,
          appJwt(github),
          `POST /app/hook/deliveries/${String(at(rest.body, 0, "id"))}/attempts`,
        )
      ).status,
    ).toBe(202);
    await github.settled();
    expect(received).toHaveLength(5);
    pass(3 * 86_400);
    expect((await ask(github, appJwt(github), "GET /app/hook/deliveries")).body).toEqual([]);
    github.assertClean();
  });

  it("is held, shuffled and doubled at will", async () => {
    const { github, shop } = await acme();
    const { received } = await receiver(github);
    github.holdWebhooks();
    const { number } = shop.openPull({ head: "fix", author: "bob" });
    shop.label(number, "hotfix", { by: "ann" });
    await github.settled();
    expect(received).toEqual([]);
    const [opened, labeled] = github.deliveries
      .filter(({ event }) => event === "pull_request")
      .map(({ guid }) => guid);
    await github.deliverAll({ order: [labeled ?? "", opened ?? "", labeled ?? ""] });
    expect(received.map(({ payload }) => at(payload, "action"))).toEqual(["labeled", "opened", "labeled"]);
  });

  it("is the same world again from the same seed", async () => {
    const story = async (): Promise<unknown> => {
      const { github, shop, installation } = await acme();
      const { headSha } = shop.openPull({ head: "fix", author: "bob" });
      return [installation.id, shop.id, headSha, github.deliveries.map(({ guid }) => guid)];
    };
    expect(await story()).toEqual(await story());
  });
});
