/**
 * `mode: direct`: the verdict without a server, found in the runner by the same path, as of a question over HTTP. Nothing is
 * remembered, and no bypass counts.
 */
import { check } from "../gate/check.ts";
import { answerOf, unanswered } from "../gate/answer-of.ts";
import { budgetDaysInMemory } from "../gate/budget-days.ts";
import type { GateAnswer } from "../domain/gate-answer.ts";
import { Secret } from "../domain/secret.ts";
import { placeOn } from "../github/place.ts";
import { type DataSource, directoryOf } from "../prometheus/data-source.ts";
import { measurerOf } from "../prometheus/measurer.ts";
import type { GateQuestion } from "../client/gate-question.ts";
import type { Asking } from "./inputs.ts";

/** Judges the default branch's policy, never the one that was checked out. [T1] */
export async function judgeDirectly(
  asked: GateQuestion,
  { prometheusUrl, prometheusToken, githubToken, policyFile }: Extract<Asking, { kind: "direct" }>,
  apiUrl: string,
  now: () => number,
): Promise<GateAnswer> {
  const { repo, environment, service } = asked;
  const place = await placeOn(repo, undefined, githubToken, apiUrl);
  if (!place.ok) return unanswered(asked, `Not measured: ${place.failure.detail}.`, now());
  const source: DataSource = {
    id: "given",
    url: prometheusUrl,
    auth:
      prometheusToken === undefined
        ? undefined
        : { kind: "bearer", token: new Secret(() => prometheusToken) },
    tls: {},
    headers: {},
    timeoutMs: 30_000,
    repositories: ["**"],
  };
  const measurer = measurerOf([source], budgetDaysInMemory());
  try {
    const evaluation = await check({
      ...place.value,
      ...(policyFile === undefined ? {} : { policyFile }),
      gate: { kind: "question", environment, service, scope: "all" },
      // Whatever data source the policy names, there is only this one.
      sources: { ...directoryOf([source]), resolve: () => ({ kind: "open", id: source.id }) },
      measurer,
      clock: { now },
    });
    return answerOf(asked, evaluation, now(), null, null);
  } finally {
    measurer.close();
  }
}
