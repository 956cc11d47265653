/** Our server with a fake door behind it, and ways to talk to it that no well-behaved client has. */
import { type ClientRequest, type IncomingMessage, request, type RequestOptions } from "node:http";
import { connect } from "node:net";
import type { Door, Knock, Reception } from "../../src/gate/door.ts";
import type { Events } from "../../src/gate/events.ts";
import { knownCallers } from "../world/known-callers.ts";
import { listenHttp, type ServerBounds, type Surfaces, webhookPath } from "../../src/http/server.ts";

/** A running server and what went through it. */
export interface Surface {
  readonly port: number;
  readonly knocks: Knock[];
  /** Names of the events told, with their first argument. */
  readonly told: string[];
  stop(): Promise<void>;
}

const unasked = (): never => {
  throw new Error("nobody asks the gate here");
};

/** For tests of other routes: nobody is known, so nothing behind it is reached. */
const unreachable: Surfaces["api"] = {
  callers: knownCallers({}),
  questions: { answer: unasked, wait: unasked },
  registry: { named: unasked },
  heardRollout: unasked,
  clock: { now: () => 0 },
};

/** Starts a server whose door answers as `receive` says; `accepted` unless told otherwise. */
export async function startSurface(
  receive: (knock: Knock) => Promise<Reception> = () => Promise.resolve("accepted"),
  more: Partial<Pick<Surfaces, "unready" | "metrics" | "sync" | "alerts" | "api">> = {},
  bounds?: ServerBounds,
): Promise<Surface> {
  const knocks: Knock[] = [];
  const told: string[] = [];
  const events = new Proxy({} as Events, {
    get: (_, name: string) => (first: unknown) => void told.push(`${name} ${String(first)}`),
  });
  const door: Door = {
    enter(knock) {
      knocks.push(knock);
      return receive(knock);
    },
  };
  const surfaces = {
    door,
    events,
    unready: () => Promise.resolve(undefined),
    metrics: () => Promise.resolve({ type: "text/plain; version=0.0.4", text: "up 1\n" }),
    sync: () => Promise.resolve({ scannedAt: undefined, found: 0, repaired: 0, givenUp: 0 }),
    alerts: undefined,
    gitlab: undefined,
    api: unreachable,
    ...more,
  };
  const server = await listenHttp(surfaces, "127.0.0.1", 0, bounds);
  return { port: server.port, knocks, told, stop: async () => server.stop() };
}

/** Headers of a webhook that the door would look at. */
export const webhookHeaders = {
  "x-github-delivery": "11111111-2222-11f1-3333-444444444444",
  "x-github-event": "push",
  "x-hub-signature-256": `sha256=${"0".repeat(64)}`,
} as const;

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

/** A request that is under way. */
export interface Sending {
  readonly request: ClientRequest;
  /** The answer; what goes wrong after it does not matter. */
  readonly answer: Promise<Answer>;
}

/** Begins a request; its body is the caller's to write. */
export function begin(surface: Pick<Surface, "port">, options: RequestOptions): Sending {
  const started = request({ host: "127.0.0.1", port: surface.port, ...options });
  const answer = new Promise<Answer>((resolve, reject) => {
    started.on("error", reject);
    started.on("response", (response) => {
      response.setEncoding("utf8");
      let text = "";
      response.on("data", (chunk: string) => (text += chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
      response.on("error", reject);
    });
  });
  // An answer that nobody waits for must not end the process.
  answer.catch(() => undefined);
  return { request: started, answer };
}

/** Sends a whole request. */
export async function send(
  surface: Pick<Surface, "port">,
  options: RequestOptions,
  body = "",
): Promise<Answer> {
  const { request: started, answer } = begin(surface, options);
  started.end(body);
  return answer;
}

/** Sends a webhook. */
export async function knock(
  surface: Pick<Surface, "port">,
  headers: object = {},
  body = "{}",
): Promise<Answer> {
  return send(
    surface,
    { method: "POST", path: webhookPath, headers: { ...webhookHeaders, ...headers } },
    body,
  );
}

/** Sends bytes as they are and gives all that comes back until the server hangs up. */
export async function sendRaw({ port }: Pick<Surface, "port">, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => (answer += chunk));
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}
