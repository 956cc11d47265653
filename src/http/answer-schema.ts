/** The shapes of what the API answers, held to the domain's own types. */
import { z } from "zod";
import type { GateAnswer } from "../domain/gate-answer.ts";

const verdict = z.enum(["allow", "warn", "block", "inconclusive"]);
const text = z.string().nullable();
const moment = z.string().meta({ format: "date-time" });

/** The answer of the gate. */
export const gateAnswer = z
  .strictObject({
    schema: z.literal("burngate.gate/v1"),
    id: text.meta({ description: "The verdict's number in the ledger." }),
    verdict: verdict.meta({ description: "allow and warn go on, block and inconclusive do not." }),
    allow: z.boolean().meta({ description: "Whether to go on." }),
    decision: verdict.meta({
      description: "What the policy says of the numbers, before its mode and before any bypass.",
    }),
    mode: z.enum(["enforce", "observe"]),
    reason: z.string().meta({ description: "One line for people: cause, number, next step." }),
    repo: z.string(),
    environment: text,
    service: text,
    sha: text,
    policy: z.strictObject({ path: z.string(), sha: z.string() }).nullable(),
    slos: z.array(
      z.strictObject({
        name: z.string(),
        verdict,
        budgetRemaining: z
          .number()
          .nullable()
          .meta({ description: "Share that is left; negative: overspent." }),
        burn: z.record(z.string(), z.number().nullable()).meta({ description: "Burn rate by window." }),
      }),
    ),
    qualityGates: z.array(
      z.strictObject({
        name: z.string(),
        tool: z.enum(["keptn", "argo", "flagger"]),
        result: z.enum(["pass", "warning", "fail", "error"]),
        score: z.number().nullable(),
        message: z.string(),
      }),
    ),
    bypass: z.strictObject({ by: z.string(), until: moment, reason: text }).nullable(),
    evaluatedAt: moment,
    validForSeconds: z.number(),
    retryAfterSeconds: z.number().nullable(),
    url: text,
  })
  .meta({
    description: "What is not known is null; no key is ever left out.",
  }) satisfies z.ZodType<GateAnswer>;

/** The answer of a hook. */
export const hookAnswer = z.strictObject({
  reason: z
    .string()
    .meta({ description: "One line, first in the body: Kubernetes events show its beginning." }),
  allow: z.boolean(),
});

/** A refusal (RFC 9457). */
export const problemAnswer = z.strictObject({
  type: z.literal("about:blank"),
  title: z.string(),
  status: z.int(),
  detail: z.string().meta({ description: "What is wrong, and how to mend it." }),
  allow: z.literal(false),
  verdict: z.literal("inconclusive"),
  reason: z.string(),
});
