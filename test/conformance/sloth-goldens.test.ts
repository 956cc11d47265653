import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { run } from "../../src/cli/main.ts";
import { findBinary } from "../world/prometheus-binary.ts";

// Sloth's own examples and the rules that Sloth made of them lie in a folder beside this repository, which BURNGATE_SHARED
// names. A folder that is named and not there is an error, or nothing would be tested and all be well.
const shared = process.env["BURNGATE_SHARED"];
if (shared !== undefined && !statSync(shared, { throwIfNoEntry: false })?.isDirectory()) {
  throw new Error(`BURNGATE_SHARED names ${shared}, which is no folder`);
}
const withShared = shared === undefined ? it.skip : it;
const note = shared === undefined ? " (skipped: BURNGATE_SHARED names no folder with Sloth's examples)" : "";
const sloth = join(shared ?? "", "slo-data/sloth");
const examples = join(sloth, "examples");
const testdata = join(sloth, "test/integration/prometheus/testdata");

const folder = mkdtempSync(join(tmpdir(), "burngate-goldens-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What Sloth was called with for the goldens of its tests; each example was made with one label more. */
const calls: Readonly<Record<string, readonly string[]>> = {
  "out-base": ["in-base.yaml"],
  "out-base-28d": ["in-base.yaml", "--window", "28d"],
  "out-base-custom-windows-7d": ["in-base.yaml", "../windows/7d.yaml", "--window", "7d"],
  "out-base-extra-labels": ["in-base.yaml", "--extra-labels", "exk1=exv1", "--extra-labels", "exk2=exv2"],
  "out-base-k8s": ["in-base-k8s.yaml"],
  "out-base-no-alerts": ["in-base.yaml", "--disable-alerts"],
  "out-base-no-recordings": ["in-base.yaml", "--disable-recordings"],
  "out-multifile": ["in-multifile.yaml"],
  "out-multifile-k8s": ["in-multifile-k8s.yaml"],
  "out-openslo": ["in-openslo.yaml"],
  "out-sli-plugin": ["in-sli-plugin.yaml"],
  "out-slo-plugin": ["in-slo-plugin.yaml"],
  "out-slo-plugin-k8s": ["in-slo-plugin-k8s.yaml"],
};

const goCode = "only Sloth can run the Go code of its SLI";
const onlyInfo = "only Sloth can run the Go code of its plugin, which labels `sloth_slo_info`";

/** Goldens that we do not make, each with its reason. All others must be equal. */
const refused: Readonly<Record<string, string>> = {
  "plugin-getting-started": goCode,
  "plugin-k8s-getting-started": goCode,
  "out-sli-plugin": goCode,
};

/** Labels of `sloth_slo_info` that a team's own plugin adds, in goldens that are equal but for these. */
const ofPlugins: Readonly<Record<string, { readonly why: string; readonly labels: readonly string[] }>> = {
  "out-slo-plugin": { why: onlyInfo, labels: ["k1", "k2", "k4", "k5"] },
  "out-slo-plugin-k8s": { why: onlyInfo, labels: ["k1", "k2", "k4", "k5"] },
};

/** MetricsQL: Prometheus, and so promtool, cannot read what Sloth makes of it for VictoriaMetrics. */
const notPromql: ReadonlySet<string> = new Set(["victoria-metrics"]);

/** Labels with a `-`, which Sloth's own example has, are none before Prometheus 3. */
const ofVersion3: ReadonlySet<string> = new Set(["contrib-slo-plugins"]);

interface Golden {
  readonly name: string;
  readonly text: string;
  readonly args: readonly string[];
  readonly cwd: string;
}

function goldens(): readonly Golden[] {
  const generated = join(examples, "_gen");
  const ofExamples = readdirSync(generated).map((file) => ({
    name: file.replace(/\.ya?ml$/, ""),
    text: readFileSync(join(generated, file), "utf8"),
    args: [file, "--extra-labels", "cmd=examplesgen.sh"],
    cwd: examples,
  }));
  const outs = readdirSync(testdata).filter((file) => file.startsWith("out-"));
  const ofTests = outs.map((file) => {
    const name = file.replace(".yaml.tpl", "");
    // Go's templates: `{{"{{x}}"}}` is how they write `{{x}}`.
    const text = readFileSync(join(testdata, file), "utf8")
      .replaceAll(/\{\{"(.*?)"\}\}/g, "$1")
      .replaceAll("{{ .version }}", "dev");
    return { name, text, args: calls[name] ?? [], cwd: testdata };
  });
  return [...ofExamples, ...ofTests];
}

async function burngate(args: readonly string[], cwd: string) {
  const printed = { out: "", err: "" };
  const output = {
    out: (text: string) => void (printed.out += text),
    err: (text: string) => void (printed.err += `${text}\n`),
  };
  const environment = { variables: {}, readFile: () => "", modeOf: () => undefined };
  return { code: await run(["rules", ...args], environment, cwd, output), ...printed };
}

/** Rules as data, without what says who made them and how white space is laid. */
function rulesIn(text: string, without: readonly string[] = []): unknown {
  const documents = parseAllDocuments(text)
    .map((one) => one.toJS() as { groups?: unknown[] } | null)
    .filter((one) => one !== null);
  // For Prometheus, Sloth writes a document for each of a file's; Prometheus would load the first of them alone.
  const whole = documents.every(({ groups }) => groups !== undefined)
    ? { groups: documents.flatMap(({ groups }) => groups) }
    : documents;
  const dropped = new Set(["sloth_version", "app.kubernetes.io/managed-by", ...without]);
  return JSON.parse(
    JSON.stringify(whole, (key, value: unknown) =>
      dropped.has(key)
        ? undefined
        : key === "expr"
          ? String(value)
              .replaceAll(/\s+/g, " ")
              .replaceAll(/\s*([()])\s*/g, "$1")
              .trim()
          : value,
    ),
  );
}

const isOperator = (text: string): boolean => text.includes("kind: PrometheusRule");

const made = ({ text, args, cwd }: Golden) =>
  burngate([...args, "--format", isOperator(text) ? "prometheus-operator" : "prometheus"], cwd);

describe("burngate rules", () => {
  withShared(`makes of Sloth's own examples what Sloth makes of them${note}`, async () => {
    const all = goldens();
    expect(all).toHaveLength(31);
    const equal: string[] = [];
    for (const golden of all) {
      if (golden.name in refused) continue;
      const { out } = await made(golden);
      const extra = ofPlugins[golden.name]?.labels;
      expect(rulesIn(out), golden.name).toEqual(rulesIn(golden.text, extra));
      if (extra === undefined) equal.push(golden.name);
    }
    expect(equal).toHaveLength(26);
  });

  withShared(`refuses what only Sloth can make, and says so${note}`, async () => {
    for (const golden of goldens().filter(({ name }) => name in refused)) {
      const { code, out, err } = await made(golden);
      expect({ code, out }, golden.name).toEqual({ code: 1, out: "" });
      expect(err).toContain("is Go code that only Sloth can run [unsupported_sli]");
    }
    for (const golden of goldens().filter(({ name }) => name in ofPlugins)) {
      const { code, err } = await made(golden);
      expect(code, golden.name).toBe(0);
      expect(err).toContain("`integration-tests/plugin1`, which is a plugin that only Sloth can run");
    }
  });

  withShared(`makes files that Prometheus loads${note}`, async () => {
    const promtool = findBinary("promtool");
    for (const { name, args, cwd } of goldens()) {
      if (name in refused) continue;
      const { out } = await burngate(args, cwd);
      const file = join(folder, `${name}.yaml`);
      writeFileSync(file, out);
      const checked = promisify(execFile)(promtool, ["check", "rules", file]).then(
        () => "loads",
        (error: unknown) => (error as { readonly stderr: string }).stderr,
      );
      if (notPromql.has(name)) expect(await checked).toContain("unknown function");
      else if (ofVersion3.has(name)) expect(await checked).toMatch(/^loads$|invalid label name: plug-l/);
      else expect(await checked, name).toBe("loads");
    }
  });

  withShared(`makes files that Prometheus loads of every tool's examples${note}`, async () => {
    const data = join(shared ?? "", "slo-data");
    const texts = readdirSync(data, { recursive: true, encoding: "utf8" }).filter(
      (file) => /\.ya?ml$/.test(file) && !file.includes("_gen/"),
    );
    const written: string[] = [];
    for (const [index, file] of texts.entries()) {
      const { code, out, err } = await burngate([file], data);
      expect([0, 1], `${file}: ${err}`).toContain(code);
      if (code === 1) expect(err, file).toMatch(/ error: |no rules were made/);
      if (out === "" || notPromql.has(basename(file, ".yml")) || ofVersion3.has(basename(file, ".yml")))
        continue;
      const path = join(folder, `${index}.yaml`);
      writeFileSync(path, out);
      written.push(path);
    }
    expect(written.length).toBeGreaterThanOrEqual(70);
    await promisify(execFile)(findBinary("promtool"), ["check", "rules", ...written]);
  });
});
