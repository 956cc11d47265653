import type { DurationMs } from "../domain/duration.ts";

/** The REST version we were written against; GitHub's newest would change under us. */
export const apiVersion = "2022-11-28";

/** How long GitHub may take for one answer, its body included. */
export const answerMs: DurationMs = 10_000;

/** A fetch that never waits longer than ten seconds and names the API version. */
export const boundedFetch: typeof fetch = (input, init) => {
  const deadline = AbortSignal.timeout(answerMs);
  const signal = init?.signal ? AbortSignal.any([init.signal, deadline]) : deadline;
  const headers = new Headers(init?.headers);
  headers.set("x-github-api-version", apiVersion);
  return fetch(input, { ...init, headers, signal });
};
