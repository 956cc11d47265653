import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Objective } from "../../src/domain/objective.ts";
import { Secret } from "../../src/domain/secret.ts";
import { budgetDaysInMemory } from "../../src/gate/budget-days.ts";
import { maxReplyBytes } from "../../src/prometheus/client.ts";
import type { DataSource } from "../../src/prometheus/data-source.ts";
import { measurerOf } from "../../src/prometheus/measurer.ts";
import {
  answering,
  askedAt as at,
  type Behaviour,
  type HostileServer,
  startHostileServer,
  vector,
} from "./hostile-server.ts";
import { day, events, measureAt, ofEvents, ofRatio, ratio, sourceAt, token } from "./one-question.ts";

let server: HostileServer;
beforeAll(async () => {
  server = await startHostileServer();
});
afterAll(() => server.stop());

const measure = (behaviour: Behaviour, objective?: Objective, changes?: Partial<DataSource>) =>
  measureAt(server, behaviour, objective, changes);

describe("a Prometheus that answers as it should", () => {
  it.each([
    ["0", 0],
    ["1e-07", 1e-7],
    ["0.0144", 0.0144],
    ["1", 1],
  ])("is measured: %s", async (text, errorRatio) => {
    expect(await measure(ofRatio(text))).toMatchObject({ kind: "measured", errorRatio });
  });

  it("[T36] is measured at zero errors where it has a total and no error series", async () => {
    expect(await measure(ofEvents([], ["100"]), events)).toMatchObject({ kind: "measured", errorRatio: 0 });
  });

  it.each(["//", "//elsewhere.invalid:1", "/prometheus//", "/?a=b#c"])(
    "[T26] is asked at its own host, whatever its path is: %s",
    async (path) => {
      const url = new URL(`${server.url}${path}`);
      expect(await measure(ofRatio("0.5"), ratio, { url })).toMatchObject({
        kind: "measured",
        errorRatio: 0.5,
      });
    },
  );

  it("[T38] is measured by a sample of up to five minutes, and by none that is older", async () => {
    expect(await measure(ofRatio("0.5", "300"))).toMatchObject({ kind: "measured", errorRatio: 0.5 });
    expect(await measure(ofRatio("0.5", "300.001"))).toMatchObject({ kind: "unmeasured", why: "stale" });
  });

  it("[T38] [T43] is not believed about another moment than it was asked about", async () => {
    const old = measureAt(server, ofRatio("0"), ratio, {}, at + 61_000);
    expect(await old).toMatchObject({ kind: "unmeasured", why: "unreachable" });
    const near = measureAt(server, ofRatio("0"), ratio, {}, at + 30_000);
    expect(await near).toMatchObject({ kind: "measured" });
  });

  it("[T39] is partial whole, all objectives and windows, when Prometheus warns", async () => {
    server.behave(vector({ e0: ["0"], e1: ["0"], e2: ["15"] }, { warnings: ["store 3 is down"] }));
    const measurer = measurerOf([sourceAt(server)], budgetDaysInMemory());
    const questions = [
      { objective: ratio, windowsMs: [300_000, 3_600_000] },
      { objective: { ...events, name: "search" }, windowsMs: [300_000] },
    ];
    const measurements = await measurer.measure({ dataSource: "main", questions, at });
    measurer.close();
    expect(measurements.map((one) => one.kind === "unmeasured" && one.why)).toEqual([
      "partial",
      "partial",
      "partial",
    ]);
  });

  it("[T39] is measured where it only informs and does not warn", async () => {
    const informing = vector(
      { e0: ["0.5"], e1: ["15"] },
      { infos: ["metric might not be a counter"], warnings: [], isPartial: false },
    );
    expect(await measure(informing)).toMatchObject({ kind: "measured", errorRatio: 0.5 });
  });

  it("[T43] is asked below its own path, for one moment, for whole answers, as who we are", async () => {
    await measure(ofRatio("0"), ratio, { timeoutMs: 2500 });
    const [asked, ...more] = server.received;
    expect(more).toEqual([]);
    expect(asked).toMatchObject({ method: "POST", url: "/prometheus/api/v1/query" });
    expect(asked?.headers).toMatchObject({ authorization: `Bearer ${token}`, "x-scope-orgid": "acme" });
    const { query, ...form } = Object.fromEntries(asked!.form);
    expect(form).toEqual({ time: "1795348800.000", timeout: "3s", partial_response: "false" });
    expect(query).toContain("sum(rate(ratio[5m]))");
  });

  it("is asked with the credential of the moment, and not at all when that cannot be read", async () => {
    let reads = 0;
    const rotating = {
      kind: "basic",
      username: "ann",
      password: new Secret(() => `word ${++reads}`),
    } as const;
    for (const password of ["word 1", "word 2"]) {
      await measure(ofRatio("0"), ratio, { auth: rotating });
      const sent = server.received[0]?.headers.authorization?.replace("Basic ", "") ?? "";
      expect(Buffer.from(sent, "base64").toString()).toBe(`ann:${password}`);
    }
    const lost = new Secret(() => {
      throw Object.assign(new Error(`no such file: /run/${token}`), { code: "ENOENT" });
    });
    const measurement = await measure(ofRatio("0"), ratio, { auth: { kind: "bearer", token: lost } });
    expect(measurement).toMatchObject({ why: "unreachable", detail: "could not be asked (ENOENT)" });
    expect(server.received).toEqual([]);
  });

  it("is measured where another objective's series are more than can be read", async () => {
    server.behave((response, received) => {
      const isWide = received.form.get("query")?.includes("wide") === true;
      const body = isWide ? answering(200, "x".repeat(maxReplyBytes + 1)) : ofRatio("0.5");
      body(response, received);
    });
    const measurer = measurerOf([sourceAt(server)], budgetDaysInMemory());
    const wide: Objective = {
      ...ratio,
      name: "wide",
      sli: { kind: "ratio", errorRatioQuery: { pieces: ["wide[", "]"] } },
    };
    const questions = [wide, ratio].map((objective) => ({ objective, windowsMs: [300_000] }));
    const measurements = await measurer.measure({ dataSource: "main", questions, at });
    measurer.close();
    expect(measurements).toMatchObject([
      {
        objective: "wide",
        why: "unreachable",
        detail: expect.stringMatching(/^answered more than/) as string,
      },
      { objective: "checkout", kind: "measured" },
    ]);
  });

  it.each([
    ["is partial", vector({}, { warnings: ["store 3 is down"] }), "partial"],
    ["does not answer", answering(503, ""), "unreachable"],
    ["says that nobody asked", vector({ e0: ["0"], e1: ["0"], e2: ["15"], e3: ["2592000"] }), "no_traffic"],
  ])(
    "[T43] is asked once, for its recording, where it %s: in other words it would say the same",
    async (_, behaviour, why) => {
      server.behave(behaviour);
      const measurer = measurerOf([sourceAt(server)], budgetDaysInMemory());
      const { sli } = events;
      if (sli.kind !== "events") throw new Error("it counts events");
      const recording = {
        tool: "pyrra",
        errorRatio: { pieces: ["burnrate", ""] },
        windowsMs: [],
        period: { sli, weighting: "events" },
        target: undefined,
      } as const;
      const questions = [{ objective: { ...ratio, recording }, windowsMs: [ratio.windowMs] }];
      const measurements = await measurer.measure({ dataSource: "main", questions, at });
      measurer.close();
      expect(measurements).toMatchObject([{ kind: "unmeasured", why }]);
      expect(server.received).toHaveLength(1);
    },
  );

  it("is not asked at all where the operator has none of that name", async () => {
    server.behave(ofRatio("0"));
    const measurer = measurerOf([sourceAt(server)], budgetDaysInMemory());
    const questions = [{ objective: ratio, windowsMs: [300_000, 30 * day] }];
    const measurements = await measurer.measure({ dataSource: "other", questions, at });
    measurer.close();
    expect(measurements.map((one) => one.kind === "unmeasured" && one.detail)).toEqual([
      "is not configured",
      "is not configured",
    ]);
    expect(server.received).toEqual([]);
  });
});
