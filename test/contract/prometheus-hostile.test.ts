import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Objective } from "../../src/domain/objective.ts";
import { Secret } from "../../src/domain/secret.ts";
import { maxReplyBytes } from "../../src/prometheus/client.ts";
import type { DataSource } from "../../src/prometheus/data-source.ts";
import {
  answering,
  type Behaviour,
  type HostileServer,
  saying,
  startHostileServer,
  vector,
} from "./hostile-server.ts";
import { events, measureAt, ofEvents, ofRatio, ratio, token } from "./one-question.ts";

let server: HostileServer;
let elsewhere: HostileServer;
beforeAll(async () => {
  server = await startHostileServer();
  elsewhere = await startHostileServer();
});
afterAll(async () => {
  await server.stop();
  await elsewhere.stop();
});

const measure = (behaviour: Behaviour, objective?: Objective, changes?: Partial<DataSource>) =>
  measureAt(server, behaviour, objective, changes);

const error = (errorType: string, words: string) => ({ status: "error", errorType, error: words });
const result = (data: unknown) => saying({ status: "success", data });
const whole = JSON.stringify({ status: "success", data: { resultType: "vector", result: [] } });

const outcomes: readonly (readonly [
  name: string,
  behaviour: Behaviour,
  why: string,
  detail: string,
  objective?: Objective,
])[] = [
  ["[T37] NaN", ofRatio("NaN"), "not_a_number", "error ratio is NaN"],
  ["[T37] an infinity", ofRatio("+Inf"), "not_a_number", "error ratio is +Inf"],
  ["[T37] a negative infinity", ofRatio("-Inf"), "not_a_number", "error ratio is -Inf"],
  ["[T37] an empty text for a value", ofRatio(""), "not_a_number", "error ratio is "],
  [
    "[T37] errors of a total of zero",
    ofEvents(["3"], ["0"]),
    "not_a_number",
    "errors are 3 of a total of 0",
    events,
  ],
  ["[T37] a total that is NaN", ofEvents(["3"], ["NaN"]), "not_a_number", "total is NaN", events],
  ["[T37] a total of zero", ofEvents([], ["0"]), "no_traffic", "nobody asked", events],
  ["[T36] nothing", vector({}), "no_data", "the query gives nothing"],
  [
    "[T36] errors without a total",
    ofEvents(["3"], []),
    "no_data",
    "3 events are counted, of no total",
    events,
  ],
  ["[T38] an old sample", ofRatio("0", "1380"), "stale", "newest sample is 23m old: ratio"],
  ["[T38] an age that is NaN", ofRatio("0", "NaN"), "stale", "no sample in the last hour: ratio"],
  [
    "[T40] several series",
    ofRatio(["0", "0.5"]),
    "ambiguous",
    "the error ratio query gives 2 series, must give one",
  ],
  [
    "[T40] several totals",
    ofEvents(["1"], ["9", "9"]),
    "ambiguous",
    "the total query gives 2 series, must give one",
    events,
  ],
  [
    "[T39] a warning",
    vector({ e0: ["0"], e1: ["15"] }, { warnings: ["store 3 is down"] }),
    "partial",
    "store 3 is down",
  ],
  [
    "[T39] VictoriaMetrics' word for it",
    vector({ e0: ["0"], e1: ["15"] }, { isPartial: true }),
    "partial",
    "some storage nodes did not answer",
  ],
  [
    "an error with 200",
    saying(error("bad_data", "parse error at 1:2")),
    "unreachable",
    "rejects the query: bad_data: parse error at 1:2",
  ],
  [
    "an error that is not about the query",
    answering(503, JSON.stringify(error("timeout", "too slow"))),
    "unreachable",
    "timeout: too slow",
  ],
  ["503", answering(503, "upstream connect error", "text/plain"), "unreachable", "answered HTTP 503"],
  ["429", answering(429, "{}"), "unreachable", "answered HTTP 429"],
  ["401", answering(401, "who are you?", "text/plain"), "unreachable", "refused us (HTTP 401)"],
  ["403", answering(403, "{}"), "unreachable", "refused us (HTTP 403)"],
  ["404", answering(404, "404 page not found", "text/plain"), "unreachable", "answered HTTP 404"],
  [
    "half of the JSON",
    answering(200, whole.slice(0, -3)),
    "unreachable",
    "answered something that is not a query result",
  ],
  [
    "a page with 200",
    answering(200, "<html>Sign in</html>", "text/html"),
    "unreachable",
    "answered something that is not a query result",
  ],
  ["nothing with 200", answering(200, ""), "unreachable", "answered something that is not a query result"],
  ["`null`", answering(200, "null"), "unreachable", "answered something that is not a query result"],
  [
    "a matrix",
    result({ resultType: "matrix", result: [] }),
    "unreachable",
    "answered something that is not a query result",
  ],
  [
    "a scalar",
    result({ resultType: "scalar", result: [1, "0"] }),
    "unreachable",
    "answered something that is not a query result",
  ],
  [
    "a string",
    result({ resultType: "string", result: [1, "0"] }),
    "unreachable",
    "answered something that is not a query result",
  ],
  [
    "a number where text must be",
    result({ resultType: "vector", result: [{ metric: { burngate_expression: "e0" }, value: [1, 0] }] }),
    "unreachable",
    "answered something that is not a query result",
  ],
  [
    "success that has no data",
    saying({ status: "success" }),
    "unreachable",
    "answered something that is not a query result",
  ],
  [
    "a broken connection",
    (response) => void response.destroy(),
    "unreachable",
    "cannot be reached: ECONNRESET",
  ],
  [
    "a body that breaks off",
    (response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write(whole.slice(0, 20), () => response.destroy());
    },
    "unreachable",
    "cannot be reached: ECONNRESET",
  ],
  [
    "a body without end",
    (response) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write(" ".repeat(65_536)));
      };
      response.on("drain", more);
      more();
    },
    "unreachable",
    `answered more than ${maxReplyBytes / 1024 / 1024} MB`,
  ],
];

describe("a Prometheus that does not answer as it should", () => {
  it.each(
    outcomes.map(([name, behaviour, why, detail, objective]) => ({
      name,
      behaviour,
      why,
      detail,
      objective,
    })),
  )("by $name is never a number, but has its own words", async ({ behaviour, why, detail, objective }) => {
    const measurement = await measure(behaviour, objective);
    expect(measurement).toMatchObject({ kind: "unmeasured", why, detail });
    expect(JSON.stringify(measurement)).not.toContain(token);
    expect(JSON.stringify(measurement)).not.toContain(server.url);
  });

  it("by silence, before its answer or within it, is given up in time", async () => {
    const silent: readonly Behaviour[] = [
      () => undefined,
      (response) => void response.writeHead(200).write(whole.slice(0, 10)),
    ];
    for (const behaviour of silent) {
      const measurement = await measure(behaviour, ratio, { timeoutMs: 100 });
      expect(measurement).toMatchObject({ why: "unreachable", detail: "did not answer in time" });
    }
  });

  it("by not being there has words of its own", async () => {
    const gone = await startHostileServer();
    await gone.stop();
    const there = await measure(() => undefined, ratio, { url: new URL(gone.url) });
    expect(there).toMatchObject({ why: "unreachable", detail: "cannot be reached: ECONNREFUSED" });
    const nameless = await measure(() => undefined, ratio, { url: new URL("http://prometheus.invalid") });
    expect(nameless).toMatchObject({
      why: "unreachable",
      detail: expect.stringMatching(/^cannot be reached: E/) as string,
    });
  });

  it("[T26] by a redirect is not followed, and the credential stays here", async () => {
    elsewhere.behave(ofRatio("0"));
    for (const status of [301, 302, 303, 307, 308]) {
      const measurement = await measure((response) => {
        response.writeHead(status, { location: `${elsewhere.url}/api/v1/query` }).end();
      });
      expect(measurement).toMatchObject({
        why: "unreachable",
        detail: `answered ${status}, a redirect, which is not followed`,
      });
    }
    expect(elsewhere.received).toEqual([]);
  });

  it("[T46] by echoing our credential does not make us tell it", async () => {
    const echoing: readonly Behaviour[] = [
      (response, { headers }) =>
        saying(error("bad_data", `no such user: ${headers.authorization}`))(response, server.received[0]!),
      (response, { headers }) =>
        vector({}, { warnings: [headers.authorization] })(response, server.received[0]!),
    ];
    for (const auth of [
      { kind: "bearer", token: new Secret(() => token) },
      { kind: "basic", username: "ann", password: new Secret(() => token) },
    ] as const) {
      for (const behaviour of echoing) {
        const told = JSON.stringify(await measure(behaviour, ratio, { auth }));
        expect(told).toContain("[secret]");
        expect(told).not.toContain(token);
        expect(told).not.toContain(Buffer.from(`ann:${token}`).toString("base64"));
      }
    }
  });
});
