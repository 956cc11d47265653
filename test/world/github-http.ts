import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { callerOf, type Tokens } from "./github-auth.ts";
import { answer } from "./github-answer.ts";
import type { Fault, Faults } from "./github-faults.ts";
import { isGraphql, operationName } from "./github-graphql.ts";
import type { Limits } from "./github-limits.ts";
import type { Answer, Question } from "./github-question.ts";
import type { Reply } from "./github-reply.ts";
import type { World } from "./github-world.ts";

/** One request that arrived. `path` without the query; `operation`: the name that a GraphQL query gave itself; `status` 0 until it is answered, and for good if the connection was cut. */
export type LoggedRequest = {
  at: number;
  method: string;
  path: string;
  query: string;
  body: unknown;
  operation: string | undefined;
  status: number;
  installationId: number | undefined;
};

/** What the server works on; `world` exists only once the port is known. */
export type Desk = { world: World; tokens: Tokens; limits: Limits; faults: Faults; log: LoggedRequest[] };

/** Opens the HTTP face. The desk is asked for with every request, since its world needs to know the port first. */
export class HttpFace {
  readonly #server: Server;
  readonly #desk: () => Desk;
  readonly #sockets = new Set<Socket>();

  constructor(desk: () => Desk) {
    this.#desk = desk;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        response.destroy(error instanceof Error ? error : new Error(String(error)));
      });
      // An idle connection is not closed by us: a request that crossed the closing would be a failure that no test planted.
      this.#server.keepAliveTimeout = 600_000;
    });
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
  }

  /** Listens on the loopback interface; port 0 takes any. Gives the port. */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, "127.0.0.1", resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  /** Stops listening and cuts what is open. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const desk = this.#desk();
    const { world, faults } = desk;
    const question = await read(request, world);
    const { method, path, url } = question;
    const entry: LoggedRequest = {
      at: world.now(),
      method,
      path,
      query: url.search.slice(1),
      body: question.body,
      operation: operationName(question),
      status: 0,
      installationId: undefined,
    };
    desk.log.push(entry);
    const fault = faults.take(method, path + url.search, entry.operation);
    if (fault?.delayMs !== undefined) await pause(fault.delayMs);
    const planned = fault !== undefined && (fault.destroySocket === true || fault.status !== undefined);
    const given =
      planned && fault.afterEffect !== true
        ? answer(desk, question, plannedReply(fault), fault.unchecked)
        : answer(desk, question);
    if (fault?.holdMs !== undefined) await pause(fault.holdMs);
    if (given.authority?.kind === "installation") entry.installationId = given.authority.installation.id;
    if (fault?.destroySocket === true) {
      request.socket.destroy();
      return;
    }
    const reply = planned ? (fault.afterEffect === true ? plannedReply(fault) : given.reply) : given.reply;
    const resource = isGraphql(question) ? "graphql" : "core";
    entry.status = send(desk, request, response, { ...given, reply }, resource);
  }
}

function plannedReply(fault: Fault): Reply {
  const { status = 500, headers = {}, body } = fault;
  return typeof body === "string"
    ? { status, headers, body: Buffer.from(body), contentType: "text/html; charset=utf-8" }
    : { status, headers, body };
}

async function read(request: IncomingMessage, world: World): Promise<Question> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  // An Enterprise Server has its API below /api/v3 and /api/graphql; clients that are set up for one find it there.
  const url = new URL(request.url ?? "/", world.apiUrl);
  const path = url.pathname.replace(/^\/api(?:\/v3(?=\/|$)|(?=\/graphql$))/, "");
  const question = { method: request.method ?? "GET", path, url, headers: request.headers };
  if (text === "") return { ...question, body: undefined };
  try {
    return { ...question, body: JSON.parse(text) as unknown };
  } catch {
    return { ...question, body: undefined, malformed: true };
  }
}

/** Writes an answer, as a 304 if the client has it already. Gives the status written. */
function send(
  { world, limits }: Desk,
  request: IncomingMessage,
  response: ServerResponse,
  { reply, authority }: Answer,
  resource: "core" | "graphql",
): number {
  const body =
    reply.body === undefined
      ? Buffer.alloc(0)
      : Buffer.isBuffer(reply.body)
        ? reply.body
        : Buffer.from(JSON.stringify(reply.body));
  const caller = callerOf(authority) + (resource === "core" ? "" : " graphql");
  response.sendDate = false;
  const headers: { [name: string]: string } = {
    Date: new Date(world.now()).toUTCString(),
    Server: "github.com",
    "X-GitHub-Request-Id": `C0DE:${world.ids.next("request").toString(16).toUpperCase()}`,
    "X-GitHub-Media-Type": "github.v3; format=json",
    "X-GitHub-Api-Version-Selected": String(request.headers["x-github-api-version"] ?? "2022-11-28"),
  };
  let status = reply.status;
  if (status === 200 && request.method === "GET") {
    const tag = `W/"${createHash("sha256").update(body).digest("hex")}"`;
    headers["ETag"] = tag;
    headers["Cache-Control"] = "private, max-age=60, s-maxage=60";
    const known = (request.headers["if-none-match"] ?? "")
      .split(",")
      .map((each) => each.trim().replace(/^W\//, ""));
    if (known.includes(tag.replace(/^W\//, ""))) status = 304;
  }
  if (status !== 304) limits.count(caller);
  const { limit, used, remaining, reset } = limits.standing(caller);
  Object.assign(headers, {
    "X-RateLimit-Limit": limit,
    "X-RateLimit-Remaining": remaining,
    "X-RateLimit-Used": used,
  });
  Object.assign(headers, { "X-RateLimit-Reset": reset, "X-RateLimit-Resource": resource });
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
  if (status === 304 || reply.body === undefined) {
    response.writeHead(status).end();
  } else {
    response.setHeader("Content-Type", reply.contentType ?? "application/json; charset=utf-8");
    response.writeHead(status, { "Content-Length": body.length }).end(body);
  }
  return status;
}
