import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";

const folder = fileURLToPath(new URL("../fixtures/gates", import.meta.url));

interface Told {
  ok: boolean;
  problems: readonly { code: string; key: string; position: { line: number }; message: string }[];
}

/** What the command says of a file: its exit code, and its problems as `line key code`, sorted. */
async function lint(file: string) {
  let text = "";
  const output = { out: (line: string) => (text += line), err: () => {} };
  const environment = { variables: {}, readFile: () => "", modeOf: () => undefined };
  const code = await run(["lint", "--format", "json", file], environment, folder, output);
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
