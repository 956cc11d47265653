/**
 * The setup page's HTTP: three addresses for people, two for probes.
 *
 * Keeps: at most 16 KB of a form are kept, and a request has 15 seconds; what is thrown is told to the log and
 * to nobody else.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { AppCredentials } from "../domain/app-credentials.ts";
import { documentOf, type Page, pageHeaders } from "./document.ts";
import { refusalPage } from "./refusal-page.ts";
import { refusals } from "./refusals.ts";
import { type Answer, type Registrar, registrarOf, type SetupWorld } from "./registrar.ts";

/** A setup page that is served. */
export interface SetupServer {
  readonly port: number;
  /** Resolves when an App is registered and the browser has been told, or has left. */
  readonly registered: Promise<AppCredentials>;
  /** Takes no new request, answers those that run, then resolves. */
  stop(): Promise<void>;
}

const maxBodyBytes = 16 * 1024;

/** As much more is read and thrown away, so that a sender hears the answer before the connection breaks. */
const maxWasteBytes = 1024 * 1024;

const cookieName = "burngate_setup";

/** Serves the setup page; `broke` hears of what was thrown. */
export async function listenSetup(
  world: SetupWorld,
  host: string,
  port: number,
  broke: (error: unknown) => void,
): Promise<SetupServer> {
  const registrar = registrarOf(world);
  const registered = Promise.withResolvers<AppCredentials>();
  const server = createServer({
    headersTimeout: 10_000,
    requestTimeout: 15_000,
    keepAliveTimeout: 5000,
    maxHeaderSize: 16_384,
  });
  server.maxConnections = 50;
  const running = new Set<Promise<void>>();
  server.on("request", (request, response) => {
    response.on("close", () => {
      if (!server.listening) server.closeIdleConnections();
    });
    const answered = answer(world, registrar, request, response, registered.resolve)
      .catch((error: unknown) => {
        broke(error);
        sendPlain(response, 500, "Something broke here; it has been noted.\n");
      })
      .finally(() => running.delete(answered));
    running.add(answered);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    registered: registered.promise,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await closed;
      // Also of those whose browser has left.
      await Promise.all(running);
    },
  };
}

async function answer(
  world: SetupWorld,
  registrar: Registrar,
  request: IncomingMessage,
  response: ServerResponse,
  done: (credentials: AppCredentials) => void,
): Promise<void> {
  const { gitHubUrl } = world;
  const [path = "/", query = ""] = (request.url ?? "/").split("?", 2);
  const parameters = new URLSearchParams(query);
  const cookie = cookieOf(request);
  const route = `${request.method ?? ""} ${path}`;
  switch (route) {
    case "GET /":
      return send(response, registrar.open(parameters.get("token") ?? undefined, cookie), gitHubUrl);
    case "POST /register": {
      const body = await readBody(request);
      const origin = originOf(request, world.publicUrl);
      if (body === undefined) return sendPage(response, refusalPage(refusals.tooLarge), gitHubUrl);
      if (origin === undefined) return sendPage(response, refusalPage(refusals.foreignForm), gitHubUrl);
      return send(response, registrar.register(body, origin, cookie), gitHubUrl);
    }
    case "GET /registered": {
      const [state, code] = [parameters.get("state") ?? "", parameters.get("code") ?? ""];
      const last = await registrar.conclude(state, code, cookie);
      if (last.kind === "registered") {
        const { credentials } = last;
        // A browser that left while GitHub was asked has closed already, and closes no second time.
        if (response.destroyed) done(credentials);
        else response.once("close", () => done(credentials));
        response.setHeader("connection", "close");
      }
      return send(response, last, gitHubUrl);
    }
    case "GET /livez":
      return sendPlain(response, 200, "alive\n");
    case "GET /readyz":
      return sendPlain(response, 503, "not ready: no GitHub App is registered yet\n");
    case `POST ${world.webhookPath}`:
      return sendPlain(response, 503, "No GitHub App is registered yet.\n");
    default:
      return sendPlain(response, 404, "Nothing here yet: Burngate waits to be set up.\n");
  }
}

function send(response: ServerResponse, what: Answer, gitHubUrl: string): void {
  switch (what.kind) {
    case "entered":
      // The token leaves the address bar, and so the history and what is told to other sites.
      response.writeHead(303, {
        location: "/",
        "set-cookie": `${cookieName}=${what.cookie}; Path=/; HttpOnly; SameSite=Lax`,
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
      });
      response.end();
      return;
    case "page":
    case "registered":
      return sendPage(response, what.page, gitHubUrl);
  }
}

function sendPage(response: ServerResponse, page: Page, gitHubUrl: string): void {
  response.writeHead(page.status, pageHeaders(gitHubUrl));
  response.end(documentOf(page));
}

function sendPlain(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" });
  response.end(text);
}

function cookieOf({ headers }: IncomingMessage): string | undefined {
  return new RegExp(`(?:^|; )${cookieName}=([\\w-]+)`).exec(headers.cookie ?? "")?.[1];
}

/**
 * Where the browser found our form, which is where GitHub shall send it back to; nothing where the form is
 * another site's.
 */
function originOf({ headers }: IncomingMessage, publicUrl: string | undefined): string | undefined {
  const { origin, host = "" } = headers;
  if (origin === undefined) return /^[\w.:[\]-]+$/.test(host) ? `http://${host}` : undefined;
  if (!URL.canParse(origin)) return undefined;
  const isOurs = new URL(origin).host === host;
  const isPublic = publicUrl !== undefined && new URL(publicUrl).origin === origin;
  return isOurs || isPublic ? origin : undefined;
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size <= maxBodyBytes) chunks.push(chunk);
      if (size > maxWasteBytes) break;
    }
  } catch {
    // The other side broke off; anybody can, so it is no fault.
    return "";
  }
  return size > maxBodyBytes ? undefined : Buffer.concat(chunks).toString("utf8");
}
