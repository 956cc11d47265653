/**
 * A stand-in for Prometheus whose error ratios are set: a real one needs minutes until a burn shows in its windows, and as long
 * until it is over. It answers what the product asks in Prometheus' own form: each named expression about one service, at the
 * moment asked about. It understands no PromQL beyond that; test/contract asks the real one.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { nameLabel } from "../../src/prometheus/expressions.ts";

/** How it treats whoever asks: with an answer, HTTP 500, a broken connection, or silence. */
export type Mood = "answers" | "fails" | "resets" | "hangs";

/** The source. */
export interface RatioSource {
  readonly url: string;
  /** Sets the share of a service's requests that fail, over every window. */
  set(service: string, ratio: number): void;
  behave(mood: Mood): void;
  stop(): Promise<void>;
}

const requestsPerSecond = 100;
const monthSeconds = 30 * 24 * 3600;

/** Starts one that knows no service and answers. */
export async function startRatioSource(): Promise<RatioSource> {
  const ratios = new Map<string, number>();
  let mood: Mood = "answers";
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const question = new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
      reply(mood, response, () => vectorFor(question, ratios));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set: (service, ratio) => void ratios.set(service, ratio),
    behave(now) {
      // Whoever was left hanging is let go, as by a server that is restarted.
      if (mood === "hangs") server.closeAllConnections();
      mood = now;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function reply(mood: Mood, response: ServerResponse, answer: () => unknown): void {
  switch (mood) {
    case "answers":
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer()));
      return;
    case "fails":
      response.writeHead(500).end("out of memory");
      return;
    case "resets":
      response.destroy();
      return;
    case "hangs":
  }
}

/** Each named expression of the question, as the product joins them. */
const named = new RegExp(
  String.raw`label_replace\(\(\n(?<query>.*?)\n\), "${nameLabel}", "(?<id>e\d+)", "", ""\)`,
  "gs",
);

function vectorFor(question: URLSearchParams, ratios: ReadonlyMap<string, number>): unknown {
  const at = Number(question.get("time"));
  const result = [...(question.get("query") ?? "").matchAll(named)].flatMap(({ groups }) => {
    const value = valueOf(groups?.["query"] ?? "", ratios);
    return value === undefined
      ? []
      : [{ metric: { [nameLabel]: groups?.["id"] }, value: [at, String(value)] }];
  });
  return { status: "success", data: { resultType: "vector", result } };
}

function valueOf(query: string, ratios: ReadonlyMap<string, number>): number | undefined {
  if (query.includes("min_over_time(timestamp(")) return monthSeconds;
  if (query.includes("max(timestamp(")) return 5;
  const ratio = ratios.get(/service="(\w+)"/.exec(query)?.[1] ?? "");
  if (ratio === undefined) return undefined;
  return requestsPerSecond * (query.includes('code=~"5.."') ? ratio : 1);
}
