/**
 * The floor: the least that a gate can do. It checks the signature, reads the payload, and posts one status over a kept-alive
 * connection. It stores nothing, judges nothing, and forgets what GitHub does not accept.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { webhookSecret } from "./delivery.ts";

interface Payload {
  readonly repository: { readonly full_name: string };
  readonly pull_request: { readonly head: { readonly sha: string } };
}

const github = process.env["GITHUB_API_URL"] ?? "";
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const status = JSON.stringify({
  state: "success",
  context: "error-budget: main",
  description: "It is fine.",
});

async function post({ repository, pull_request: pull }: Payload): Promise<void> {
  const url = `${github}/repos/${repository.full_name}/statuses/${pull.head.sha}`;
  await new Promise<void>((resolve, reject) => {
    const headers = { "content-type": "application/json", authorization: "token ghs_floor" };
    const sent = request(url, { method: "POST", agent, headers }, (response) => {
      response.resume();
      response.once("end", resolve);
    });
    sent.once("error", reject);
    sent.end(status);
  });
}

const server = createServer((incoming, response) => {
  const chunks: Buffer[] = [];
  incoming.on("data", (chunk: Buffer) => void chunks.push(chunk));
  incoming.on("end", () => {
    const body = Buffer.concat(chunks);
    const expected = Buffer.from(`sha256=${createHmac("sha256", webhookSecret).update(body).digest("hex")}`);
    const told = Buffer.from(String(incoming.headers["x-hub-signature-256"]));
    if (told.length !== expected.length || !timingSafeEqual(told, expected))
      return void response.writeHead(400).end();
    post(JSON.parse(body.toString()) as Payload).then(
      () => response.writeHead(202).end(),
      () => response.writeHead(502).end(),
    );
  });
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ msg: "listening", port })}\n`);
});
