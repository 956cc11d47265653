import { expect, it } from "vitest";
import { seriesCount } from "../../../src/slo/series-count.ts";

it.each([
  ["1", "scalar"],
  ["scalar(up)", "scalar"],
  ["time()", "scalar"],
  ["up", "any"],
  ["up{}", "any"],
  ['up{job="a"}', "some"],
  ["rate(up[5m])", "any"],
  ["-(up offset 5m)", "any"],
  ["max_over_time(up[1h:1m])", "any"],
  ["up * 100", "any"],
  ["100 - up", "any"],
  ["a / b", "any"],
  ['a{x="y"} / b', "some"],
  ["sum(up)", "one"],
  ["sum by () (up)", "one"],
  ["sum by (x) (up)", "any"],
  ["sum(up) without (x)", "any"],
  ["topk(1, up)", "any"],
  ["1 - sum(a) / sum(b)", "one"],
  ["sum(a) or vector(0)", "one"],
  ["sum(a) or up", "any"],
  ["vector(1)", "one"],
  ["histogram_quantile(0.99, sum(rate(x_bucket[5m])) by (le))", "one"],
  ["histogram_quantile(0.99, sum by (le, job) (rate(x_bucket[5m])))", "any"],
  ["histogram_quantile(0.99, rate(x_bucket[5m]))", "any"],
  ["", "some"],
])("counts the series of %s", (query, count) => {
  expect(seriesCount(query)).toBe(count);
});
