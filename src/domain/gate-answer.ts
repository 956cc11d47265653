/**
 * What we answer whoever asks the gate, as JSON: the contract of `/v1/gate`, of the command line's `--json` and of the GitHub
 * Action. A field that is not known is `null`, never left out: callers' expressions err on a missing key.
 *
 * Keeps: `allow` is what to do, `verdict` the same in the words of callers, and `decision` what the policy says before mode and
 * bypass, so a gate that only observes lets everybody through and still tells what it would have done.
 */
import type { Outcome } from "./decide.ts";
import type { Mode } from "./policy.ts";
import type { QualityResult, QualityTool } from "./quality-finding.ts";

/** The answer to one question. Times are ISO 8601 in UTC. */
export interface GateAnswer {
  readonly schema: "burngate.gate/v1";
  /** Names the verdict in the ledger; `null`: none was kept. */
  readonly id: string | null;
  /** What the caller should do: `allow` and `warn` go on, `block` and `inconclusive` do not. */
  readonly verdict: Outcome;
  /** Whether to go on: true for `allow` and `warn`, and for nothing else. */
  readonly allow: boolean;
  /** What the policy says of the numbers; differs from `verdict` where it only observes or somebody bypassed it. */
  readonly decision: Outcome;
  readonly mode: Mode;
  /** One line for people: cause, number, next step. */
  readonly reason: string;
  /** `owner/name`. */
  readonly repo: string;
  readonly environment: string | null;
  readonly service: string | null;
  /** The commit that was asked about. */
  readonly sha: string | null;
  /** The policy that judged: its path and the commit it was read at. */
  readonly policy: { readonly path: string; readonly sha: string } | null;
  readonly slos: readonly SloAnswer[];
  readonly qualityGates: readonly QualityGateAnswer[];
  /** Who opened the gate by hand. */
  readonly bypass: { readonly by: string; readonly until: string; readonly reason: string | null } | null;
  readonly evaluatedAt: string;
  /** For how long the answer may be kept. */
  readonly validForSeconds: number;
  /** When to ask again; `null`: there is no need. */
  readonly retryAfterSeconds: number | null;
  /** Where people read more. */
  readonly url: string | null;
}

/** One objective in an answer. */
export interface SloAnswer {
  readonly name: string;
  readonly verdict: Outcome;
  /** Share of the error budget that is left, negative when overspent; `null`: not measured. */
  readonly budgetRemaining: number | null;
  /** Burn rate by window (`1h`); `null`: not measured. */
  readonly burn: Readonly<Record<string, number | null>>;
}

/** One quality gate in an answer. */
export interface QualityGateAnswer {
  readonly name: string;
  readonly tool: QualityTool;
  readonly result: QualityResult;
  /** Keptn's score, 0 to 100; `null`: the tool has none. */
  readonly score: number | null;
  readonly message: string;
}
