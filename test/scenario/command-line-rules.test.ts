import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { run } from "../../src/cli/main.ts";
import { slothFile } from "../unit/slo/made-rules.ts";
import { findBinary } from "../world/prometheus-binary.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "burngate-rules-"));
  writeFileSync(join(folder, "pay.yaml"), slothFile());
  writeFileSync(join(folder, "magic.yaml"), slothFile({ name: "magic", sli: "{plugin: {id: magic}}" }));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function rules(...args: readonly string[]) {
  const printed = { out: "", err: "" };
  const output = {
    out: (text: string) => void (printed.out += text),
    err: (text: string) => void (printed.err += `${text}\n`),
  };
  const environment = { variables: {}, readFile: () => "", modeOf: () => undefined };
  return { code: await run(["rules", ...args], environment, folder, output), ...printed };
}

const inFolder = (name: string): string => readFileSync(join(folder, name), "utf8");

describe("burngate rules", () => {
  it("prints rules that Prometheus loads, and nothing else", async () => {
    const { code, out, err } = await rules("pay.yaml");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.split("\n").slice(0, 3)).toEqual([
      "# Made by: burngate rules pay.yaml",
      "# Do not edit: change the SLO files and make it again.",
      "groups:",
    ]);
    writeFileSync(join(folder, "rules.yaml"), out);
    const { stdout } = await promisify(execFile)(findBinary("promtool"), [
      "check",
      "rules",
      join(folder, "rules.yaml"),
    ]);
    expect(stdout).toContain("SUCCESS: 17 rules found");
  });

  it("makes the window, the labels and the kinds of rules that are asked for", async () => {
    const { out } = await rules(
      "pay.yaml",
      "--window",
      "28d",
      "--extra-labels",
      "dc=a=b",
      "--disable-alerts",
    );
    expect(out).toContain("record: slo:sli_error:ratio_rate4w");
    expect(out).toContain("dc: a=b");
    expect(out).not.toContain("alert:");
    expect((await rules("pay.yaml", "--exact-period")).out).toContain("(sum(rate(all[30d])))");
    expect((await rules("pay.yaml", "--disable-recordings")).out).not.toContain("record:");
    expect((await rules("pay.yaml", "--format", "prometheus-operator")).out).toContain(
      "kind: PrometheusRule",
    );
  });

  it("writes the rest where something cannot be made, says what, and ends with 1", async () => {
    const { code, out, err } = await rules("magic.yaml", "pay.yaml", "gone.yaml", ".");
    expect(code).toBe(1);
    expect(out).toContain("sloth-slo-alerts-shop-pay");
    expect(err).toContain("magic.yaml:6:5 error: slos[0] has no rules made of it");
    expect(err).toContain(
      "gone.yaml:1:1 error: is not there or cannot be read; check the path [file_missing]",
    );
    expect(err).toContain("is not a file; name an SLO file [not_a_file]");
  });

  it("tells programs everything in one answer", async () => {
    const { code, out, err } = await rules("magic.yaml", "pay.yaml", "--format", "json");
    expect({ code, err }).toEqual({ code: 1, err: "" });
    const answer = JSON.parse(out) as { ok: boolean; groups: object[]; problems: { code: string }[] };
    expect(answer.ok).toBe(false);
    expect(answer.groups).toHaveLength(3);
    expect(answer.problems.map((one) => one.code)).toEqual(["unsupported_sli"]);
    expect(JSON.parse((await rules("pay.yaml", "--format", "json")).out)).toMatchObject({
      ok: true,
      problems: [],
    });
  });

  it("writes a file whole and leaves nothing beside it", async () => {
    writeFileSync(join(folder, "rules.yaml"), "old");
    const { code, out, err } = await rules("pay.yaml", "--out", "rules.yaml");
    expect({ code, out, err }).toEqual({
      code: 0,
      out: "",
      err: "burngate: 17 rules of 1 SLO written to rules.yaml\n",
    });
    expect((parse(inFolder("rules.yaml")) as { groups: object[] }).groups).toHaveLength(3);
    expect(readdirSync(folder).toSorted()).toEqual(["magic.yaml", "pay.yaml", "rules.yaml"]);
  });

  it("leaves what was written before where it makes nothing or cannot write", async () => {
    writeFileSync(join(folder, "rules.yaml"), "old");
    mkdirSync(join(folder, "taken"));
    const none = await rules("magic.yaml", "--out", "rules.yaml");
    expect(none.code).toBe(1);
    expect(none.err).toContain("no rules were made, and nothing was written");
    expect(inFolder("rules.yaml")).toBe("old");
    const taken = await rules("pay.yaml", "--out", "taken");
    expect(taken.code).toBe(64);
    expect(taken.err).toContain("taken cannot be written");
    expect(readdirSync(folder).toSorted()).toEqual(["magic.yaml", "pay.yaml", "rules.yaml", "taken"]);
    const nowhere = await rules("pay.yaml", "--out", "no/such/folder.yaml");
    expect(nowhere.code).toBe(64);
    expect(nowhere.err).toContain("folder.yaml cannot be written");
  });

  it("lets no file name end the remark that names it", async () => {
    writeFileSync(join(folder, "a\ngroups: []\n.yaml"), slothFile());
    const { out } = await rules("a\ngroups: []\n.yaml");
    expect(out.split("\n")[0]).toBe("# Made by: burngate rules a groups: [] .yaml");
  });

  it.each([
    [[], "name at least one file"],
    [["pay.yaml", "--format", "text"], "--format wants one of prometheus, prometheus-operator, json"],
    [["pay.yaml", "--window", "4 weeks"], "--window wants a duration"],
    [["pay.yaml", "--extra-labels", "a"], "--extra-labels wants NAME=VALUE"],
    [["pay.yaml", "--extra-labels", "__name__=a"], "--extra-labels wants NAME=VALUE"],
    [["pay.yaml", "--disable-alerts", "--disable-recordings"], "leave nothing to make"],
    [["pay.yaml", "--nonsense"], "--nonsense"],
  ])("refuses the call %j", async (args, words) => {
    const { code, out, err } = await rules(...args);
    expect({ code, out }).toEqual({ code: 64, out: "" });
    expect(err).toContain(words);
  });

  it("explains itself", async () => {
    expect((await rules("--help")).out).toContain("--exact-period");
  });
});
