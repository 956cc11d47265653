/** What the gate tells GitHub: one union of everything that is ever written, and who writes it. */
import type { CheckButton } from "../domain/check-button.ts";
import type { CheckConclusion } from "../domain/check-conclusion.ts";
import type { Instant } from "../domain/instant.ts";
import type { ReportState } from "../domain/report.ts";
import type { Repository } from "../domain/subject.ts";
import type { Result } from "./failure.ts";

/** One thing to tell GitHub. */
export type Write =
  | {
      /** A check run: made without an `id`, else changed. */
      readonly kind: "check_run";
      readonly id: number | undefined;
      readonly name: string;
      readonly sha: string;
      readonly externalId: string;
      readonly title: string;
      /** Markdown, at most 65,535 characters. */
      readonly summary: string;
      /** Markdown, at most 65,535 characters. */
      readonly text: string;
      /** `undefined`: it is in progress. */
      readonly conclusion: CheckConclusion | undefined;
      readonly buttons: readonly CheckButton[];
    }
  | {
      /** A comment on a pull request: made without an `id`, else changed. */
      readonly kind: "comment";
      readonly id: number | undefined;
      readonly number: number;
      /** Markdown, at most 65,536 characters. */
      readonly body: string;
    }
  | {
      readonly kind: "status";
      readonly sha: string;
      readonly context: string;
      readonly state: ReportState;
      /** At most 140 code points. */
      readonly description: string;
    }
  | {
      /** The answer to a job that waits: final. */
      readonly kind: "review";
      readonly runId: number;
      readonly environment: string;
      readonly state: "approved" | "rejected";
      /** Markdown. */
      readonly comment: string;
    }
  | {
      /** A word to a job that goes on waiting: at most ten, of at most 1024 characters of Markdown. */
      readonly kind: "interim";
      readonly runId: number;
      readonly environment: string;
      readonly comment: string;
    }
  | {
      /** Tells the repository's own workflows; needs `contents: write`. */
      readonly kind: "dispatch";
      /** At most 100 characters. */
      readonly eventType: string;
      /** At most ten keys. */
      readonly payload: Readonly<Record<string, string | null>>;
    }
  | {
      readonly kind: "deployment_status";
      readonly deploymentId: number;
      readonly state: "failure" | "error" | "queued" | "pending";
      /** At most 140 code points. */
      readonly description: string;
    };

/** GitHub, written to: one budget of writes per installation. */
export interface GitHubWriter {
  /** Takes a turn to write to the installation, or tells when the next one is. */
  takeTurn(installationId: number, now: Instant): Promise<Instant | undefined>;
  /** Installations that must wait at `now`. */
  pausedInstallations(now: Instant): ReadonlyMap<number, Instant>;
  /** Writes once. A failure that is worth asking again carries `retryAt`. */
  write(repository: Repository, write: Write): Promise<Result<Written>>;
}

/** What GitHub says of a write. */
export interface Written {
  /** The id of what was made or changed, where it has one. */
  readonly id: number | undefined;
}
