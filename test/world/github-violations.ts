/**
 * Something that could not have happened on GitHub: `request` and `unknown-request` are the client's doing,
 * `response` and `webhook` the simulation's own or planted by a test.
 */
export type Violation = {
  at: number;
  kind: "request" | "unknown-request" | "response" | "webhook";
  where: string;
  problems: string[];
};

/** The list of what went against GitHub's contract. */
export class Violations {
  readonly list: Violation[] = [];

  /** Records the problems; none, no entry. Says whether there were any. */
  note(violation: Violation): boolean {
    if (violation.problems.length === 0) return false;
    this.list.push(violation);
    return true;
  }

  /** Forgets all, for a test that provoked them. */
  clear(): void {
    this.list.length = 0;
  }

  /** Throws, listing every violation, if there is one. */
  assertNone(): void {
    if (this.list.length === 0) return;
    const lines = this.list.map(
      ({ kind, where, problems }) => `${kind} ${where}\n    ${problems.join("\n    ")}`,
    );
    throw new Error(`${this.list.length} violations of GitHub's contract:\n  ${lines.join("\n  ")}`);
  }
}
