/**
 * The setup page's answers, from the link in the log to the App's credentials on disk.
 *
 * Wants: one browser registers one App. Keeps: GitHub gives a key once, so nothing is asked of it before the
 * place for the key is taken, and only one code is converted at a time; where asking again can help, the
 * registration stays open and the page may be loaded again.
 */
import type { AppCredentials } from "../domain/app-credentials.ts";
import type { Instant } from "../domain/instant.ts";
import type { Failure, Result } from "../gate/failure.ts";
import { type Place, takePlace } from "./credentials-file.ts";
import type { Page } from "./document.ts";
import { formPage } from "./form-page.ts";
import { readForm, wishOf } from "./form.ts";
import { handoffPage } from "./handoff-page.ts";
import { type AppPlan, manifestOf } from "./manifest.ts";
import { refusalPage } from "./refusal-page.ts";
import { registeredPage } from "./registered-page.ts";
import type { Remaining } from "./remaining.ts";
import { refusals } from "./refusals.ts";
import { sessionFor } from "./session.ts";

/** What the setup page is handed. */
export interface SetupWorld {
  readonly plan: AppPlan;
  /** GitHub's pages, without a slash at the end. */
  readonly gitHubUrl: string;
  /** Where the App will take webhooks. */
  readonly webhookPath: string;
  /** Where GitHub reaches us, if it is known, without a slash at the end. */
  readonly publicUrl: string | undefined;
  readonly credentialsPath: string;
  /** Turns GitHub's code into credentials. */
  readonly convert: (code: string) => Promise<Result<AppCredentials>>;
  /** What else is to be set before the App can run. */
  readonly remaining: () => readonly Remaining[];
  /** Opens the page for the first browser that brings it. */
  readonly token: string;
  /** A text that nobody can guess, fit for addresses and file names. */
  readonly random: () => string;
  readonly now: () => Instant;
}

/** An answer to a browser. */
export type Answer =
  | { readonly kind: "page"; readonly page: Page }
  /** The visitor may enter; the cookie is theirs. */
  | { readonly kind: "entered"; readonly cookie: string }
  /** The last page: the App is there and its credentials are on disk. */
  | { readonly kind: "registered"; readonly page: Page; readonly credentials: AppCredentials };

/** Answers the three questions of the setup page. */
export interface Registrar {
  /** The first page, or the way in with a link's token. */
  open(token: string | undefined, cookie: string | undefined): Answer;
  /** The form, posted from `origin`. */
  register(body: string, origin: string, cookie: string | undefined): Answer;
  /** The way back from GitHub. */
  conclude(state: string, code: string, cookie: string | undefined): Promise<Answer>;
}

/** A registrar for one visitor. */
export function registrarOf(world: SetupWorld): Registrar {
  const { plan, gitHubUrl, webhookPath, credentialsPath } = world;
  const session = sessionFor(world.token, world.random, world.now);
  let isConverting = false;

  const convert = async (place: Place, state: string, code: string): Promise<Answer> => {
    const result = await world.convert(code);
    if (!result.ok) {
      if (!canAskAgain(result.failure)) session.end(state);
      return refused(notConverted(result.failure));
    }
    session.end(state);
    const credentials = result.value;
    try {
      await place.fill(credentials);
    } catch (error) {
      return refused(refusals.keyLost(credentials, credentialsPath, error));
    }
    const page = registeredPage(credentials.appUrl, credentialsPath, world.remaining());
    return { kind: "registered", page, credentials };
  };

  return {
    open(token, cookie) {
      if (session.isVisitor(cookie)) {
        const webhookUrl = world.publicUrl === undefined ? "" : `${world.publicUrl}${webhookPath}`;
        const form = { owner: "organization", organization: "", name: plan.name, webhookUrl };
        return { kind: "page", page: formPage({ plan, form, faults: {}, remaining: world.remaining() }) };
      }
      if (token === undefined) return refused(refusals.noLink);
      const entry = session.enter(token);
      switch (entry.kind) {
        case "entered":
          return entry;
        case "used":
          return refused(refusals.usedLink);
        case "wrong":
          return refused(refusals.noLink);
      }
    },
    register(body, origin, cookie) {
      if (!session.isVisitor(cookie)) return refused(refusals.noLink);
      const form = readForm(body);
      const read = wishOf(form, webhookPath);
      if ("faults" in read) {
        const page = formPage({ plan, form, faults: read.faults, remaining: world.remaining() });
        return { kind: "page", page };
      }
      const manifest = manifestOf(plan, read.wish, `${origin}/registered`);
      return { kind: "page", page: handoffPage(read.wish, manifest, session.begin(), gitHubUrl) };
    },
    async conclude(state, code, cookie) {
      if (!session.isVisitor(cookie)) return refused(refusals.otherBrowser);
      switch (session.check(state)) {
        case "unknown":
          return refused(refusals.unknownState);
        case "expired":
          return refused(refusals.expired);
        case "begun":
      }
      if (!/^[\w-]{1,200}$/.test(code)) return refused(refusals.noCode);
      if (isConverting) return refused(refusals.busy);
      isConverting = true;
      let place: Place | undefined;
      try {
        const taken = await takePlace(credentialsPath, world.random());
        if (taken === "taken") return refused(refusals.placeTaken(credentialsPath));
        place = taken;
        return await convert(place, state, code);
      } catch (error) {
        if (place !== undefined) throw error;
        return refused(refusals.noPlace(credentialsPath, error));
      } finally {
        isConverting = false;
        await place?.release();
      }
    },
  };
}

function refused(refusal: Parameters<typeof refusalPage>[0]): Answer {
  return { kind: "page", page: refusalPage(refusal) };
}

/** Whether the code may still be good: nobody has looked at it, as far as we know. */
function canAskAgain({ kind }: Failure): boolean {
  return kind === "unreachable" || kind === "timed_out" || kind === "rate_limited";
}

function notConverted(failure: Failure) {
  if (canAskAgain(failure)) return refusals.unreachable(failure);
  return failure.kind === "gone" || failure.kind === "rejected"
    ? refusals.badCode(failure)
    : refusals.badAnswer(failure);
}
