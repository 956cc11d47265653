/**
 * What GitHub may have heard from us about a job, so that what runs by our word is never taken for what got past us.
 *
 * Keeps: an approval that was sent holds until GitHub has taken a no, whether or not we heard that it arrived. It is
 * noted under the deployment's own id too, where the request names one: run and environment are asked for anew, by the
 * job when it is run again and by the next job of the run, before GitHub tells that the first one ran.
 */
import type { Asker, Who } from "../domain/asker.ts";
import type { Subject } from "../domain/subject.ts";
import type { Answer } from "./answer-step.ts";
import type { Askers } from "./ledger.ts";

/** What a job is remembered to have been told in the end. */
type State = Answer["state"];

/** Notes what is about to be sent. Gives whether GitHub may have an approval from before. */
export async function noteSending(askers: Askers, asker: Asker, state: State): Promise<boolean> {
  const { count, toldClass } = await askers.progress(asker);
  const isApproved = toldClass === "approved";
  if (!isApproved) await askers.note(asker, { count, toldClass: state });
  const own = ownDeployment(asker);
  if (own !== undefined && state === "approved") {
    await askers.end(own, asker.askedAt);
    await askers.note(own, { count: 0, toldClass: state });
  }
  return isApproved;
}

/** Notes that GitHub has taken a no: an approval that was sent before did not arrive. */
export async function noteRejected(askers: Askers, asker: Asker): Promise<void> {
  const { count } = await askers.progress(asker);
  await askers.note(asker, { count, toldClass: "rejected" });
  const own = ownDeployment(asker);
  if (own !== undefined) await askers.note(own, { count: 0, toldClass: "rejected" });
}

/** Whether a deployment of a job was approved by that deployment's own id. */
export async function wasApproved(askers: Askers, subject: Subject, deploymentId: number): Promise<boolean> {
  const who: Who = { kind: "deployment", deploymentId, ref: "" };
  return (await askers.progress({ subject, who })).toldClass === "approved";
}

function ownDeployment({ subject, who }: Asker): Pick<Asker, "subject" | "who"> | undefined {
  return who.kind === "run" && who.deploymentId !== undefined
    ? { subject, who: { kind: "deployment", deploymentId: who.deploymentId, ref: who.ref } }
    : undefined;
}
