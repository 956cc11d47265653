import { describe, expect, it } from "vitest";
import { brief, plain, readAll } from "./sloth-files.ts";

const problems = (text: string): readonly string[] => brief(readAll([text]).problems);

describe("a Helm template that nobody rendered", () => {
  it.each([
    ["a value where YAML wants one", `service: {{ .Values.service }}\n${plain()}`],
    ["a block of control", `{{- if .Values.slo }}\n${plain()}{{- end }}\n`],
    ["a loop without any value", `{{- range $i := until 3 }}\n${plain()}{{ end }}\n`],
    ["an include", `labels: {{ include "shop.labels" . | nindent 2 }}\n`],
  ])("is named as one where it is no YAML, with %s", (_, text) => {
    const found = readAll([text]).problems;
    expect(found.map(({ code }) => code)).toEqual(["unrendered_template"]);
    expect(found[0]?.message).toMatch(/Helm template that nobody has rendered; point at the rendered file$/);
  });

  it.each([
    ["a name", plain().replace("shop", "shop-{{ .Values.env }}"), "2:15 error unrendered_template "],
    ["a label", `labels: {"{{- $.Release.Name }}": a}\n${plain()}`, "1:11 error unrendered_template "],
    [
      "a window that was escaped for Helm",
      plain().replace("{{.window}}", "{{`{{.window}}`}}"),
      "8:35 error unrendered_template ",
    ],
  ])("is named as one where it happens to be YAML, with %s", (_, text, expected) => {
    expect(problems(text)).toEqual([expected]);
    expect(readAll([text]).objectives).toEqual([]);
  });

  it("is not seen in a comment, in Sloth's window, or in what Prometheus itself renders in annotations", () => {
    const annotated = plain(
      undefined,
      `{name: N, annotations: {s: "{{ if gt $value 1.0 }}{{ .Value }}{{ end }}"}}`,
    );
    expect(problems(`# {{ .Values.env }}\n${annotated}`)).toEqual([]);
  });

  it("[T33] is looked for in time that grows with the text alone", () => {
    for (const part of ["{{", "{{ ", "# {{ .Values ", "{{-                    "]) {
      expect(problems(part.repeat(250_000 / part.length)).length).toBeGreaterThan(0);
    }
  });

  it("is not blamed for YAML that is wrong by itself", () => {
    expect(readAll([`a: [\n${plain()}`]).problems.map(({ code }) => code)).not.toContain(
      "unrendered_template",
    );
  });
});

describe("a series that no tool records", () => {
  const query = (text: string) => plain(`      raw: {error_ratio_query: '${text}'}\n`);

  it("is told of wherever it is asked for, but in a comment", () => {
    const text = query("slo:error_budget_burn_rate:ratio_rate{{.window}}");
    expect(problems(text)).toEqual(["7:33 warning no_such_series "]);
    expect(problems(`# slo:error_budget_burn_rate:ratio_rate1h\n${plain()}`)).toEqual([]);
  });
});
