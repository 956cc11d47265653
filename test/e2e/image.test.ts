import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { startGitHub } from "../world/github.ts";
import { startProcess } from "../world/process.ts";

const dockerfile = readFileSync(new URL("../../Dockerfile", import.meta.url), "utf8").replaceAll(
  /\\\n\s*/g,
  " ",
);

/** The last instruction of a name, as the list of words that its exec form holds. */
function execForm(pattern: RegExp): [string, ...string[]] {
  const found = [...dockerfile.matchAll(pattern)].at(-1)?.[1];
  return JSON.parse(found ?? "[]") as [string, ...string[]];
}

it("starts by the image's CMD, is alive by its HEALTHCHECK, and stops on SIGTERM; not alive fails the check", async () => {
  const github = await startGitHub({ webhookSecret: "0123456789abcdef0123456789abcdef" });
  const command = execForm(/^CMD (\[.*\])$/gm);
  const app = await startProcess({ github, prometheusUrl: "http://127.0.0.1:9", command });
  const [program, ...args] = execForm(/^HEALTHCHECK .*? CMD (\[.*\])$/gm);
  const alive = { env: { PATH: process.env["PATH"] ?? "", PORT: new URL(app.url).port } };
  await promisify(execFile)(program, args, alive);
  expect(await app.end("SIGTERM")).toBe(0);
  await expect(promisify(execFile)(program, args, alive)).rejects.toMatchObject({ code: 1 });
  await app.remove();
  await github.stop();
  github.assertClean();
});

it("has the command line by its name: the link that the image makes works as the file does", async () => {
  const [, target = "", name = ""] = /ln -s \/app\/(\S+) \/usr\/local\/bin\/(\S+)/.exec(dockerfile) ?? [];
  expect(name).toBe("burngate");
  const folder = mkdtempSync(join(tmpdir(), "burngate-image-"));
  const link = join(folder, name);
  symlinkSync(join(import.meta.dirname, "../..", target), link);
  const { stdout } = await promisify(execFile)(process.execPath, [link, "check", "--help"]);
  expect(stdout).toContain("burngate check --url");
  rmSync(folder, { recursive: true });
});
