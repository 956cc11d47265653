import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { reportFloors, type FloorReport } from "./floor-report.ts";
import { houseRoot } from "./planted-house.ts";
import { sourceFileFaults, sourceFiles } from "./source-file.ts";

const FLOORS = [
  "domain",
  "calendar",
  "slo",
  "policy",
  "quality",
  "action",
  "callers",
  "events-out",
  "gitlab",
  "client",
  "gate",
  "github",
  "prometheus",
  "store",
  "http",
  "setup",
  "dashboard",
  "cli",
  "observe",
];
const START = [
  "src/main.ts",
  "src/compose.ts",
  "src/config.ts",
  "src/credentials.ts",
  "src/environment.ts",
  "src/operator-files.ts",
  "src/system-clock.ts",
];

let files: string[];
beforeAll(async () => {
  files = await sourceFiles(houseRoot, "src");
});

describe("the floors", () => {
  let report: FloorReport;
  beforeAll(async () => {
    report = await reportFloors(houseRoot);
  });

  it("are kept by every import", () => {
    expect(report.violations).toEqual([]);
  });

  it("are judged from every file, for a judge that saw nothing finds nothing", () => {
    expect(report.files.length).toBeGreaterThan(0);
    expect(report.files.toSorted()).toEqual(files);
  });

  it("have a place for every file", () => {
    const stray = files.filter((file) => !START.includes(file) && !FLOORS.includes(file.split("/")[1] ?? ""));
    expect(stray).toEqual([]);
  });

  it("say why, rule by rule", async () => {
    const { forbidden } = JSON.parse(await readFile(join(houseRoot, ".dependency-cruiser.json"), "utf8")) as {
      forbidden: { name: string; comment?: string; severity: string }[];
    };
    for (const rule of forbidden) {
      expect(rule.comment, rule.name).toMatch(/^[A-Z].{30,}\.$/);
      expect(rule.severity, rule.name).toBe("error");
    }
  });
});

describe("source files", () => {
  it("are short and have a name that says something", async () => {
    const faults = await Promise.all(files.map((file) => sourceFileFaults(houseRoot, file)));
    expect(faults.flat()).toEqual([]);
  });
});
