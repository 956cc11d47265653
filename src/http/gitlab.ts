/**
 * `POST /v1/events/gitlab`: GitLab asks for an external status check
 * (https://docs.gitlab.com/user/project/merge_requests/status_checks/).
 *
 * Keeps: only what is signed with the operator's secret is read further, and only projects that the operator named are answered. [T15]
 * It is acknowledged when it is on disk; the answer follows.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { Instant } from "../domain/instant.ts";
import type { Secret } from "../domain/secret.ts";
import type { ExternalChecks } from "../gate/external-checks.ts";
import { hookAnswer } from "./answer-schema.ts";
import type { ApiCall, ApiRoute } from "./api.ts";
import { sendJson, sendProblem } from "./problem.ts";

/** What GitLab's door needs; the projects are those that the operator named. */
export interface GitLabDoor {
  readonly secret: Secret;
  readonly projects: readonly {
    readonly project: number;
    readonly repository: string;
    readonly environment: string | undefined;
    readonly service: string | undefined;
  }[];
  readonly ask: ExternalChecks["ask"];
}

const mergeRequestEvent = z.object({
  object_kind: z.literal("merge_request"),
  project: z.object({ id: z.int() }),
  object_attributes: z.object({
    iid: z.int(),
    last_commit: z.object({ id: z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/) }),
  }),
  external_approval_rule: z.object({ id: z.int() }),
});

/** The route of GitLab's status checks. */
export function gitLabRoute({ secret, projects, ask }: GitLabDoor, now: () => Instant): ApiRoute {
  return {
    path: /^\/v1\/events\/gitlab$/,
    template: "/v1/events/gitlab",
    methods: ["POST"],
    access: "anybody",
    summary: "GitLab asks for an external status check; signed by HMAC in X-Gitlab-Signature.",
    body: mergeRequestEvent,
    answers: [{ status: 202, description: "It will be answered.", schema: hookAnswer }],
    async handle({ request, response, body }: ApiCall) {
      if (!isSigned(secret, request.headers["x-gitlab-signature"], body))
        return sendProblem(response, { status: 401, detail: "X-Gitlab-Signature is not that of this body" });
      const event = eventIn(body);
      if (event === undefined)
        return sendProblem(response, {
          status: 400,
          detail: "the body is no status check of a merge request",
        });
      const found = projects.find(({ project }) => project === event.project.id);
      if (found === undefined)
        return sendProblem(response, { status: 404, detail: "this project is not named in GITLAB_FILE" });
      const { repository, environment, service } = found;
      const { iid: mergeRequest, last_commit: commit } = event.object_attributes;
      const { id: checkId } = event.external_approval_rule;
      const asked = { projectId: event.project.id, mergeRequest, sha: commit.id, checkId };
      await ask({ ...asked, repository, environment, service, askedAt: now() });
      return sendJson(response, 202, { reason: "it will be answered", allow: true });
    },
  };
}

function isSigned(secret: Secret, header: string | string[] | undefined, body: string): boolean {
  if (typeof header !== "string") return false;
  const given = Buffer.from(header.replace(/^sha256=/, "").toLowerCase());
  const expected = Buffer.from(createHmac("sha256", secret.reveal()).update(body).digest("hex"));
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function eventIn(text: string): z.infer<typeof mergeRequestEvent> | undefined {
  try {
    return mergeRequestEvent.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
