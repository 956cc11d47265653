/** What a gate is asked. */
export interface GateQuestion {
  /** `owner/name`. */
  readonly repo: string;
  readonly environment: string | undefined;
  readonly service: string | undefined;
  readonly sha: string | undefined;
}

/** A question as an answer tells it back. */
interface ToldBack {
  readonly repo: string;
  readonly environment: string | null;
  readonly service: string | null;
  readonly sha: string | null;
}

/** Whether this is what was asked: a cache between us may hold the answer to another question. */
export function isSameQuestion(asked: GateQuestion, told: ToldBack): boolean {
  return (
    asked.repo.toLowerCase() === told.repo.toLowerCase() &&
    (asked.environment ?? null) === told.environment &&
    (asked.service ?? null) === told.service &&
    (asked.sha?.toLowerCase() ?? null) === (told.sha?.toLowerCase() ?? null)
  );
}
