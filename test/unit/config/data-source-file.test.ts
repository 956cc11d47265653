import { describe, expect, it } from "vitest";
import { readDataSources } from "../../../src/prometheus/data-source-file.ts";
import { faultsOf, fileOf, source, store } from "./data-source-text.ts";

describe("the file of data sources", () => {
  it("tells every fault of every source at once", () => {
    const second = source(["auth: {bearer: {env: GONE}}"], "http://169.254.169.254").replace(
      "id: main",
      "id: second",
    );
    const { faults } = readDataSources(
      "sources.yml",
      fileOf(source(["timeout: soon"]), source(), second),
      store,
    );
    expect(faults).toEqual([
      "sources.yml: `main` is there twice",
      "sources.yml: `main` must have a timeout between `100ms` and `60s`",
      expect.stringContaining("`second` points at a link-local address"),
      expect.stringContaining("`second` would send its credential over plain http"),
      "sources.yml: `second` takes a credential from GONE, which is not set",
    ]);
  });

  it.each([
    ["an unknown key", ["bogus: 1"], "sources.yml:5:5 data_sources[0].bogus `bogus` is not a key here"],
    [
      "an unknown key of a credential",
      ["auth: {bearer: {environment: TOKEN}}"],
      "sources.yml:5:21 data_sources[0].auth.bearer.environment",
    ],
    [
      "two places for one credential",
      ["auth: {bearer: {file: /run/token, env: TOKEN}}"],
      "sources.yml:5:39 data_sources[0].auth.bearer.env",
    ],
    ["a header that is no header", ["headers: {'a b': c}"], "sources.yml:5:22 data_sources[0].headers.a b"],
    ["a header with a line break", ['headers: {a: "b\\nc"}'], "sources.yml:5:18 data_sources[0].headers.a"],
  ])("refuses %s, with line and column", (_, more, fault) => {
    expect(faultsOf(more)).toContainEqual(expect.stringContaining(fault));
  });

  it.each(["acme", "acme/shop/src", "/", "acme/", "a b/c", "acme/{a,b}", "^acme/.*$"])(
    "refuses %j as a glob of repositories",
    (glob) => {
      const text = fileOf(source().replace("acme/*", glob));
      expect(readDataSources("sources.yml", text, store).faults).toEqual([
        "sources.yml:4:20 data_sources[0].repositories[0] must be `owner/name`, `*` allowed",
      ]);
    },
  );

  it.each([
    ["nothing", "", "is empty"],
    ["no data source", "data_sources: []", "must have at least 1 entry"],
    ["another key only", "sources: []", "`data_sources` is missing"],
    [
      "a source without repositories",
      "data_sources: [{id: a, url: 'https://a.example'}]",
      "`repositories` is missing",
    ],
    [
      "a source open to nobody",
      "data_sources: [{id: a, url: 'https://a.example', repositories: []}]",
      "must have at least 1 entry",
    ],
    [
      "an id with a capital",
      "data_sources: [{id: A, url: 'https://a.example', repositories: ['a/b']}]",
      "must be lower-case letters",
    ],
    [
      "an address of another kind",
      "data_sources: [{id: a, url: 'file:///etc', repositories: ['a/b']}]",
      "must be a web address",
    ],
    ["two documents", "data_sources: []\n---\ndata_sources: []", "holds 2 YAML documents"],
    ["an alias", "data_sources: [&a {id: a}, *a]", "anchors and aliases are not read"],
  ])("refuses %s", (_, text, fault) => {
    const { sources, faults } = readDataSources("sources.yml", text, store);
    expect(sources).toEqual([]);
    expect(faults.join("\n")).toMatch(/^sources\.yml:\d+:\d+ /);
    expect(faults.join("\n")).toContain(fault);
  });
});
