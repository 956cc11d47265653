/** Onboarding as a person lives it: npm start, a link, two pages, GitHub's page, and the App runs. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startChromium } from "../world/chromium.ts";
import { type GitHubSettings, startGitHubSettings } from "../world/github-settings.ts";
import { type GitHub, startGitHub } from "../world/github.ts";
import { send } from "../contract/http-surface.ts";
import { freePort, type SetupStart, startWithoutApp } from "./setup-start.ts";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

let browser: Browser;
let github: GitHub;
let settings: GitHubSettings;
let folder: string;
let child: ChildProcess | undefined;

beforeAll(async () => {
  browser = await startChromium();
});
afterAll(() => browser.close());

beforeEach(async () => {
  github = await startGitHub({ webhookSecret: "0123456789abcdef0123456789abcdef" });
  settings = await startGitHubSettings(github);
  folder = mkdtempSync(join(tmpdir(), "burngate-browser-"));
  const sources = "data_sources: [{id: main, url: 'http://127.0.0.1:9', repositories: ['acme/*']}]\n";
  writeFileSync(join(folder, "sources.yml"), sources);
});
afterEach(async () => {
  child?.kill("SIGKILL");
  await Promise.all(browser.contexts().map(async (context) => context.close()));
  await settings.stop();
  await github.stop();
  rmSync(folder, { recursive: true });
  github.assertClean();
});

/** Starts the app with a data source, on this GitHub. */
async function start(more: Readonly<Record<string, string>> = {}): Promise<SetupStart> {
  const variables = {
    GITHUB_API_URL: settings.apiUrl,
    DATA_SOURCES: join(folder, "sources.yml"),
    ...more,
  };
  const started = await startWithoutApp(folder, variables);
  child = started.process;
  return started;
}

async function open(link: string, width = 1000, scheme: "light" | "dark" = "light"): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme });
  const page = await context.newPage();
  await page.goto(link);
  return page;
}

/** Fills in the form as somebody of acme and goes on to GitHub's page. */
async function fill(page: Page): Promise<void> {
  await page.getByLabel("Organisation's login").fill("acme");
  await page.getByLabel("Name").fill("burngate-acme");
  await page.getByLabel("Where GitHub sends events").fill("https://gate.acme.example");
  await page.getByRole("button", { name: "Continue" }).click();
}

async function look(page: Page, name: string): Promise<void> {
  const place = process.env["SCREENSHOTS"];
  if (place !== undefined) await page.screenshot({ path: join(place, `${name}.png`), fullPage: true });
}

/** Whether something reaches beyond the window's edge. */
async function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth");
}

describe("in a browser, the setup", () => {
  it("[T46] goes from the link to an App that runs, without a restart, and tells nobody its secrets", async () => {
    const fixed = await freePort();
    const app = await start({ PORT: String(fixed) });
    const page = await open(app.link);
    const seen: string[] = [];
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (!message.location().url.endsWith("/favicon.ico")) complaints.push(message.text());
    });
    page.on("load", (loaded) => {
      loaded.content().then(
        (content) => seen.push(content),
        () => undefined,
      );
    });
    expect(page.url()).not.toContain("token");
    await look(page, "form");
    await fill(page);
    await look(page, "handoff");
    await page.getByRole("button", { name: "Continue to GitHub" }).click();
    expect(new URL(page.url()).origin).toBe(settings.url);
    await page.getByLabel("GitHub App name").fill("burngate-of-acme");
    await page.getByRole("button", { name: "Create GitHub App" }).click();

    await page.getByRole("heading", { name: "Your GitHub App is registered" }).waitFor();
    await look(page, "registered");
    const link = page.getByRole("link", { name: "Install the App" });
    expect(await link.getAttribute("href")).toBe(
      "https://github.com/apps/burngate-of-acme/installations/new",
    );
    seen.push(await page.content());

    const path = join(folder, "data", "credentials.json");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const stored = JSON.parse(readFileSync(path, "utf8")) as Record<string, string>;
    const { port } = await app.logged("listening");
    expect(port).toBe(fixed);
    const body = JSON.stringify({ zen: "Keep it logically awesome.", hook_id: 1 });
    const signature = createHmac("sha256", String(stored["webhook_secret"])).update(body).digest("hex");
    const headers = {
      "x-github-delivery": "11111111-2222-11f1-3333-444444444444",
      "x-github-event": "ping",
      "x-hub-signature-256": `sha256=${signature}`,
    };
    const hook = { method: "POST", path: "/api/github/webhooks", headers };
    expect(await send({ port: Number(port) }, hook, body)).toMatchObject({ status: 202 });

    const key = String(stored["private_key"]).split("\n")[5];
    expect(key).toHaveLength(64);
    for (const told of [app.written(), ...seen])
      for (const secret of [key, JSON.stringify(key).slice(1, -1), String(stored["webhook_secret"])])
        expect(told).not.toContain(secret);
    expect(complaints).toEqual([]);
    app.process.kill("SIGTERM");
    expect(await app.exit).toEqual([0, null]);
  });

  it("tells what is wrong beside each field, and keeps what was typed", async () => {
    const page = await open((await start()).link, 400);
    await page.getByRole("button", { name: "Continue" }).click();
    const alert = page.getByRole("alert");
    expect(await alert.getByRole("link").count()).toBe(2);
    expect(await isTooWide(page)).toBe(false);
    await look(page, "wrong");
    await alert.getByRole("link").first().click();
    const field = page.getByLabel("Organisation's login");
    expect(await field.evaluate("document.activeElement.id")).toBe("organization");
    await fill(page);
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Ask GitHub");
  });

  it.each([["light"], ["dark"]] as const)(
    "fits into 400 pixels, and names everything, %s",
    async (scheme) => {
      const app = await start({ DATA_SOURCES: "" });
      const page = await open(app.link, 400, scheme);
      expect(await isTooWide(page)).toBe(false);
      await look(page, `form-400-${scheme}`);
      const tree = await page.locator("body").ariaSnapshot();
      expect(tree).toContain('heading "Register your GitHub App" [level=1]');
      expect(tree).toContain('group "Whose App will it be?"');
      expect(tree).toContain('radio "An organisation\'s" [checked]');
      expect(tree).toContain('textbox "Where GitHub sends events"');
      expect(tree).toContain("DATA_SOURCES");
      await fill(page);
      expect(await isTooWide(page)).toBe(false);
      await look(page, `handoff-400-${scheme}`);
      await page.getByRole("button", { name: "Continue to GitHub" }).click();
      await page.getByRole("button", { name: "Create GitHub App" }).click();
      await page.getByRole("heading", { name: "Your GitHub App is registered" }).waitFor();
      expect(await isTooWide(page)).toBe(false);
      await look(page, `registered-400-${scheme}`);
      expect(await page.locator("main").textContent()).toMatch(/has stopped.*DATA_SOURCES/s);
      expect(await app.exit).toEqual([78, null]);
    },
  );

  it("[T46] is shut to a second browser", async () => {
    const { link } = await start();
    await open(link);
    const other = await open(link, 400);
    expect(await other.getByRole("heading", { level: 1 }).textContent()).toBe("This link was opened before");
    await look(other, "used-400");
  });

  it("can be broken off with Ctrl-C, and leaves nothing", async () => {
    const app = await start();
    await open(app.link);
    app.process.kill("SIGINT");
    expect(await app.exit).toEqual([0, null]);
    expect(() => statSync(join(folder, "data"))).toThrow(/ENOENT/);
  });

  it("says what is wrong with its own settings and ends", async () => {
    const env = { PORT: "x", PUBLIC_URL: "http://gate.example" };
    const started = spawn(process.execPath, [main], {
      cwd: folder,
      env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    child = started;
    const [told, exit] = await Promise.all([text(started.stderr), once(started, "exit")]);
    expect(exit).toEqual([78, null]);
    expect(told).toMatch(/PORT must be.*PUBLIC_URL must be https/s);
  });
});
