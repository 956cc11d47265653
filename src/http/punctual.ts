/**
 * Answers while whoever asked still listens.
 *
 * Wants: a reason. Argo Rollouts and Flagger hang up after 10 s, and what people then see is a time-out instead of why.
 * Keeps: what comes too late lets nothing through. It is looked for all the same, and shared with who asks next.
 */
import type { DurationMs } from "../domain/duration.ts";
import type { GateAnswer } from "../domain/gate-answer.ts";
import { unanswered } from "../gate/answer-of.ts";
import type { Clock } from "../gate/ports.ts";
import { askedOf, type Question, type Questions } from "../gate/question.ts";

/** Questions that are answered within `answerMs`, or so long after what they may wait. */
export function punctual(questions: Questions, answerMs: DurationMs, clock: Pick<Clock, "now">): Questions {
  const within = async (
    found: Promise<GateAnswer>,
    question: Question,
    ms: DurationMs,
  ): Promise<GateAnswer> => {
    const late = Promise.withResolvers<GateAnswer>();
    const timer = setTimeout(() => {
      const reason = `Not measured: nothing was answered within ${ms / 1000} s. Ask again.`;
      late.resolve(unanswered(askedOf(question), reason, clock.now()));
    }, ms);
    try {
      return await Promise.race([found, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    answer: (question) => within(questions.answer(question), question, answerMs),
    wait: (question, longestMs, signal) =>
      within(questions.wait(question, longestMs, signal), question, longestMs + answerMs),
  };
}
