/**
 * A history that can be looked at from each of its moments. The machine is shown GitHub as it was when the newest webhook that has reached it was made,
 * or a little later: GitHub is never behind its webhooks. Shown the end from the start, the machine would find the truth by any read at all, and
 * webhooks that it threw away would not be missed.
 */
import { Octokit } from "@octokit/rest";
import { ok } from "../../src/gate/failure.ts";
import type { GitHubReader } from "../../src/gate/ports.ts";
import { tokenClient } from "../../src/github/client.ts";
import { readerOver } from "../../src/github/reader.ts";
import { manualClock } from "../world/clock.ts";
import type { WebhookDelivery } from "../world/github-outbox.ts";
import type { Repository } from "../world/github-repository.ts";
import { type History, live, lookedAt, type Move } from "./delivery-history.ts";

/**
 * What makes a machine compare everything with GitHub, which repairs whatever it overlooked: nothing, the app's installation, or a change of who can
 * read a repository. So most histories are plain: the app was installed before they begin, and each repository stays as public as it is.
 */
const kinds = ["plain", "plain", "installed", "plain", "shown and hidden"] as const;

/** In every second history GitHub's activity log does not tell who pushed, so that webhooks alone do. */
const silentEvery = 2;

/** How many moves lie between two moments. */
const stride = 24;

/** Calls each method once for each list of arguments and remembers what it gave. */
export function remembering<T extends object>(target: T): T {
  const answers = new Map<string, unknown>();
  return new Proxy(target, {
    get(_, name: keyof T & string) {
      const method = target[name];
      if (typeof method !== "function") return method;
      return (...parameters: unknown[]): unknown => {
        const key = JSON.stringify([name, ...parameters]);
        if (!answers.has(key)) answers.set(key, method.apply(target, parameters));
        return answers.get(key);
      };
    },
  });
}

/** A history with its moments. */
export interface Lived {
  readonly kind: (typeof kinds)[number];
  /** What the machine may be fed with, in the order in which it was made. */
  readonly deliveries: readonly WebhookDelivery[];
  /** The repositories as they are at the end. */
  readonly repositories: readonly Repository[];
  /** GitHub as it was when the webhooks up to this one (a place in `deliveries`; -1: none) had been made. */
  readerAt(index: number): GitHubReader;
  /** GitHub at the end. */
  readonly reader: GitHubReader;
  assertClean(): void;
  stop(): Promise<void>;
}

/** Lives a history, once to each of its moments; `index` decides its kind. */
export async function liveThrough(index: number, all: readonly Move[]): Promise<Lived> {
  const kind = kinds[index % kinds.length]!;
  const moves = kind === "shown and hidden" ? all : all.filter(({ what }) => what !== "show or hide");
  const moments: History[] = [];
  for (let many = stride; many < moves.length; many += stride) moments.push(await live(moves.slice(0, many)));
  const end = await live(moves);
  moments.push(end);
  const isFed = ({ event }: WebhookDelivery): boolean =>
    kind === "installed" || !event.startsWith("installation");
  const deliveries = end.github.deliveries.filter(isFed);
  const stages = moments.map((history) => {
    const made = history.github.deliveries.filter(isFed);
    if (made.some(({ guid }, index) => guid !== deliveries[index]?.guid))
      throw new Error("the same moves have made other webhooks");
    return { made: made.length, reader: readerOf(history, index % silentEvery === 0) };
  });
  const last = stages.at(-1)!;
  return {
    kind,
    deliveries,
    repositories: end.repositories,
    readerAt: (index) => (stages.find(({ made }) => made > index) ?? last).reader,
    reader: last.reader,
    assertClean() {
      for (const { github } of moments) github.assertClean();
    },
    async stop() {
      for (const { github } of moments) await github.stop();
    },
  };
}

/** GitHub as it stands, read over HTTP through the product's own client, once for each question. */
function readerOf({ github, repositories }: History, isSilent: boolean): GitHubReader {
  const installation = repositories[0]!.installation!;
  // A file that is not there is told as an error; here it is an answer like any other.
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const kit = new Octokit({ auth: github.installationToken(installation), baseUrl: github.url, log });
  const reader = readerOver(tokenClient(kit, manualClock(lookedAt)));
  return remembering(isSilent ? { ...reader, pusher: () => Promise.resolve(ok(undefined)) } : reader);
}
