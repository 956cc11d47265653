import type { DurationMs } from "../domain/duration.ts";
import type { AskableSli } from "../domain/sli.ts";
import type { Words } from "./prometheus-rule.ts";
import type { Burn, SlothIdentity } from "./sloth-records.ts";
import type { SlothPlugin } from "./sloth-slo.ts";

/** An alert on how fast the budget burns. */
export interface BurnAlert {
  readonly name: string;
  readonly severity: "page" | "ticket";
  /** It fires where any of them burns. */
  readonly burns: readonly Burn[];
  readonly forMs: DurationMs;
  readonly labels: Words;
  readonly annotations: Words;
}

/** The file that rules are made of, as a Kubernetes object is called after it. */
export interface RuleHome {
  readonly name: string;
  readonly namespace?: string;
  readonly labels: Words;
  readonly annotations: Words;
}

/** Everything that rules need to know of one objective. The gate needs less, so the objective itself has less. */
export interface RuleSource {
  readonly identity: SlothIdentity;
  /** The format that it was written in, as its file says: `prometheus/v1`. */
  readonly spec: string;
  /** The target as a percentage, as it is written. */
  readonly percent: number;
  readonly periodMs: DurationMs;
  readonly sli: AskableSli;
  /** The windows to record, without the period; each once, shortest first. */
  readonly windowsMs: readonly DurationMs[];
  /** The window that stands for "now": the current burn rate is its, and the period is made of it. */
  readonly currentMs: DurationMs;
  readonly labels: Words;
  readonly alerts: readonly BurnAlert[];
  /** Sloth's plugins that change the rules, in the order in which they run. */
  readonly plugins: readonly SlothPlugin[];
  readonly home: RuleHome;
}
