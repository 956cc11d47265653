import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Measurement } from "../../src/domain/measurement.ts";
import type { MeasureMode, Objective } from "../../src/domain/objective.ts";
import { windowsOf } from "../../src/domain/objective-rules.ts";
import { budgetDaysInMemory } from "../../src/gate/budget-days.ts";
import { sentFor } from "../../src/domain/sent-query.ts";
import { measurerOf, type PrometheusMeasurer } from "../../src/prometheus/measurer.ts";
import { readSlos } from "../../src/slo/read.ts";
import { countQueries, type PrometheusCounter } from "../world/prometheus-counter.ts";
import { counter, gauge, type Series } from "../world/prometheus-history.ts";
import { type Prometheus, startPrometheus } from "../world/prometheus.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const now = Date.parse("2021-03-01T00:00:00Z");
const windows = ["5m", "30m", "1h", "2h", "6h", "1d", "3d", "30d"] as const;

interface Recorded {
  readonly ratio?: number;
  readonly target?: number;
  readonly from?: number;
  readonly to?: number;
  readonly env?: string;
}

/** What Sloth's rules would have recorded of a service's one SLO. */
function recordedOf(service: string, more: Recorded = {}): readonly Series[] {
  const { ratio = 0.0004, target = 0.999, from = now - 6 * day, to = now, env } = more;
  const labels = {
    sloth_id: `${service}-http`,
    sloth_service: service,
    sloth_slo: "http",
    ...(env === undefined ? {} : { env }),
  };
  const span = { from, to, everySeconds: 120 };
  return [
    ...windows.map((window) =>
      gauge({
        ...span,
        name: `slo:sli_error:ratio_rate${window}`,
        labels: { ...labels, sloth_window: window },
        valueAt: () => ratio,
      }),
    ),
    gauge({ ...span, name: "slo:objective:ratio", labels, valueAt: () => target }),
  ];
}

/** Requests of which one in a hundred fails. */
const counted = (service: string, perSecond = 100): readonly Series[] =>
  (["200", "500"] as const).map((code) =>
    counter({
      name: "http_total",
      labels: { service, code },
      from: now - 6 * day,
      to: now,
      everySeconds: 120,
      perSecond: () => perSecond * (code === "500" ? 0.01 : 0.99),
    }),
  );

function slo(service: string, measure?: MeasureMode, matchers?: Record<string, string>): Objective {
  const text = `version: prometheus/v1
service: ${service}
slos:
  - name: http
    objective: 99.9
    sli:
      events:
        error_query: sum(rate(http_total{service="${service}",code="500"}[{{.window}}]))
        total_query: sum(rate(http_total{service="${service}"}[{{.window}}]))
`;
  const options = {
    ...(measure === undefined ? {} : { measure }),
    ...(matchers === undefined ? {} : { matchers }),
  };
  const { objectives } = readSlos([{ file: "slo.yaml", text }], options);
  return objectives[0]!;
}

const twenty = Array.from({ length: 20 }, (_, index) => `service${index}`);

describe("series that Sloth records, at a real Prometheus", () => {
  let prometheus: Prometheus;
  let door: PrometheusCounter;
  let measurer: PrometheusMeasurer;
  beforeAll(async () => {
    prometheus = await startPrometheus({
      history: [
        ...recordedOf("shop"),
        ...counted("shop"),
        ...counted("bare"),
        ...recordedOf("stopped", { to: now - hour }),
        ...counted("stopped"),
        ...recordedOf("twice", { env: "eu" }),
        ...recordedOf("twice", { env: "us", ratio: 0.5 }),
        ...counted("twice"),
        ...recordedOf("edited", { target: 0.99 }),
        ...counted("edited"),
        ...recordedOf("quiet", { ratio: Number.NaN }),
        ...counted("quiet", 0),
        ...recordedOf("young", { from: now - day }),
        ...counted("young"),
        counter({
          name: "http_total",
          labels: { service: "calm", code: "200" },
          from: now - 6 * day,
          to: now,
          everySeconds: 120,
          perSecond: () => 5,
        }),
        ...twenty.flatMap((service) => recordedOf(service, { from: now - 4 * day })),
      ],
    });
    door = await countQueries(prometheus.url);
    const source = { id: "main", url: new URL(door.url), auth: undefined, tls: {}, headers: {} };
    measurer = measurerOf([{ ...source, timeoutMs: 20_000, repositories: ["**"] }], budgetDaysInMemory());
  });
  afterAll(async () => {
    measurer.close();
    await door.stop();
    await prometheus.stop();
  });

  async function measure(...objectives: readonly Objective[]): Promise<readonly Measurement[]> {
    const questions = objectives.map((one) => ({ objective: one, windowsMs: windowsOf(one, undefined) }));
    return measurer.measure({ dataSource: "main", questions, at: now });
  }
  const ways = (measurements: readonly Measurement[]): readonly unknown[] => [
    ...new Set(
      measurements.map((one) =>
        one.kind === "measured"
          ? `${one.errorRatio.toPrecision(3)} ${one.way?.kind ?? "plain"}: ${one.way?.insteadOf ?? ""}`
          : `${one.why}: ${one.detail}`,
      ),
    ),
  ];

  it("are read where they are, and the budget is said to be weighted by time", async () => {
    const measurements = await measure(slo("shop"));
    expect(measurements).toHaveLength(8);
    expect(ways(measurements)).toEqual(["0.000400 recorded: "]);
    expect(measurements.find(({ windowMs }) => windowMs === 30 * day)).toMatchObject({
      way: { kind: "recorded", weighting: "time" },
    });
    expect(measurements.find(({ windowMs }) => windowMs === hour)?.query).toContain(
      'slo:sli_error:ratio_rate1h{sloth_id="shop-http"',
    );
  });

  it("are what people are shown as asked, and the file's own queries only where these were", async () => {
    const shownOf = async (objective: Objective): Promise<ReadonlySet<boolean | undefined>> => {
      const questions = [{ objective, windowsMs: windowsOf(objective, undefined) }];
      const queries = measurer.queries({ dataSource: "main", questions, at: now });
      return new Set(sentFor(queries, await measure(objective)).map(({ isRecorded }) => isRecorded === true));
    };
    expect(await shownOf(slo("shop"))).toEqual(new Set([true]));
    expect(await shownOf(slo("bare"))).toEqual(new Set([true, false]));
    expect(await shownOf(slo("shop", "direct"))).toEqual(new Set([false]));
  });

  it("are not asked where the policy wants direct answers", async () => {
    expect(ways(await measure(slo("shop", "direct")))).toEqual(["0.0100 plain: ", "0.0100 days: "]);
  });

  it.each([
    ["are missing", "bare", "0.0100 direct: nothing is recorded", "no_data: nothing is recorded"],
    [
      "are missing, and the queries give nothing either",
      "void",
      "no_data: the query gives nothing; recorded: nothing is recorded",
      "no_data: nothing is recorded",
    ],
    [
      "[T38] stopped an hour ago",
      "stopped",
      "0.0100 direct: newest sample is 1h old",
      "stale: newest sample is 1h old",
    ],
    [
      "are of another revision",
      "edited",
      "0.0100 direct: the deployed rules are for 99%, the file says 99.9%",
      "drift: the deployed rules are for 99%, the file says 99.9%",
    ],
    [
      "[T37] are NaN in a quiet hour",
      "quiet",
      "no_traffic: nobody asked",
      "not_a_number: error ratio is NaN",
    ],
    [
      "[T36] are empty, since no error ever was",
      "calm",
      "0.00 direct: nothing is recorded",
      "no_data: nothing is recorded",
    ],
  ])(
    "%s: the file's own queries answer, and why is told; unless records alone may",
    async (_, service, auto, recorded) => {
      // A budget's own window is counted by days.
      const both = [...new Set([auto, auto.replace(" direct: ", " days: ")])];
      expect(ways(await measure(slo(service)))).toEqual(both);
      expect(ways(await measure(slo(service, "recorded")))).toEqual([recorded]);
    },
  );

  it("are not read for a budget of which maintenance is left out, unless records alone may", async () => {
    const work = {
      name: "db",
      startLocal: new Date(now - 30 * hour).toISOString().slice(0, 19),
      timeZone: "UTC",
    };
    const maintenance = [{ ...work, durationMs: 2 * hour }];
    const budgetOf = async (mode?: MeasureMode) => {
      const objective = slo("shop", mode);
      const questions = [{ objective, windowsMs: [hour, 30 * day] }];
      const found = await measurer.measure({ dataSource: "main", questions, at: now, maintenance });
      return found.map((one) => (one.kind === "measured" ? one.way : one.why));
    };
    const recorded = { kind: "recorded", weighting: "events" };
    expect(await budgetOf()).toEqual([
      recorded,
      {
        kind: "days",
        weighting: "events",
        insteadOf: "they count maintenance too",
        leftOut: "2h of maintenance",
      },
    ]);
    expect(await budgetOf("recorded")).toEqual([recorded, { kind: "recorded", weighting: "time" }]);
  });

  it("[T40] are ambiguous where two environments record under one name, and are not merged by asking anew", async () => {
    const ambiguous = ["ambiguous: the recording gives 2 series, must give one"];
    expect(ways(await measure(slo("twice")))).toEqual(ambiguous);
    expect(ways(await measure(slo("twice", "recorded")))).toEqual(ambiguous);
    expect(ways(await measure(slo("twice", "auto", { env: "us" })))).toEqual(["0.500 recorded: "]);
  });

  it("[T40] of two environments are not merged in a window that is not recorded either", async () => {
    const questions = [{ objective: slo("twice"), windowsMs: [45 * minute, hour] }];
    expect(ways(await measurer.measure({ dataSource: "main", questions, at: now }))).toEqual([
      "no_data: sloth records nothing for this window",
      "ambiguous: the recording gives 2 series, must give one",
    ]);
  });

  it("are too young for a month's budget, while their short windows count", async () => {
    const measurements = await measure(slo("young", "recorded"));
    expect(ways(measurements)).toEqual(["0.000400 recorded: ", "warming_up: 1d of history, needs 3d"]);
    expect(ways(await measure(slo("young")))).toContain("0.0100 days: 1d of history, needs 3d");
  });

  it("live by the budget's own series where no shorter window is recorded", async () => {
    const objective = slo("shop", "recorded");
    const onlyPeriod = { ...objective, recording: { ...objective.recording!, windowsMs: [] } };
    const questions = [{ objective: onlyPeriod, windowsMs: [30 * day] }];
    expect(ways(await measurer.measure({ dataSource: "main", questions, at: now }))).toEqual([
      "0.000400 recorded: ",
    ]);
  });

  it("say why nobody else could answer, where nothing is recorded of what Prometheus cannot be asked", async () => {
    const { recording } = slo("void");
    const sli = { kind: "recorded_only", why: "is Go code that only Sloth can run" } as const;
    expect(ways(await measure({ ...slo("void"), sli, recording: recording! }))).toEqual([
      "no_data: nothing is recorded, and its SLI is Go code that only Sloth can run",
    ]);
  });

  it("of windows that Sloth does not record are asked directly", async () => {
    const objective = slo("shop");
    const questions = [{ objective, windowsMs: [45 * minute, hour] }];
    expect(ways(await measurer.measure({ dataSource: "main", questions, at: now }))).toEqual([
      "0.0100 direct: sloth records nothing for this window",
      "0.000400 recorded: ",
    ]);
  });

  it("of twenty objectives take one request, and their own queries no more than three", async () => {
    const before = door.count;
    const measurements = await measure(...twenty.map((one) => slo(one)));
    expect(ways(measurements)).toEqual(["0.000400 recorded: "]);
    expect(measurements).toHaveLength(160);
    expect(door.count - before).toBe(1);
    await measure(...twenty.map((one) => slo(one, "direct")));
    expect(door.count - before).toBeLessThanOrEqual(1 + 3);
  });
});
