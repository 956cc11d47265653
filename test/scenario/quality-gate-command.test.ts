import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";
import { service, story } from "../world/checkout.ts";
import { startPrometheus, type Prometheus } from "../world/prometheus.ts";

const slo = `spec_version: "0.1.1"
objectives:
  - sli: error_share
    displayName: Errors
    key_sli: true
    pass: [{criteria: ["<=0.01", "<=+10%"]}]
    warning: [{criteria: ["<=0.05"]}]
  - sli: throughput
    pass: [{criteria: [">10"]}]
  - sli: load
total_score: {pass: "90%", warning: "75%"}
`;

const sli = `indicators:
  error_share: sum(rate(http_requests_total{service="$SERVICE",code="500"}[$DURATION_SECONDS])) / sum(rate(http_requests_total{service="$SERVICE"}[$DURATION_SECONDS]))
  throughput: sum(rate(http_requests_total{service="$SERVICE"}[$DURATION_SECONDS]))
`;

let prometheus: Prometheus;
let folder: string;

beforeAll(async () => {
  const share = (at: number): number => (at >= story.outage && at < story.mended ? 0.5 : 0.005);
  prometheus = await startPrometheus({ history: service("carts", share) });
  folder = mkdtempSync(join(tmpdir(), "burngate-quality-"));
  writeFileSync(join(folder, "slo.yaml"), slo);
  writeFileSync(join(folder, "sli.yaml"), sli);
});

afterAll(async () => {
  await prometheus.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function gate(at: number, ...more: string[]): Promise<{ code: number; out: string; err: string }> {
  const printed = { out: "", err: "" };
  const output = {
    out: (text: string) => void (printed.out += text),
    err: (text: string) => void (printed.err += text),
  };
  const times = ["--start", new Date(at - 600_000).toISOString(), "--end", new Date(at).toISOString()];
  const files = ["slo.yaml", "--sli", "sli.yaml", "--service", "carts", "--data-source", prometheus.url];
  const environment = {
    variables: {},
    readFile: (path: string) => readFileSync(path, "utf8"),
    modeOf: () => undefined,
  };
  const code = await run(["quality-gate", ...files, ...times, ...more], environment, folder, output);
  return { code, ...printed };
}

it("passes a calm service, and names what has no query of its own", async () => {
  const { code, out } = await gate(story.calm);
  expect(code).toBe(0);
  expect(out).toMatchInlineSnapshot(`
    "2026-10-01T08:50:00.000Z to 2026-10-01T09:00:00.000Z
      pass  Errors      0.005  <=0.01 (0.01) met; <=+10% (0) met; <=0.05 (0.05) met
      pass  throughput  100    >10 (10) met
      info  load        –
    Not measured:
      load: unable to get metriy query: unsupported SLI
    pass, score 100
    "
  `);
});

it("fails a burning one, whatever else is well", async () => {
  const { code, out } = await gate(story.burning);
  expect(code).toBe(1);
  expect(out).toContain("fail, score 50: Evaluation failed due to key_sli objective 'Errors'");
});

it("prints what Keptn's event holds, with the queries that were asked", async () => {
  const { out } = await gate(story.calm, "--json");
  const { data, asked } = JSON.parse(out) as { data: object; asked: readonly { query?: string }[] };
  expect(data).toMatchObject({ service: "carts", status: "succeeded", result: "pass" });
  expect(asked[1]?.query).toBe('sum(rate(http_requests_total{service="carts"}[600s]))');
});

it("[T33] refuses a name that could break out of a query", async () => {
  const { code, err } = await gate(story.calm, "--label", 'build=1"} or vector(0)');
  expect(code).toBe(64);
  expect(err).toContain("may hold letters, digits");
});

it("shows quality gates of a policy beside its objectives, when a branch is checked", async () => {
  writeFileSync(
    join(folder, "policy.yml"),
    "version: 1\nquality_gates: [{keptn: slo.yaml, sli: sli.yaml, service: carts}]\n",
  );
  const printed = { out: "", err: "" };
  const output = {
    out: (text: string) => void (printed.out += text),
    err: (text: string) => void (printed.err += text),
  };
  const environment = {
    variables: {},
    readFile: (path: string) => readFileSync(path, "utf8"),
    modeOf: () => undefined,
  };
  // Today lies behind the story, so nothing is answered.
  const args = ["check", "--policy", "policy.yml", "--data-source", prometheus.url];
  expect(await run(args, environment, folder, output)).toBe(1);
  expect(printed.out).toContain("slo.yaml (keptn): fail, score 0: ");
  expect(printed.out).toContain("    fail     Errors: not measured, <=0.01");
});
