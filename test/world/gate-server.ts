/** A gate that says what it is told to, and holds whoever asks to the contract. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Outcome } from "../../src/domain/decide.ts";

/** A gate that is running. */
export interface GateServer {
  readonly url: string;
  /** What it was asked, in order: the path with its parameters, and the credential. */
  readonly asked: readonly { readonly path: string; readonly authorization: string | undefined }[];
  /** What it says from the next question on, one after the other; the last one for ever. */
  say(...verdicts: readonly Outcome[]): void;
  stop(): void;
}

const known = ["environment", "service", "sha", "scope", "wait"];

/** Starts a gate for any repository whose every reason is `reason`. */
export async function startGateServer(reason = "checkout: 95% left."): Promise<GateServer> {
  const asked: { path: string; authorization: string | undefined }[] = [];
  let coming: Outcome[] = ["allow"];
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://gate");
    asked.push({ path: url.pathname + url.search, authorization: request.headers.authorization });
    const [, repo] = /^\/v1\/gate\/([^/]+\/[^/]+)$/.exec(url.pathname) ?? [];
    const strange = [...url.searchParams.keys()].find((name) => !known.includes(name));
    if (repo === undefined || strange !== undefined || request.method !== "GET") {
      response.writeHead(400).end(JSON.stringify({ detail: `${request.method} ${request.url}` }));
      return;
    }
    const verdict = coming.length > 1 ? coming.shift() : coming[0];
    const of = (name: string): string | null => url.searchParams.get(name);
    const allow = verdict === "allow" || verdict === "warn";
    const about = { repo, environment: of("environment"), service: of("service"), sha: of("sha") };
    response.end(
      JSON.stringify({ schema: "burngate.gate/v1", verdict, allow, decision: verdict, reason, ...about }),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    say: (...verdicts) => void (coming = [...verdicts]),
    stop: () => void server.close(),
  };
}
