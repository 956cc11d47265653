/**
 * `POST /v1/events/{argocd,cdevents}`: other systems tell that something was deployed, and it is looked at.
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/notifications/services/webhook/, https://cdevents.dev
 *
 * Keeps: telling opens nothing. Who tells must be a caller that may ask about the repository and the environment; what they tell names a
 * commit only if it is a whole sha, and the time is ours.
 */
import { z } from "zod";
import type { RolloutFact } from "../gate/rollout-fact.ts";
import { hookAnswer } from "./answer-schema.ts";
import { type ApiCall, type ApiRoute, type ApiSurface, repositoryFor } from "./api.ts";
import type { RolloutEar } from "./flagger.ts";
import { plainText } from "./plain-text.ts";
import { type ApiProblem, sendJson, sendProblem } from "./problem.ts";

const word = plainText(300);

/** What a template of Argo CD's notifications sends; docs/argo-cd.md shows it. */
const argoBody = z.object({
  app: word.min(1),
  repo: z.string().max(1000),
  sha: word,
  phase: word,
  environment: word.min(1),
  service: word.optional(),
});

const cdEvent = z.object({
  context: z.object({ id: word.min(1), type: word }),
  subject: z.object({
    id: word,
    content: z.object({
      environment: z.object({ id: word }).optional(),
      artifactId: z.string().max(1000).optional(),
    }),
  }),
  customData: z
    .object({
      repository: word.optional(),
      sha: word.optional(),
      environment: word.optional(),
      service: word.optional(),
    })
    .optional(),
});

const cloudEvent = z.object({ specversion: z.literal("1.0"), data: cdEvent });

/** What was told, before anybody is known to be who they name. */
interface Told {
  readonly repo: string;
  readonly fact: Pick<RolloutFact, "from" | "environment" | "service" | "sha" | "phase" | "key">;
}

/** The routes of events. */
export function eventRoutes(surface: ApiSurface & RolloutEar): readonly ApiRoute[] {
  const route = (
    name: string,
    summary: string,
    body: z.ZodType,
    read: (value: unknown, call: ApiCall) => Told | "not_wanted" | ApiProblem,
  ): ApiRoute => ({
    path: new RegExp(`^/v1/events/${name}$`),
    template: `/v1/events/${name}`,
    methods: ["POST"],
    access: "callers",
    summary,
    body,
    answers: [{ status: 202, description: "Heard.", schema: hookAnswer }],
    handle: async (call) => hear(surface, call, read(jsonIn(call.body), call)),
  });
  return [
    route("argocd", "Argo CD has synchronised an application.", argoBody, readArgo),
    route("cdevents", "A CDEvent: a service was deployed.", z.union([cdEvent, cloudEvent]), readCdEvent),
  ];
}

async function hear(
  surface: ApiSurface & RolloutEar,
  { caller, response }: ApiCall,
  told: Told | "not_wanted" | ApiProblem,
): Promise<void> {
  if (told === "not_wanted") return sendJson(response, 202, { reason: "nothing to look at", allow: true });
  if ("status" in told) return sendProblem(response, told);
  const [owner = "", name = ""] = told.repo.split("/");
  const repository = await repositoryFor(surface, caller, owner, name, told.fact.environment);
  if ("status" in repository) return sendProblem(response, repository);
  await surface.heardRollout({ ...told.fact, repositoryId: repository.id, at: surface.clock.now() });
  return sendJson(response, 202, { reason: "heard", allow: true });
}

function readArgo(value: unknown): Told | "not_wanted" | ApiProblem {
  const read = argoBody.safeParse(value);
  if (!read.success)
    return {
      status: 400,
      detail: "the body must hold app, repo, sha, phase and environment; see docs/argo-cd.md",
    };
  const { app, repo, sha, phase, environment, service } = read.data;
  if (repo === "")
    return {
      status: 422,
      detail:
        "`repo` is empty, as it is for an application of several sources; write the repository into the template",
    };
  const slug = slugOf(repo);
  if (slug === undefined) return { status: 422, detail: "`repo` is no repository's address" };
  if (phase !== "Succeeded") return "not_wanted";
  const commit = commitOf(sha);
  return {
    repo: slug,
    fact: { from: "argocd", environment, service, sha: commit, phase: "succeeded", key: `${app} ${sha}` },
  };
}

const deployed = /^dev\.cdevents\.service\.(?:deployed|upgraded|rolledback)\.0\.\d+\.\d+/;

/** Structured events carry the CDEvent in `data`, binary ones are the CDEvent. */
function readCdEvent(value: unknown): Told | "not_wanted" | ApiProblem {
  const structured = cloudEvent.safeParse(value);
  const read = structured.success ? { success: true, data: structured.data.data } : cdEvent.safeParse(value);
  if (!read.success || read.data === undefined) return { status: 400, detail: "the body is no CDEvent" };
  const { context, subject, customData } = read.data;
  if (!deployed.test(context.type)) return "not_wanted";
  const environment = customData?.environment ?? subject.content.environment?.id;
  const [, ofArtifact, shaOfArtifact] =
    /^pkg:github\/([\w.-]+\/[\w.-]+)(?:@([0-9a-f]+))?/.exec(subject.content.artifactId ?? "") ?? [];
  const repo = slugOf(customData?.repository ?? ofArtifact ?? "");
  if (repo === undefined || environment === undefined || environment === "")
    return {
      status: 422,
      detail: "name the repository (customData.repository or a pkg:github artifactId) and the environment",
    };
  const sha = commitOf(customData?.sha ?? shaOfArtifact ?? "");
  const service = customData?.service ?? subject.id;
  return {
    repo,
    fact: { from: "cdevents", environment, service, sha, phase: "succeeded", key: context.id },
  };
}

/** `owner/name` of a repository's address, in whichever form. */
function slugOf(address: string): string | undefined {
  const [, slug] = /(?:^|[/:])([\w.-]{1,100}\/[\w.-]{1,100}?)(?:\.git)?\/?$/.exec(address) ?? [];
  return slug;
}

function commitOf(text: string): string | undefined {
  return /^[0-9a-f]{40}([0-9a-f]{24})?$/i.test(text) ? text.toLowerCase() : undefined;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
