/**
 * The little of `fetch` that Octokit uses, straight over `node:http`: the platform's makes streams, signals and
 * header lists for each call, which cost us more than the call's own work.
 *
 * Keeps: ten seconds for everything, the body included; bodies of at most 32 MB. Node's own agents keep the
 * connections, know the system's authorities and obey `NODE_USE_ENV_PROXY` as the platform's fetch does.
 */
import http from "node:http";
import https from "node:https";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { answerMs, apiVersion, boundedFetch } from "./bounded-fetch.ts";

/** GitHub's longest answers, a hundred pull requests with their repositories, have some 3 MB. */
const maxBodyBytes = 32 * 1024 * 1024;

/** What Octokit asks of a fetch. */
export interface LeanRequest {
  readonly method: string;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What Octokit reads of a response. A body that broke off or is too long is an error of who reads it. */
export interface LeanResponse {
  readonly url: string;
  readonly status: number;
  readonly statusText: string;
  readonly headers: ReadonlyMap<string, string>;
  text(): Promise<string>;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/**
 * Asks GitHub and reads the whole answer. Who answers with a redirect has done nothing yet, so the platform's
 * fetch asks again and goes where the standard says.
 */
export async function leanFetch(url: string, request: LeanRequest): Promise<LeanResponse | Response> {
  const deadline = AbortSignal.timeout(answerMs);
  const signal = request.signal ? AbortSignal.any([request.signal, deadline]) : deadline;
  const answer = await exchange(url, request, signal);
  if (!isRedirect(answer)) return answer;
  const { method, headers, body } = request;
  return boundedFetch(url, { method, headers, signal, ...(body !== undefined && { body }) });
}

function isRedirect({ status, headers }: LeanResponse): boolean {
  return [301, 302, 303, 307, 308].includes(status) && headers.has("location");
}

function exchange(
  url: string,
  { method, headers, body }: LeanRequest,
  signal: AbortSignal,
): Promise<LeanResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<LeanResponse>();
  const sent = (url.startsWith("https:") ? https : http).request(url, {
    method,
    headers: { ...headers, ...ownHeaders(method, body) },
  });
  const giveUp = (): void => {
    reject(signal.reason as Error);
    sent.destroy();
  };
  signal.addEventListener("abort", giveUp, { once: true });
  let isAnswered = false;
  sent.on("response", (received) => {
    isAnswered = true;
    const chunks: Buffer[] = [];
    let size = 0;
    received.on("data", (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > maxBodyBytes) received.destroy();
    });
    // Breaking off is told by the close, after which an answer that came whole is settled already.
    received.on("error", () => undefined);
    received.on("end", () => resolve(responseOf(url, received, Buffer.concat(chunks))));
    received.on("close", () => resolve(responseOf(url, received, undefined)));
  });
  sent.on("error", reject);
  sent.on("close", () => {
    signal.removeEventListener("abort", giveUp);
    if (!isAnswered) reject(new Error("the connection was closed without an answer"));
  });
  if (signal.aborted) giveUp();
  else sent.end(body);
  return promise;
}

/**
 * What is read may be long, and packed it is a tenth; what a write is answered with is short, and unpacking it
 * would take more time than it saves.
 */
function ownHeaders(method: string, body: string | undefined): http.OutgoingHttpHeaders {
  return {
    "x-github-api-version": apiVersion,
    "accept-encoding": method === "GET" ? "gzip" : "identity",
    ...(body !== undefined && { "content-length": Buffer.byteLength(body) }),
  };
}

function responseOf(url: string, received: http.IncomingMessage, body: Buffer | undefined): LeanResponse {
  const read = (): Promise<Buffer> => unpacked(body, received.headers["content-encoding"]);
  return {
    url,
    status: received.statusCode ?? 0,
    statusText: received.statusMessage ?? "",
    headers: new Map(Object.entries(received.headers).map(([name, value]) => [name, String(value)])),
    text: async () => (await read()).toString("utf8"),
    arrayBuffer: async () => new Uint8Array(await read()).buffer,
  };
}

const unpack = promisify(gunzip);

async function unpacked(body: Buffer | undefined, encoding: string | undefined): Promise<Buffer> {
  if (body === undefined) throw new Error("the body broke off or is too long");
  return encoding === "gzip" ? unpack(body, { maxOutputLength: maxBodyBytes }) : body;
}
