/** What a webhook of Flagger's says, and what it asks about (https://docs.flagger.app/usage/webhooks#configuration). */
import { z } from "zod";
import { cut } from "../domain/sentence.ts";
import type { Question } from "../gate/question.ts";
import type { ApiCall } from "./api.ts";
import { plainText } from "./plain-text.ts";
import type { ApiProblem } from "./problem.ts";

const name = plainText(253);

/** What Flagger sends. `metadata` is the hook's own, written by whoever made the Canary. */
export const hookBody = z.object({
  name,
  namespace: name,
  phase: z.string().max(40),
  checksum: plainText(100).default(""),
  metadata: z.record(z.string().max(100), z.string().max(2000)).default({}),
});

/** What Flagger sends, read. */
export type HookBody = z.infer<typeof hookBody>;

/** What a hook is about. */
export interface HookSubject {
  readonly owner: string;
  readonly repo: string;
  readonly environment: string | undefined;
  readonly service: string | undefined;
  readonly sha: string | undefined;
  readonly scope: Question["scope"] | undefined;
}

/** Reads what a hook asks about. */
export function subjectOf({
  url,
  body,
}: ApiCall): { readonly subject: HookSubject; readonly body: HookBody } | ApiProblem {
  const read = bodyIn(body);
  if (read === undefined) return { status: 400, detail: "the body is none of Flagger's webhooks" };
  const given = givenIn(url, read.metadata);
  if ("detail" in given) return given;
  const { repo: full = "", environment, service, sha, scope } = given;
  const [, owner, repo] = /^([\w.-]{1,100})\/([\w.-]{1,100})$/.exec(full) ?? [];
  if (owner === undefined || repo === undefined)
    return { status: 400, detail: "put `repo: owner/name` into the hook's metadata" };
  if (sha !== undefined && !/^[0-9a-f]{40}([0-9a-f]{24})?$/i.test(sha))
    return { status: 400, detail: "`sha` in the hook's metadata must be a whole commit sha" };
  if (scope !== undefined && scope !== "all" && scope !== "canary")
    return { status: 400, detail: "`scope` in the hook's metadata is all or canary" };
  const long = [environment, service].find(
    (text) => text !== undefined && !/^[^\p{Cc}\p{Cs}\u2028\u2029]{1,255}$/u.test(text),
  );
  if (long !== undefined)
    return { status: 400, detail: "`environment` and `service` are one line of at most 255 characters" };
  const subject: HookSubject = { owner, repo, environment, service, sha: sha?.toLowerCase(), scope };
  return { subject, body: read };
}

/** What may be asked, in the address or in the hook's metadata, whose other keys are not ours. */
const keys = ["repo", "environment", "service", "sha", "scope"] as const;

type Given = { readonly [key in (typeof keys)[number]]?: string };

/** What a hook says of itself, once: where it says two things, nobody knows what it asks. */
function givenIn({ searchParams }: URL, metadata: HookBody["metadata"]): Given | ApiProblem {
  const stranger = [...searchParams.keys()].find((key) => !keys.some((one) => one === key));
  if (stranger !== undefined)
    return { status: 400, detail: `\`${cut(stranger, 40)}\` is not known; known are ${keys.join(", ")}` };
  const given: Record<string, string> = {};
  for (const key of keys) {
    const own = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
    const said = [...searchParams.getAll(key), own].filter((one) => one !== undefined && one !== "");
    const [first, ...others] = said;
    if (others.some((other) => other !== first))
      return { status: 400, detail: `\`${key}\` is given twice, and differently` };
    if (first !== undefined) given[key] = first;
  }
  return given;
}

function bodyIn(text: string): HookBody | undefined {
  try {
    return hookBody.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
