import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";
import { problemCodes } from "../../src/domain/problem.ts";
import { judgeGate, readQualityFile } from "../../src/quality/gate-file.ts";

const folder = fileURLToPath(new URL("../fixtures/gates", import.meta.url));

interface Told {
  ok: boolean;
  problems: readonly { code: string; key: string; position: { line: number }; message: string }[];
}

/** What the command says of a file: its exit code, and its problems as `line key code`, sorted. */
async function lint(file: string, at = folder, ...more: readonly string[]) {
  let text = "";
  const output = { out: (line: string) => (text += line), err: () => {} };
  const environment = { variables: {}, readFile: () => "", modeOf: () => undefined };
  const code = await run(["lint", "--format", "json", file, ...more], environment, at, output);
  const { problems } = JSON.parse(text) as Told;
  const told = problems.map(({ code: kind, key, position: { line } }) => `${line} ${key} ${kind}`);
  return { code, told, messages: problems.map(({ message }) => message) };
}

it("names an AnalysisTemplate's interval without count, and failures that are not consecutive", async () => {
  const { code, told, messages } = await lint("burn-rate.analysis.yaml");
  expect(code).toBe(0);
  expect(told).toEqual([
    "11 spec.metrics[0].interval never_ends",
    "12 spec.metrics[0].failureLimit not_consecutive",
    "19 spec.metrics[1].interval never_ends",
    "20 spec.metrics[1].failureLimit not_consecutive",
    "21 spec.metrics[1].failureCondition passes_without_data",
    "21 spec.metrics[1].failureCondition any_series",
  ]);
  expect(messages[1]).toMatch(/not consecutive ones: it fails on the 4th/);
});

it("names what a step of curl, jq and bc lets pass", async () => {
  const { told, messages } = await lint("deploy.workflow.yml");
  expect(told).toEqual([
    "17 run passes_without_data",
    "15 run passes_without_data",
    "16 run any_series",
    "15 run any_series",
  ]);
  expect(messages[0]).toMatch(/NaN and an empty answer .* the step goes on to deploy/);
  expect(messages[2]).toMatch(/the first of however many series/);
  expect(messages[3]).toMatch(/without a label/);
});

it("has nothing to say of a canary that is right", async () => {
  expect(await lint("checkout.canary.yaml")).toMatchObject({ code: 0, told: [] });
});

it("names an alert's arithmetic: 14.4 over an hour are 2 % of the budget, gone in 50 hours", async () => {
  const { told, messages } = await lint("burn.alerts.yaml");
  expect(told).toEqual(["12 groups[0].rules[0].annotations.description wrong_arithmetic"]);
  expect(messages[0]).toMatch(/5% of it and an end within 5 days: 14\.4 over 1h spends 2% .* 50 hours/);
});

it("reads the same files as gates", () => {
  const read = (tool: "argo" | "flagger", file: string, args: Readonly<Record<string, string>>) => {
    const reading = readQualityFile(tool, readFileSync(join(folder, file), "utf8"), file, args);
    if (reading.kind === "unusable") throw new Error(JSON.stringify(reading.problems));
    return reading.gate;
  };
  const answers = (...values: readonly string[]) => {
    const names = ["fast-burn", "slow-burn", "request-success-rate", "request-duration", "burn-rate"];
    return new Map(
      names.map((name, index) => [name, { resultType: "vector", values: [values[index] ?? "NaN"] }]),
    );
  };
  const template = read("argo", "burn-rate.analysis.yaml", { service: "checkout" });
  expect(judgeGate(template, answers("1", "1")).result).toBe("pass");
  expect(judgeGate(template, answers("15", "1")).result).toBe("fail");
  // Argo's own answer would be Successful.
  expect(judgeGate(template, answers("1", "NaN")).result).toBe("error");
  const canary = read("flagger", "checkout.canary.yaml", {});
  expect(judgeGate(canary, answers("", "", "99.5", "300", "1")).result).toBe("pass");
  expect(judgeGate(canary, answers("", "", "99.5", "300", "15")).result).toBe("fail");
  expect(judgeGate(canary, answers("", "", "NaN", "300", "1")).result).toBe("error");
});

it("is told in full on the page of lints", () => {
  const page = readFileSync(new URL("../../docs/lints.md", import.meta.url), "utf8");
  const codes = problemCodes.slice(problemCodes.indexOf("passes_without_data"));
  expect(codes.length).toBeGreaterThan(5);
  expect(codes.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
});

it("names the mistakes of files that a policy points at, once", async () => {
  const policy =
    "version: 1\nquality_gates:\n  - {argo: burn-rate.analysis.yaml, args: {service: checkout}}\n";
  const at = mkdtempSync(join(tmpdir(), "burngate-lint-"));
  writeFileSync(join(at, "policy.yml"), policy);
  cpSync(join(folder, "burn-rate.analysis.yaml"), join(at, "burn-rate.analysis.yaml"));
  try {
    const { code, told } = await lint("policy.yml", at);
    expect({ code, first: told[0], count: told.length }).toEqual({
      code: 0,
      first: "11 spec.metrics[0].interval never_ends",
      count: 6,
    });
    expect((await lint("policy.yml", at, "burn-rate.analysis.yaml")).told).toEqual(told);
    writeFileSync(join(at, "policy.yml"), policy.replace(", args: {service: checkout}", ""));
    expect((await lint("policy.yml", at)).code).toBe(1);
  } finally {
    rmSync(at, { recursive: true });
  }
});
