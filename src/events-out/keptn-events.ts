/** Verdicts in the shape of Keptn 1's `sh.keptn.event.evaluation.finished`, for whoever still listens to that. */
import { sentenceOf } from "../domain/explain.ts";
import { formatIso } from "../domain/instant.ts";
import type { Verdict } from "../domain/verdict.ts";
import type { ToldVerdict } from "../gate/event-sinks.ts";
import type { CloudEvent } from "./cloud-event.ts";

const type = "sh.keptn.event.evaluation.finished";

/** The event of a verdict. */
export function keptnEventsOf(
  { id, verdict, repository }: ToldVerdict,
  source: string,
): readonly CloudEvent[] {
  const { status, result } = resultOf(verdict);
  const { gate, baseRef } = verdict.subject;
  const stage = "environment" in gate && gate.environment !== undefined ? gate.environment : baseRef;
  const message = sentenceOf(verdict, "members");
  const scores = (verdict.quality ?? []).flatMap(({ score }) => score ?? []);
  const time = formatIso(verdict.measuredAt);
  return [
    {
      id: `verdict-${id}`,
      source,
      type,
      subject: `verdict-${id}`,
      time: formatIso(verdict.at),
      extensions: {
        shkeptncontext: contextOf(id),
        // Nobody sent the event that triggered it, and Keptn demands its id.
        triggeredid: contextOf(id),
        gitcommitid: verdict.origin.commitSha,
        shkeptnspecversion: "0.2.4",
      },
      data: {
        project: repository.owner,
        stage,
        service: repository.name,
        status,
        result,
        message,
        evaluation: {
          timeStart: time,
          timeEnd: time,
          result,
          score: scores.length === 0 ? (result === "pass" ? 100 : 0) : Math.min(...scores),
          sloFileContent: "",
          indicatorResults:
            verdict.findings.length === 0
              ? null
              : verdict.findings.map(({ objective, remaining, state }) => ({
                  score: state === "within" ? 1 : 0,
                  value: {
                    metric: objective,
                    value: remaining ?? 0,
                    comparedValue: 0,
                    success: remaining !== undefined,
                  },
                  displayName: objective,
                  passTargets: null,
                  warningTargets: null,
                  keySli: false,
                  status: state === "within" ? "pass" : "fail",
                })),
        },
      },
    },
  ];
}

function resultOf({ decision: { outcome } }: Verdict): {
  readonly status: "succeeded" | "errored";
  readonly result: "pass" | "warning" | "fail";
} {
  switch (outcome) {
    case "allow":
      return { status: "succeeded", result: "pass" };
    case "warn":
      return { status: "succeeded", result: "warning" };
    case "block":
      return { status: "succeeded", result: "fail" };
    case "inconclusive":
      return { status: "errored", result: "fail" };
  }
}

/** A verdict is a sequence of its own, and Keptn names sequences by UUIDs. */
function contextOf(id: number): string {
  return `00000000-0000-8000-8000-${id.toString(16).padStart(12, "0")}`;
}
