import { expect, it } from "vitest";
import { lintsOf } from "./lint-table.ts";

const workflow = (script: string) => `on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - run: |
${script.replaceAll(/^(?=.)/gm, "          ")}
`;
const asks = "curl --fail $P/api/v1/query?query=sum(burn)";

it.each([
  [asks, []],
  [`${asks} | bc`, ["run passes_without_data"]],
  [`${asks}\nbc <<< "$burn > 1"`, ["run passes_without_data"]],
  [`${asks}\n# bc <<< "$burn > 1"`, []],
  ["curl -sf $P/api/v1/query?query=sum(burn)", []],
  ["curl -s $P/api/v1/query?query=sum(burn)", ["run passes_without_data"]],
  [`${asks} | jq '.data.result[0].value[1]'`, ["run any_series"]],
  ["curl -f $P/api/v1/query?query=burn", ["run any_series"]],
  ['curl -f $P/api/v1/query --data-urlencode "query=burn{a="b"}"', []],
  ["curl $ELSEWHERE | bc", []],
])("a step of %s is told: %j", (script, told) => {
  expect(lintsOf(workflow(script))).toEqual(told);
});

it("a workflow that is no YAML is told, and one without steps is passed over", () => {
  expect(lintsOf("on: push\njobs:\n  a: [\n")).toEqual([" not_yaml error"]);
  expect(lintsOf("on: push\njobs: {a: {uses: other}}\njobs2: 1\n")).toEqual([]);
});
