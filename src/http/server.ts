import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Door } from "../gate/door.ts";
import type { Events } from "../gate/events.ts";
import type { SyncHealth } from "../gate/gaps.ts";
import { type AlertDoor, alertmanagerPath, alertmanagerRoute } from "./alertmanager.ts";
import { type ApiRoute, type ApiSurface, apiOf } from "./api.ts";
import { eventRoutes } from "./events-in.ts";
import { flaggerRoutes, type RolloutEar } from "./flagger.ts";
import { gateRoute } from "./gate.ts";
import { type GitLabDoor, gitLabRoute } from "./gitlab.ts";
import { openApiRoute } from "./openapi.ts";
import { punctual } from "./punctual.ts";
import { sendText } from "./reply.ts";
import { syncText } from "./sync-text.ts";
import { webhookRoute } from "./webhook.ts";

/** What the server shows of the rest. */
export interface Surfaces {
  readonly door: Door;
  readonly events: Events;
  /** Why the process cannot do its work now, or nothing. */
  readonly unready: () => Promise<string | undefined>;
  /** Metrics in the Prometheus text format, with their content type. */
  readonly metrics: () => Promise<{ readonly type: string; readonly text: string }>;
  /** How well we are in step with GitHub. */
  readonly sync: () => Promise<SyncHealth>;
  /** Where Alertmanager may tell of alerts; `undefined`: nowhere, and nobody sees that there could be. */
  readonly alerts: AlertDoor | undefined;
  /** Where a GitLab may ask for status checks; `undefined`: nowhere. */
  readonly gitlab: GitLabDoor | undefined;
  /** What other delivery systems ask. */
  readonly api: ApiSurface & RolloutEar;
}

/** A server that listens. */
export interface HttpServer {
  readonly port: number;
  /** Takes no new request, answers those that run, then resolves. */
  stop(): Promise<void>;
}

/** Where GitHub sends its webhooks: Probot's default path. */
export const webhookPath = "/api/github/webhooks";

/** What a stranger may take of us. Times in milliseconds. */
export interface ServerBounds {
  /** Connections at once; what comes on top is closed unheard. */
  readonly maxConnections: number;
  /** How long a request's headers may take, and the whole of it with its body; who takes longer is told 408. */
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  /** How often these two are looked at. */
  readonly connectionsCheckingInterval: number;
  /** How long a connection may idle between two requests: longer than GitHub's proxies and common load balancers do. */
  readonly keepAliveTimeout: number;
  /** In bytes; more is told 431. */
  readonly maxHeaderSize: number;
  /** How long an answer about a gate may take: less than callers listen. */
  readonly answerMs: number;
}

const serverBounds: ServerBounds = {
  maxConnections: 1000,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16_384,
  answerMs: 7000,
};

/** Starts the server. */
export async function listenHttp(
  surfaces: Surfaces,
  host: string,
  port: number,
  bounds: ServerBounds = serverBounds,
): Promise<HttpServer> {
  const ending = new AbortController();
  const { events } = surfaces;
  const { maxConnections, answerMs, ...times } = bounds;
  const { questions, clock } = surfaces.api;
  const api = { ...surfaces.api, questions: punctual(questions, answerMs, clock) };
  const routes = {
    api: apiOf(api, apiRoutes(api, surfaces.gitlab, events), events, ending.signal),
    webhook: webhookRoute(surfaces.door, surfaces.events),
    alerts: surfaces.alerts && alertmanagerRoute(surfaces.alerts, surfaces.events),
  };
  const server = createServer(times);
  server.maxConnections = maxConnections;
  server.on("request", (request, response) => {
    // A connection that was busy when we stopped would else be kept for its idle time.
    response.on("close", () => {
      if (!server.listening) server.closeIdleConnections();
    });
    route(surfaces, routes, request, response).catch((error: unknown) => {
      surfaces.events.buried(`http:${request.method ?? ""}`, error);
      sendText(response, 500, "Something broke here; it has been noted.\n");
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      // Who waits for an answer gets the one of now.
      ending.abort();
      await stop(server);
    },
  };
}

/** Every route of the API. */
function apiRoutes(
  api: Surfaces["api"],
  gitlab: GitLabDoor | undefined,
  events: Events,
): readonly ApiRoute[] {
  const checks = gitlab === undefined ? [] : [gitLabRoute(gitlab, () => api.clock.now())];
  const routes = [gateRoute(api, events), ...flaggerRoutes(api, events), ...eventRoutes(api), ...checks];
  return [...routes, openApiRoute(routes)];
}

/** Routes that take bodies, each with its own bounds. */
interface Routes {
  readonly webhook: ReturnType<typeof webhookRoute>;
  readonly alerts: ReturnType<typeof alertmanagerRoute> | undefined;
  readonly api: ReturnType<typeof apiOf>;
}

async function route(
  surfaces: Surfaces,
  { webhook, alerts, api }: Routes,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path = "/"] = (request.url ?? "/").split("?", 1);
  const isRead = request.method === "GET" || request.method === "HEAD";
  switch (path) {
    case webhookPath:
      return request.method === "POST" ? webhook(request, response) : sendText(response, 405, "Only POST.\n");
    case "/livez":
      return isRead ? sendText(response, 200, "alive\n") : sendText(response, 405, "Only GET.\n");
    case "/readyz": {
      if (!isRead) return sendText(response, 405, "Only GET.\n");
      const why = await surfaces.unready();
      return why === undefined
        ? sendText(response, 200, "ready\n")
        : sendText(response, 503, `not ready: ${why}\n`);
    }
    case "/metrics": {
      if (!isRead) return sendText(response, 405, "Only GET.\n");
      const { type, text } = await surfaces.metrics();
      return sendText(response, 200, text, type);
    }
    case "/syncz":
      return isRead
        ? sendText(response, 200, syncText(await surfaces.sync()))
        : sendText(response, 405, "Only GET.\n");
    case alertmanagerPath:
      if (alerts === undefined) return notFound(response);
      return request.method === "POST" ? alerts(request, response) : sendText(response, 405, "Only POST.\n");
    default:
      return path.startsWith("/v1/") ? api(request, response) : notFound(response);
  }
}

function notFound(response: ServerResponse): void {
  const text = "Nothing here. Burngate answers at /livez, /readyz, /metrics, /syncz and GitHub's webhooks.\n";
  return sendText(response, 404, text);
}

async function stop(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  await closed;
}
