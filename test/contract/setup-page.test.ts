import { afterEach, describe, expect, it } from "vitest";
import { begin, send } from "./http-surface.ts";
import { acmeSuite } from "./acme-suite.ts";
import { filled, handoffOf, type SetupVisit, visitSetup } from "./setup-visit.ts";

const { acme } = acmeSuite();
const nowhere = "http://127.0.0.1:9";

let visit: SetupVisit;
afterEach(() => visit.stop());

describe("the setup page", () => {
  it("[T46] opens by the link from the log, once, and takes the token out of the address", async () => {
    visit = await visitSetup(nowhere);
    expect(visit.cookie).toMatch(/^burngate_setup=random-\d+$/);
    expect((await visit.get("/")).status).toBe(200);
    const second = await visit.get("/?token=the-token", "");
    expect(second.status).toBe(403);
    expect(second.text).toContain("opened before");
    expect(second.headers["set-cookie"]).toBeUndefined();
    expect((await visit.get("/?token=the-token")).status).toBe(200);
  });

  it("[T46] gives its cookie to scripts and to other sites' requests no way", async () => {
    visit = await visitSetup(nowhere, { token: "another" });
    const entered = await visit.get("/?token=another", "");
    expect(entered.status).toBe(303);
    expect(entered.headers.location).toBe("/");
    expect(entered.headers["set-cookie"]).toEqual([
      expect.stringMatching(/^burngate_setup=random-\d+; Path=\/; HttpOnly; SameSite=Lax$/) as string,
    ]);
  });

  it.each([
    ["no token and no cookie", "/", ""],
    ["a wrong token", "/?token=the-tokem", ""],
    ["an empty token", "/?token=", ""],
    ["a made-up cookie", "/", "burngate_setup=random-0"],
    ["the token as cookie", "/", "burngate_setup=the-token"],
  ])("[T46] is not shown to a stranger with %s", async (_, path, cookie) => {
    visit = await visitSetup(nowhere);
    const { status, text } = await visit.get(path, cookie);
    expect(status).toBe(403);
    expect(text).toContain("Open the link from the log");
    expect(text).not.toContain("<form");
    const posted = await visit.post(filled, { cookie });
    expect(posted.status).toBe(403);
    expect(posted.text).not.toContain("state=");
  });

  it("allows no script, nothing from elsewhere, no frame, and forms to us and to GitHub alone", async () => {
    visit = await visitSetup(nowhere, { gitHubUrl: "https://ghe.example" });
    const { headers, text } = await visit.get("/");
    expect(headers["content-security-policy"]).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; form-action 'self' https:\/\/ghe\.example; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["cache-control"]).toBe("no-store");
    expect(text).not.toMatch(/<script|<link|<img|style="|\son\w+=/);
  });

  it("tells every permission and event of app.yml with its reason, and what else is to be set", async () => {
    const remaining = [
      { variable: "DATA_SOURCES", message: "is not set", example: "DATA_SOURCES=/etc/sources.yml" },
    ];
    visit = await visitSetup(nowhere, { remaining: () => remaining, publicUrl: "https://gate.example" });
    const { text } = await visit.get("/");
    expect(text).toContain("the gate itself");
    for (const name of ["deployments", "merge_queues", "issue_comment", "deployment_status"])
      expect(text).toContain(`<code>${name}</code>`);
    expect(text).toMatch(/DATA_SOURCES.*is not set/s);
    expect(text).toContain('value="https://gate.example/api/github/webhooks"');
  });

  it("tells probes that it lives and is not ready, and GitHub that there is no App yet", async () => {
    visit = await visitSetup(nowhere);
    expect(await visit.get("/livez", "")).toMatchObject({ status: 200 });
    expect(await visit.get("/readyz", "")).toMatchObject({ status: 503 });
    expect(await send(visit.server, { method: "POST", path: "/api/github/webhooks" }, "{}")).toMatchObject({
      status: 503,
    });
    expect(await visit.get("//", "")).toMatchObject({ status: 404 });
    expect(await visit.get("/favicon.ico", "")).toMatchObject({ status: 404 });
    expect(visit.broke).toEqual([]);
  });
});

describe("the form", () => {
  it("is answered with a page whose button posts the manifest to the organisation's settings", async () => {
    const { github } = await acme();
    visit = await visitSetup(nowhere);
    const { status, text } = await visit.post(filled);
    expect(status).toBe(200);
    const { action, manifest } = handoffOf(text);
    expect(action).toMatch(
      /^https:\/\/github\.com\/organizations\/acme\/settings\/apps\/new\?state=random-\d+$/,
    );
    expect(manifest).toMatchObject({
      name: "burngate-acme",
      public: false,
      hook_attributes: { url: "https://gate.example/api/github/webhooks", active: true },
      redirect_url: `http://127.0.0.1:${visit.server.port}/registered`,
    });
    // The simulated GitHub refuses what GitHub's page would: unknown keys, events without their permission.
    expect(github.registerFromManifest(manifest, "acme")).toMatch(/^\w+$/);
  });

  it("leads to the person's settings, on whichever GitHub it is", async () => {
    visit = await visitSetup(nowhere, { gitHubUrl: "https://ghe.example" });
    const { text } = await visit.post({ ...filled, owner: "personal", organization: "" });
    expect(handoffOf(text).action).toMatch(/^https:\/\/ghe\.example\/settings\/apps\/new\?state=/);
  });

  it("sends the browser back to where it found the form, also through a proxy with https", async () => {
    visit = await visitSetup(nowhere, { publicUrl: "https://gate.example" });
    const { cookie } = visit;
    const proxied = { cookie, origin: "https://gate.example" };
    for (const headers of [proxied, { ...proxied, host: "gate.example" }])
      expect(handoffOf((await visit.post(filled, headers)).text).manifest).toMatchObject({
        redirect_url: "https://gate.example/registered",
      });
  });

  it.each(["https://evil.example", "null", "http://127.0.0.1:1"])(
    "is not taken from another site: %s",
    async (origin) => {
      visit = await visitSetup(nowhere);
      const { status, text } = await visit.post(filled, { cookie: visit.cookie, origin });
      expect(status).toBe(403);
      expect(text).toContain("another site");
    },
  );

  it("comes back with what was typed and what is wrong, for eyes and for screen readers", async () => {
    visit = await visitSetup(nowhere);
    const { status, text } = await visit.post({ ...filled, organization: `"><b>`, name: "" });
    expect(status).toBe(422);
    expect(text).toContain("<title>Error: ");
    expect(text).toContain('role="alert"');
    expect(text).toContain('value="&quot;&gt;&lt;b&gt;"');
    expect(text).not.toContain("<b>");
    expect(text.match(/aria-invalid="true"/g)).toHaveLength(2);
    expect(text).toMatch(/aria-describedby="name-wrong name-hint"/);
  });

  it("[T18] is refused above 16 KB, whoever sends it and however it is sent", async () => {
    visit = await visitSetup(nowhere);
    const large = await visit.post({ ...filled, name: "x".repeat(16 * 1024) });
    expect(large.status).toBe(413);
    const { cookie } = visit;
    const streamed = begin(visit.server, { method: "POST", path: "/register", headers: { cookie } });
    for (let kilobytes = 0; kilobytes < 64; kilobytes += 1) streamed.request.write("x".repeat(1024));
    streamed.request.end();
    expect((await streamed.answer).status).toBe(413);
    const fitting = "&more=".padEnd(16 * 1024 - new URLSearchParams(filled).toString().length, "x");
    const body = new URLSearchParams(filled).toString() + fitting;
    const sent = await send(visit.server, { method: "POST", path: "/register", headers: { cookie } }, body);
    expect(sent.status).toBe(200);
  });

  it("that breaks off is nobody's fault", async () => {
    visit = await visitSetup(nowhere);
    const broken = begin(visit.server, {
      method: "POST",
      path: "/register",
      headers: { "content-length": 1000 },
    });
    broken.request.write("owner=");
    broken.request.destroy();
    await expect(broken.answer).rejects.toThrow();
    expect((await visit.get("/livez")).status).toBe(200);
    expect(visit.broke).toEqual([]);
  });
});
