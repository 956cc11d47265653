/** A stand-in for Prometheus that answers what is asked of it at once: it measures who asks, not itself. */
import { createServer, type IncomingMessage, type Server } from "node:http";

/** What is true of the service now. */
export interface Service {
  /** Share of requests that fail, from 0 to 1. */
  errorRatio: number;
  /** How often it was asked. */
  requests: number;
}

const perSecond = 100;
const monthSeconds = 40 * 86_400;

/** Serves `/api/v1/query` and `/api/v1/query_range` about one service. */
export function prometheusServer(service: Service): Server {
  return createServer((request, response) => {
    void (async () => {
      service.requests += 1;
      const asked = new URLSearchParams(await bodyOf(request));
      const query =
        asked.get("query") ?? new URL(request.url ?? "/", "http://x").searchParams.get("query") ?? "";
      const body = (request.url ?? "").includes("query_range")
        ? { resultType: "matrix", result: spans(query, asked, service) }
        : {
            resultType: "vector",
            result: instants(query, Number(asked.get("time") ?? Date.now() / 1000), service),
          };
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ status: "success", data: body }));
    })();
  });
}

/** The whole body of a request. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** Each named part of a joined question, or the one question. */
function partsOf(
  query: string,
): readonly { readonly metric: Record<string, string>; readonly text: string }[] {
  const named = [...query.matchAll(/label_replace\(\(\n([\s\S]*?)\n\), "(\w+)", "(\w+)", "", ""\)/g)];
  if (named.length === 0) return [{ metric: {}, text: query }];
  return named.map(([, text = "", label = "", name = ""]) => ({ metric: { [label]: name }, text }));
}

function valueOf(text: string, { errorRatio }: Service): number {
  if (text.startsWith("time() - min")) return monthSeconds;
  if (text.startsWith("time() - (max")) return 5;
  const seconds = text.includes("increase(") ? 86_400 : 1;
  return perSecond * seconds * (text.includes('code=~"5.."') ? errorRatio : 1);
}

function instants(query: string, at: number, service: Service): readonly object[] {
  return partsOf(query).map(({ metric, text }) => ({ metric, value: [at, String(valueOf(text, service))] }));
}

function spans(query: string, asked: URLSearchParams, service: Service): readonly object[] {
  const [start, end, step] = ["start", "end", "step"].map((name) => Number(asked.get(name)));
  const moments: number[] = [];
  for (let at = start!; at <= end!; at += step!) moments.push(at);
  return partsOf(query).map(({ metric, text }) => ({
    metric,
    values: moments.map((at) => [at, String(valueOf(text, service))]),
  }));
}
