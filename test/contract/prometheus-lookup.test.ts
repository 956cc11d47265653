import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { LookupAddress } from "node:dns";
import { getDefaultAutoSelectFamily, setDefaultAutoSelectFamily, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type HostileServer, startHostileServer } from "./hostile-server.ts";
import { measureAt, ofRatio, ratio } from "./one-question.ts";

/** What the names of this file resolve to. */
let addresses: readonly string[];

type Answer = (error: null, address: string | LookupAddress[], family?: number) => void;
vi.mock(import("node:dns"), async (original) => {
  const real = await original();
  const lookup = (_: string, { all }: { all?: boolean }, answer: Answer): void => {
    const found = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    queueMicrotask(() =>
      all === true ? answer(null, found) : answer(null, found[0]!.address, found[0]!.family),
    );
  };
  return { ...real, lookup: lookup as typeof real.lookup };
});

let server: HostileServer;
beforeAll(async () => {
  server = await startHostileServer();
});
afterAll(() => server.stop());

/** Addresses that somebody began to connect to, in this process. */
const tried: string[] = [];
const note = (message: unknown): void => {
  const { socket } = message as { socket: Socket };
  socket.on("connectionAttempt", (address) => tried.push(address));
};
beforeEach(() => {
  tried.length = 0;
  subscribe("net.client.socket", note);
});
afterEach(() => unsubscribe("net.client.socket", note));

const measure = () =>
  measureAt(server, ofRatio("0.25"), ratio, {
    url: new URL(server.url.replace("127.0.0.1", "prometheus.acme.example")),
  });

// Node asks for all addresses of a name or for one of them, by this default.
describe.each([true, false])("a name that is looked up, for all its addresses: %s", (isForAll) => {
  const before = getDefaultAutoSelectFamily();
  beforeAll(() => setDefaultAutoSelectFamily(isForAll));
  afterAll(() => setDefaultAutoSelectFamily(before));

  it("is measured where it resolves to an address that a Prometheus may have", async () => {
    addresses = ["127.0.0.1"];
    expect(await measure()).toMatchObject({ kind: "measured", errorRatio: 0.25 });
    expect(tried).toEqual(["127.0.0.1"]);
  });

  it.each([
    [["169.254.169.254"]],
    [["fe80::1"]],
    [["fd00:ec2::254"]],
    [["169.254.169.254", "127.0.0.1"]],
    ...(isForAll ? [[["127.0.0.1", "169.254.169.254"]]] : []),
  ])("[T26] is connected to nowhere where it resolves to %j", async (resolved) => {
    addresses = resolved;
    expect(await measure()).toMatchObject({
      kind: "unmeasured",
      why: "unreachable",
      detail: "cannot be reached: its name leads to a link-local or metadata address",
    });
    expect(tried).toEqual([]);
    expect(server.received).toEqual([]);
  });
});
