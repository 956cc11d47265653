/**
 * Flagger as it asks a hook (pkg/controller/webhook.go, go-retryablehttp): what it does with an answer. Redirects are followed, whatever
 * is above 202 is a refusal, and the body of a server's failure is lost.
 */

/** When a hook is asked. Empty: as `rollout`. */
export type HookType =
  | ""
  | "confirm-rollout"
  | "pre-rollout"
  | "rollout"
  | "confirm-traffic-increase"
  | "confirm-promotion"
  | "post-rollout"
  | "rollback"
  | "event";

/** What Flagger does, whether it takes the hook for passed, and whether people can read the body. */
export type HookEffect = { effect: string; hookOk: boolean; bodyInKubernetesEvent: boolean };

const effects: { readonly [type: string]: readonly [ifOk: string, ifNot: string] } = {
  "confirm-rollout": ["go on", "stay Waiting; failedChecks unchanged"],
  "pre-rollout": ["go on", "halt; failedChecks+1"],
  rollout: ["go on to metric checks", "halt; failedChecks+1"],
  "confirm-traffic-increase": ["raise weight", "hold weight; failedChecks unchanged"],
  "confirm-promotion": ["promote", "stay WaitingPromotion; failedChecks unchanged"],
  "post-rollout": ["logged only; rollout result unchanged", "logged only; rollout result unchanged"],
  rollback: ["ROLL BACK NOW", "no rollback"],
  event: ["logged only", "logged only"],
};

/** What an answer does; `finalStatus`: after redirects. */
export function hookEffect(type: HookType, finalStatus: number, body: string): HookEffect {
  const name = type === "" ? "rollout" : type;
  const hookOk = finalStatus >= 200 && finalStatus <= 202;
  const [ifOk = "", ifNot = ""] = effects[name] ?? [];
  const isTold = ["pre-rollout", "rollout", "post-rollout"].includes(name) && body !== "";
  return {
    effect: hookOk ? ifOk : ifNot,
    hookOk,
    bodyInKubernetesEvent: !hookOk && isTold && !isRetried(finalStatus),
  };
}

/** Whether the answer is one that is asked for again, and whose body is lost. */
function isRetried(status: number): boolean {
  return status === 429 || (status >= 500 && status !== 501);
}

/** Asks until it passes, is refused for good, or nothing is left. */
export function callHook(
  responses: readonly (number | "timeout")[],
  retries: number,
): { hookOk: boolean; calls: number } {
  for (let calls = 1; ; calls += 1) {
    const answer = responses[Math.min(calls, responses.length) - 1] ?? "timeout";
    const isOk = answer !== "timeout" && answer >= 200 && answer <= 202;
    const mayRetry = answer === "timeout" || isRetried(answer);
    if (isOk || !mayRetry || calls > retries) return { hookOk: isOk, calls };
  }
}

/** Where a canary stands after its checks; `isHeld`: a `confirm-rollout` hook says not yet. */
export function canaryPhase(
  threshold: number,
  failedChecks: number,
  isHeld: boolean,
): "Progressing" | "Waiting" | "rollback" {
  if (failedChecks >= Math.max(1, threshold)) return "rollback";
  return isHeld ? "Waiting" : "Progressing";
}
