import { describe, expect, it } from "vitest";
import { type CredentialStore, readDataSources } from "../../../src/prometheus/data-source-file.ts";
import { faultsOf, fileOf, source, store, storeOf } from "./data-source-text.ts";

function revealed(line: string, from: CredentialStore = store): () => unknown {
  const { sources, faults } = readDataSources("sources.yml", fileOf(source([line])), from);
  expect(faults).toEqual([]);
  const auth = sources[0]?.auth;
  return () => (auth?.kind === "basic" ? [auth.username, auth.password.reveal()] : auth?.token.reveal());
}

describe("a data source", () => {
  it("has sound defaults", () => {
    const { sources, faults } = readDataSources("sources.yml", fileOf(source()), store);
    expect(faults).toEqual([]);
    expect(sources).toEqual([
      {
        id: "main",
        url: new URL("https://prometheus.example.com"),
        auth: undefined,
        tls: {},
        headers: {},
        timeoutMs: 10_000,
        repositories: ["acme/*"],
      },
    ]);
  });

  it("takes headers, a time-out, a private CA and a client certificate", () => {
    const more = [
      "headers: {X-Scope-OrgID: acme}",
      "timeout: 2s",
      "ca: /run/ca",
      "client_cert: /run/cert",
      "client_key: /run/key",
    ];
    const { sources } = readDataSources("sources.yml", fileOf(source(more)), store);
    expect(sources[0]).toMatchObject({
      headers: { "X-Scope-OrgID": "acme" },
      timeoutMs: 2000,
      tls: { ca: "CA", cert: "CERT" },
    });
    expect(sources[0]?.tls.key?.reveal()).toBe("KEY");
  });

  it("takes limits of its own, and none that would stop or unleash it", () => {
    const limitsOf = (...lines: readonly string[]) =>
      readDataSources("sources.yml", fileOf(source([...lines])), store);
    expect(limitsOf("max_concurrent: 2", "max_queries_per_minute: 60").sources[0]).toMatchObject({
      maxConcurrent: 2,
      maxQueriesPerMinute: 60,
    });
    for (const line of [
      "max_concurrent: 0",
      "max_concurrent: 101",
      "max_concurrent: 1.5",
      "max_queries_per_minute: 0",
    ])
      expect(limitsOf(line).faults).toEqual([expect.stringContaining(line.split(":")[0] ?? "")]);
  });

  it.each([
    ["a bearer token in a file", "auth: {bearer: {file: /run/token}}", "from-file"],
    ["a bearer token in a variable", "auth: {bearer: {env: TOKEN}}", "from-env"],
    [
      "a password in a file",
      "auth: {basic: {username: u, password: {file: /run/token}}}",
      ["u", "from-file"],
    ],
    ["a password in a variable", "auth: {basic: {username: u, password: {env: TOKEN}}}", ["u", "from-env"]],
  ])("takes %s", (_, line, expected) => {
    expect(revealed(line)()).toEqual(expected);
  });

  it("reads a credential's file at each use, so that a rotated one holds at once", () => {
    const files: Record<string, string> = { "/run/token": "first" };
    const reveal = revealed("auth: {bearer: {file: /run/token}}", storeOf(files));
    expect(reveal()).toBe("first");
    files["/run/token"] = "second\n";
    expect(reveal()).toBe("second");
    delete files["/run/token"];
    expect(reveal).toThrow("ENOENT");
  });

  it.each([
    [
      "a token's file that is not there",
      ["auth: {bearer: {file: /gone}}"],
      "names a file that cannot be read: /gone",
    ],
    [
      "a token's variable that is not set",
      ["auth: {bearer: {env: GONE}}"],
      "takes a credential from GONE, which is not set",
    ],
    ["a certificate that is not there", ["ca: /gone"], "names a file that cannot be read: /gone"],
    [
      "a client key without its certificate",
      ["client_key: /run/key"],
      "needs `client_cert` and `client_key` together",
    ],
    [
      "a client certificate without its key",
      ["client_cert: /run/cert"],
      "needs `client_cert` and `client_key` together",
    ],
    ["a time-out that is too short", ["timeout: 10ms"], "must have a timeout between `100ms` and `60s`"],
    ["a time-out that is too long", ["timeout: 2m"], "must have a timeout between `100ms` and `60s`"],
    ["a time-out that is none", ["timeout: soon"], "must have a timeout between `100ms` and `60s`"],
    [
      "a token in a header",
      ["headers: {Authorization: Bearer abc}"],
      "has a credential in its header `Authorization`",
    ],
    ["a cookie in a header", ["headers: {cookie: a=b}"], "has a credential in its header `cookie`"],
  ])("refuses %s", (_, more, fault) => {
    expect(faultsOf(more)).toEqual([expect.stringContaining(`sources.yml: \`main\` ${fault}`)]);
  });

  it("refuses a token in the file itself, and does not repeat it", () => {
    const faults = faultsOf(["auth: {bearer: s3cr3t-in-the-file}"]);
    expect(faults).toEqual(["sources.yml:5:20 data_sources[0].auth.bearer must be a mapping"]);
  });

  it("refuses a credential in its address", () => {
    for (const url of ["https://u:p@prometheus.example.com", "https://token@prometheus.example.com"]) {
      expect(faultsOf([], url)).toEqual([
        "sources.yml: `main` has a credential in its address; put it under `auth`",
      ]);
    }
  });

  it("refuses to send a credential in the clear, except on this machine or where the operator allows it", () => {
    const auth = "auth: {bearer: {env: TOKEN}}";
    for (const host of ["prometheus.example.com", "10.0.0.1", "127.evil.example", "localhost.evil.example"]) {
      expect(faultsOf([], `http://${host}:9090`)).toEqual([]);
      expect(faultsOf([auth], `http://${host}:9090`)).toEqual([expect.stringContaining("over plain http")]);
      expect(faultsOf([auth, "allow_plain_http: true"], `http://${host}:9090`)).toEqual([]);
      expect(faultsOf([auth, "allow_plain_http: false"], `http://${host}:9090`)).toHaveLength(1);
    }
    for (const host of ["localhost", "127.0.0.1", "127.8.9.10", "[::1]"]) {
      expect(faultsOf([auth], `http://${host}:9090`)).toEqual([]);
    }
  });

  it.each([
    "169.254.169.254",
    "169.254.0.1",
    "2852039166",
    "0xa9fea9fe",
    "169.254.169.254.",
    "[::ffff:169.254.169.254]",
    "[fe80::1]",
    "[febf::1]",
    "[fd00:ec2::254]",
    "metadata.google.internal",
    "METADATA.google.internal.",
  ])("[T26] may not be at %s, where cloud metadata lives", (host) => {
    expect(faultsOf([], `http://${host}/`)).toEqual([
      expect.stringContaining("points at a link-local address"),
    ]);
  });

  it("may be at an address that only looks like one of those", () => {
    for (const host of [
      "169.253.1.1",
      "[fec0::1]",
      "169.254.169.254.example.com",
      "metadata.google.internal.example.com",
    ]) {
      expect(faultsOf([], `http://${host}/`)).toEqual([]);
    }
  });
});
