import { describe, expect, it } from "vitest";
import { isForbiddenAddress } from "../../src/prometheus/address.ts";
import { type DataSource, directoryOf } from "../../src/prometheus/data-source.ts";

describe("an address", () => {
  it.each([
    ["169.254.169.254", "the metadata service of most clouds"],
    ["169.254.0.1", "link-local"],
    ["169.254.255.255", "link-local"],
    ["::ffff:169.254.169.254", "the same, written for IPv6"],
    ["::ffff:a9fe:a9fe", "the same in hexadecimal"],
    ["0:0:0:0:0:ffff:a9fe:a9fe", "the same in full"],
    ["fe80::1", "link-local over IPv6"],
    ["fe80::1%eth0", "link-local with its interface"],
    ["FEBF:FFFF::1", "the last of link-local"],
    ["fd00:ec2::254", "Amazon's metadata service over IPv6"],
    ["fd20:ce::254", "Google's metadata service over IPv6"],
    ["100.100.100.200", "Alibaba's metadata service"],
  ])("[T26] %s is no Prometheus': %s", (address) => {
    expect(isForbiddenAddress(address)).toBe(true);
  });

  it.each([
    "127.0.0.1",
    "10.0.0.1",
    "192.168.1.1",
    "169.253.255.255",
    "169.255.0.1",
    "100.100.100.201",
    "8.8.8.8",
    "::1",
    "fd00::1",
    "fec0::1",
    "2001:db8::1",
  ])("[T26] %s may be a Prometheus'", (address) => {
    expect(isForbiddenAddress(address)).toBe(false);
  });
});

describe("the operator's data sources", () => {
  const source = (id: string, repositories: readonly string[]): DataSource => ({
    id,
    url: new URL("http://127.0.0.1"),
    auth: undefined,
    tls: {},
    headers: {},
    timeoutMs: 1000,
    repositories,
  });
  const directory = directoryOf([
    source("shop", ["acme/shop*"]),
    source("all", ["acme/*"]),
    source("other", ["globex/*"]),
  ]);
  const shop = { owner: "Acme", name: "Shop-web" };

  it("[T27] are open to the repositories that the operator names, and to no others", () => {
    expect(directory.resolve("shop", shop)).toEqual({ kind: "open", id: "shop" });
    expect(directory.resolve("shop", { owner: "acme", name: "billing" })).toEqual({
      kind: "closed",
      id: "shop",
    });
    expect(directory.resolve("other", shop)).toEqual({ kind: "closed", id: "other" });
    expect(directory.resolve("shop", { owner: "evil", name: "acme/shop" })).toEqual({
      kind: "closed",
      id: "shop",
    });
  });

  it("[T27] are told to a repository only where they are open to it", () => {
    expect(directory.resolve("nowhere", shop)).toEqual({ kind: "unknown", known: ["shop", "all"] });
    expect(directory.resolve(undefined, { owner: "evil", name: "x" })).toEqual({
      kind: "unknown",
      known: [],
    });
  });

  it("need no name where only one is open, and do where there are more", () => {
    expect(directory.resolve(undefined, { owner: "acme", name: "billing" })).toEqual({
      kind: "open",
      id: "all",
    });
    expect(directory.resolve(undefined, shop)).toEqual({ kind: "unknown", known: ["shop", "all"] });
  });
});
