import { ok } from "../gate/failure.ts";
import type { GitHubWriter, Write } from "../gate/writer-port.ts";
import type { Repository } from "../domain/subject.ts";
import type { GitHubClient, Kit } from "./client.ts";
import type { Pace } from "./pace.ts";

/** Writes at an installation's pace, one attempt each. */
export function writerOver(client: GitHubClient, pace: Pace): GitHubWriter {
  return {
    takeTurn: async (installationId, now) => pace.takeTurn(installationId, now),
    pausedInstallations: (now) => pace.waiting(now),
    async write(repository, write) {
      const written = await client.call(
        repository.installationId,
        (kit) => send(kit, repository, write),
        "write",
      );
      return written.ok ? ok({ id: idOf(written.value) }) : written;
    },
  };
}

function idOf(answer: object): number | undefined {
  return "id" in answer && typeof answer.id === "number" ? answer.id : undefined;
}

/** The one call that a write is. What GitHub answers with no body is an empty object to us. */
async function send(
  { rest }: Kit,
  { owner, name: repo }: Repository,
  write: Write,
): Promise<{ readonly data: object }> {
  switch (write.kind) {
    case "check_run":
      return sendCheckRun(rest, { owner, repo }, write);
    case "comment": {
      const { id: comment_id, number: issue_number, body } = write;
      return comment_id === undefined
        ? rest.issues.createComment({ owner, repo, issue_number, body })
        : rest.issues.updateComment({ owner, repo, comment_id, body });
    }
    case "status": {
      const { sha, context, state, description } = write;
      return rest.repos.createCommitStatus({ owner, repo, sha, context, state, description });
    }
    case "review": {
      const { runId: run_id, environment: environment_name, state, comment } = write;
      await rest.actions.reviewCustomGatesForRun({ owner, repo, run_id, environment_name, state, comment });
      return { data: {} };
    }
    case "interim": {
      const { runId: run_id, environment: environment_name, comment } = write;
      await rest.actions.reviewCustomGatesForRun({ owner, repo, run_id, environment_name, comment });
      return { data: {} };
    }
    case "dispatch": {
      const { eventType: event_type, payload: client_payload } = write;
      await rest.repos.createDispatchEvent({ owner, repo, event_type, client_payload });
      return { data: {} };
    }
    case "deployment_status": {
      const { deploymentId: deployment_id, state, description } = write;
      const asked = { owner, repo, deployment_id, state, description, auto_inactive: false };
      return rest.repos.createDeploymentStatus(asked);
    }
  }
}

async function sendCheckRun(
  rest: Kit["rest"],
  at: { readonly owner: string; readonly repo: string },
  write: Extract<Write, { kind: "check_run" }>,
): Promise<{ readonly data: object }> {
  const { id: check_run_id, name, title, summary, text, conclusion, externalId } = write;
  const said = {
    ...at,
    name,
    external_id: externalId,
    ...(conclusion === undefined ? { status: "in_progress" } : { status: "completed", conclusion }),
    output: { title, summary, text },
    actions: write.buttons.map((button) => ({ ...button })),
  } satisfies Partial<Parameters<typeof rest.checks.create>[0]>;
  return check_run_id === undefined
    ? rest.checks.create({ ...said, head_sha: write.sha })
    : rest.checks.update({ ...said, check_run_id });
}
