import { z } from "zod";
import type { Hint } from "../domain/delivery.ts";
import { parseSubjectKey } from "../domain/subject.ts";
import { actorOf, fromFull, installation, name, repository, sha, user } from "./payload.ts";

const action = z.object({ action: z.string() });

const runEvent = z.object({
  check_run: z.object({
    head_sha: sha,
    external_id: name.nullable(),
    app: z.object({ id: z.int() }).nullable(),
  }),
  requested_action: z.object({ identifier: z.string() }).optional(),
  repository,
  installation,
  sender: user,
});

const suiteEvent = z.object({
  check_suite: z.object({ head_sha: sha, app: z.object({ id: z.int() }).nullable() }),
  repository,
  installation,
  sender: user,
});

/** Actions of `check_run`: what people do to a run. All others tell what apps did. */
export const runActions: ReadonlySet<string> = new Set(["rerequested", "requested_action"]);

/** Actions of `check_suite`. */
export const suiteActions: ReadonlySet<string> = new Set(["rerequested"]);

/** The hint in a `check_run` event: a run that is asked for anew, or a button that was pressed. */
export function checkRunHint(payload: unknown): Hint | undefined {
  if (!runActions.has(action.parse(payload).action)) return undefined;
  const event = runEvent.parse(payload);
  const { head_sha: headSha, external_id: about, app } = event.check_run;
  const button = event.requested_action?.identifier;
  if (app === null || (button !== undefined && button !== "bypass" && button !== "recheck")) return undefined;
  const subject = parseSubjectKey(about ?? "");
  return {
    kind: "report_used",
    repository: fromFull(event.repository, event.installation.id),
    appId: app.id,
    headSha,
    wish: button === "bypass" ? "look" : "recheck",
    button,
    actor: actorOf(event.sender),
    about: subject === undefined ? undefined : (about ?? undefined),
  };
}

/** The hint in a `check_suite` event: all of a commit's runs are asked for anew. */
export function checkSuiteHint(payload: unknown): Hint | undefined {
  if (!suiteActions.has(action.parse(payload).action)) return undefined;
  const { check_suite: suite, repository: at, installation: of, sender } = suiteEvent.parse(payload);
  if (suite.app === null) return undefined;
  return {
    kind: "report_used",
    repository: fromFull(at, of.id),
    appId: suite.app.id,
    headSha: suite.head_sha,
    wish: "recheck",
    button: undefined,
    actor: actorOf(sender),
    about: undefined,
  };
}
