/**
 * What a job that waits for us is told, in Markdown: which cause, which numbers, when it opens, who may open it.
 *
 * Keeps: at most 1024 characters for any input, which is all that GitHub takes; never a number for the public [T31]; what
 * others have written (names, logins, a server's error) is text and no markup, and names nobody who would be pinged.
 */
import { alikeReasons } from "./alike-reasons.ts";
import { entitledWords, refusalWords, soleSigner } from "./bypass-words.ts";
import { reasonSentence, sentenceOf } from "./explain.ts";
import type { Audience } from "./audience.ts";
import { plain } from "./markdown.ts";
import { formatNear, type Instant } from "./instant.ts";
import type { NotGated } from "./report.ts";
import { cut } from "./sentence.ts";
import type { Verdict } from "./verdict.ts";

/** GitHub's limit for a word to a job that waits; held to in answers too. */
const maxCommentLength = 1024;

const mostReasons = 5;

/** An open gate. */
export function approvalWords(verdict: Verdict, audience: Audience): string {
  return `**Error budget gate: open.** ${plain(sentenceOf(verdict, audience))}`;
}

/** Nobody asked us to hold this. */
export function notGatedWords(why: NotGated): string {
  const said: Readonly<Record<NotGated, string>> = {
    policy_removed: "the default branch has no error budget policy",
    branch_not_gated: "the error budget policy does not name the default branch",
    environment_not_gated: "the error budget policy does not name this environment",
  };
  return `**Error budget gate: not gated.** Approved, since ${said[why]}.`;
}

/** A shut gate, for good: the job fails. `silent`: why it is not known whether somebody has opened it. */
export function rejectionWords(verdict: Verdict, audience: Audience, silent?: string): string {
  return heldWords("Rejected.", verdict, audience, [
    "Re-run the failed job when the gate is open.",
    silent === undefined
      ? wayThrough(verdict)
      : `Whether somebody has opened it could not be found out: ${plain(cut(silent, 120))}.`,
  ]);
}

/** A shut gate, and the job waits for it to open. */
export function waitingWords(verdict: Verdict, audience: Audience, until: Instant): string {
  return heldWords("This job waits.", verdict, audience, [
    `It goes on by itself when the gate opens, and is rejected at ${formatNear(until, verdict.at)}.`,
    wayThrough(verdict),
  ]);
}

/** Nobody could tell how things are; asked again until then. */
export function unansweredWords(detail: string, until: Instant, now: Instant): string {
  const what = `**Error budget gate: asking.** Not known yet: ${plain(cut(detail, 120))}.`;
  return `${what}\n\nAsked again until ${formatNear(until, now)}; then this job is rejected.`;
}

/** Nobody could tell how things are, for so long that the job is let go. */
export function gaveUpWords(detail: string): string {
  const what = `**Error budget gate: not known.** Rejected, since this could not be found out: ${plain(cut(detail, 120))}.`;
  return `${what}\n\nRe-run the failed job to ask again. An administrator of the repository can let it go on without us.`;
}

/** We failed. */
export function faultWords(): string {
  return (
    "**Error budget gate: Burngate failed** and cannot judge this deployment; its operator finds the cause in the log.\n\n" +
    "Re-run the failed job to ask again, or let an administrator of the repository go on without us."
  );
}

function heldWords(
  consequence: string,
  verdict: Verdict,
  audience: Audience,
  close: readonly string[],
): string {
  const { decision, origin } = verdict;
  const headline =
    decision.outcome === "block" ? "Error budget gate: shut." : "Error budget gate: not known.";
  const held = decision.reasons.filter(({ weight }) => weight === "block");
  const lines = alikeReasons(held).map((one) => `- ${plain(reasonSentence(one, verdict, audience))}`);
  const source = `Policy: ${plain(cut(origin.file, 60))} at ${origin.commitSha.slice(0, 7)}.`;
  const written = (count: number): string => {
    const more = lines.length > count ? [`- and ${lines.length - count} more`] : [];
    const list = [...lines.slice(0, count), ...more].join("\n");
    return [`**${headline}** ${consequence}`, list, ...close, source]
      .filter((one) => one !== "")
      .join("\n\n");
  };
  let count = Math.min(mostReasons, lines.length);
  // At least one, however long: a job that fails is told a cause before who may open the gate.
  while (count > 1 && written(count).length > maxCommentLength) count -= 1;
  return cut(written(count), maxCommentLength);
}

/** Who may open the gate for a deployment and how, or why the one who tried may not. */
function wayThrough({ bypass, terms }: Verdict): string {
  if (bypass.kind === "refused") return plain(refusalWords(bypass.refusal, terms));
  const who = entitledWords(terms);
  const [label] = terms.labels;
  const [tag] = terms.tags;
  const signer = soleSigner(terms);
  const ways = [
    ...(tag !== undefined && (who !== "" || signer !== undefined)
      ? [`tag "${cut(tag, 50)}" on this commit`]
      : []),
    ...(who === ""
      ? []
      : [
          label === undefined
            ? 'comment "/burngate bypass why" on this commit\'s pull request'
            : `label "${cut(label, 50)}" on this commit's pull request`,
        ]),
  ];
  if (ways.length === 0) return "The policy lets nobody open the gate by hand.";
  const by = who === "" ? `signed by ${cut(signer ?? "", 60)}` : cut(who, 100);
  return plain(`Hotfix: ${ways.join(", or ")} (${terms.people === 2 ? `two of ${by}` : by}).`);
}
