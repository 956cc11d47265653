/** Who asks the gate over HTTP, and how much they may. */
import { matchesGlob } from "../domain/subject.ts";
import type { DurationMs } from "../domain/duration.ts";
import type { Instant } from "../domain/instant.ts";

/** Somebody who has shown who they are. They only ask: nothing that they send opens a gate. */
export interface Caller {
  /** Names them in logs and limits; holds no secret. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** Globs of `owner/name`. */
  readonly repositories: readonly string[] | "all";
  /** The one repository that they may ask about, by its id, where an issuer vouches for it. */
  readonly repositoryId?: number;
  /** Globs of environments. */
  readonly environments: readonly string[] | "all";
}

/** What became of what a request shows of its sender. */
export type CallerAnswer =
  | { readonly kind: "known"; readonly caller: Caller }
  | {
      readonly kind: "refused";
      /** `unanswered`: whoever could vouch for them did not answer. */
      readonly why: "missing" | "unknown" | "expired" | "replayed" | "unanswered";
      /** For people: one line, without secrets. */
      readonly detail: string;
    };

/** Whether a caller may ask now. */
export type Admission = { readonly ok: true } | { readonly ok: false; readonly retryAfterMs: DurationMs };

/** Tells callers apart. */
export interface Callers {
  /** Who a request's `authorization` header shows. */
  recognise(authorization: string | undefined, now: Instant): Promise<CallerAnswer>;
  /** Counts a question of theirs. */
  admit(caller: Caller, now: Instant): Admission;
}

/** Whether a caller may ask about a repository. GitHub tells names apart without case. */
export function mayAskOf(
  { repositories, repositoryId }: Caller,
  { id, owner, name }: { readonly id: number; readonly owner: string; readonly name: string },
): boolean {
  if (repositoryId !== undefined && repositoryId !== id) return false;
  if (repositories === "all") return true;
  const full = `${owner}/${name}`.toLowerCase();
  return repositories.some((glob) => matchesGlob(full, glob.toLowerCase()));
}

/** Whether a caller may ask about an environment. Who is bound to some may not ask without naming one. */
export function mayAskFor({ environments }: Caller, environment: string | undefined): boolean {
  if (environments === "all") return true;
  if (environment === undefined) return false;
  return environments.some((glob) => matchesGlob(environment.toLowerCase(), glob.toLowerCase()));
}
