/** A GitLab as it asks for external status checks and takes their answers. */
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** An answer that GitLab took. */
export interface TakenAnswer {
  readonly path: string;
  readonly sha: string;
  readonly external_status_check_id: number;
  readonly status: string;
}

/** A running GitLab. */
export interface TestGitLab {
  readonly url: URL;
  readonly taken: TakenAnswer[];
  /** How it answers from now on. */
  answer(status: number): void;
  stop(): Promise<void>;
}

/** What GitLab shows and is shown. */
export const gitLabToken = "glpat-0123456789abcdef";
export const gitLabSecret = "a secret of sixteen and more";

/** Starts one. */
export async function startGitLab(): Promise<TestGitLab> {
  const taken: TakenAnswer[] = [];
  let status = 201;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      if (request.headers["private-token"] !== gitLabToken) return response.writeHead(401).end("{}");
      const body = JSON.parse(Buffer.concat(chunks).toString("utf8")) as TakenAnswer;
      if (status < 300) taken.push({ ...body, path: request.url ?? "" });
      return response.writeHead(status).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/gitlab`),
    taken,
    answer(next) {
      status = next;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The hook of a merge request, as GitLab sends it, and its signature. */
export function statusCheckHook(
  sha: string,
  { project = 42, secret = gitLabSecret } = {},
): { readonly body: string; readonly headers: Readonly<Record<string, string>> } {
  const body = JSON.stringify({
    object_kind: "merge_request",
    event_type: "merge_request",
    project: { id: project, path_with_namespace: "acme/shop" },
    object_attributes: { iid: 7, last_commit: { id: sha }, source_branch: "fix" },
    external_approval_rule: {
      id: 3,
      name: "Error budget",
      external_url: "https://gate.example/v1/events/gitlab",
    },
  });
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  return { body, headers: { "content-type": "application/json", "x-gitlab-signature": signature } };
}
