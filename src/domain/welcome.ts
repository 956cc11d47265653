/**
 * What is said once on a default branch when the App comes to a repository. GitHub offers a check as a required one
 * only where it was seen in the last seven days
 * (https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/troubleshooting-required-status-checks),
 * so it is shown before the first pull request. A plain statement: it judges nothing and tells no number.
 */
import { code, plain } from "./markdown.ts";
import type { Policy, PolicyAnswer } from "./policy.ts";
import type { Report } from "./report.ts";
import { cut } from "./sentence.ts";
import { matchesBranch, type Subject } from "./subject.ts";

/** The status: green, so that nobody waits for it. */
export function welcomeReport(subject: Subject, answer: Known): Report {
  const sentence = cut(`Burngate is installed; ${standingOf(subject.baseRef, answer)}.`, 140);
  return { subject, state: "success", sentence, reportClass: "success | welcome", isCritical: false };
}

/** The check run's title and summary. `section` is Markdown to be told beside it, such as what a doctor found. */
export function welcomeNotice(
  { baseRef }: Subject,
  answer: Known,
  context: string,
  section: string | undefined,
): { readonly title: string; readonly summary: string } {
  const said = [
    `Burngate is installed; ${plain(standingOf(baseRef, answer))}.`,
    `${orderOf(baseRef, answer)}To hold pull requests, require the commit status ${code(context)} in the branch's rules, with this App as its expected source. Do not require this report: it only explains.`,
    ...(section === undefined ? [] : [section]),
  ];
  return { title: "Burngate is installed", summary: said.join("\n\n") };
}

/** What comes before requiring the status, where nothing would post it: nobody could merge any more. */
function orderOf(branch: string, answer: Known): string {
  const isJudged = answer.kind === "broken" || (answer.kind === "present" && gates(branch, answer.policy));
  return isJudged
    ? ""
    : "First merge a policy that gates this branch: without one the status never comes, and whoever requires it waits for ever. ";
}

function gates(branch: string, { pullRequestBranches }: Policy): boolean {
  return matchesBranch(branch, pullRequestBranches);
}

type Known = Exclude<PolicyAnswer, { kind: "unknown" }>;

function standingOf(branch: string, answer: Known): string {
  switch (answer.kind) {
    case "absent":
      return "this branch has no error budget policy yet";
    case "broken":
      return `the error budget policy ${answer.origin.file} cannot be used`;
    case "present":
      return gates(branch, answer.policy)
        ? `pull requests are judged by ${answer.origin.file}`
        : `${answer.origin.file} does not name this branch`;
  }
}
