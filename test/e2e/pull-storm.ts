/**
 * Two repositories in a storm of pull requests: one whose budget is whole and one whose budget burns, with what must be true
 * of their statuses when it is over.
 */
import { expect } from "vitest";
import type { CalmAndBurning } from "../world/calm-and-burning.ts";
import { policyFor } from "../world/checkout.ts";
import type { Next } from "../world/generator.ts";
import type { GitHub } from "../world/github.ts";
import type { Repository } from "../world/github-repository.ts";

const context = "error-budget: main";

/** The storm. */
export interface PullStorm {
  readonly repositories: readonly Repository[];
  /** Does something to a pull request, or opens one. */
  act(next: Next): void;
  /** Every open pull request says what it must; throws where one does not. */
  expectRight(): void;
  /** Statuses that say again what the one before said of the same commit, which may have been left since. */
  doubles(): readonly string[];
  /** GUIDs of the webhooks that were answered with the promise that they are kept. */
  acknowledged(): ReadonlySet<string>;
  /** In two rounds of three makes GitHub slow with statuses; gives what ends that. */
  hinder(next: Next): () => void;
}

/** Makes the repositories; the services behind them are scraped before anything is judged. */
export async function startStorm(github: GitHub, { prometheus }: CalmAndBurning): Promise<PullStorm> {
  github.team("acme", "sre", { ann: "active" });
  const repository = (name: string): Repository => {
    // One installation each, so that each has a write budget of its own.
    const installation = github.installation({ account: name === "calm" ? "acme" : "globex" });
    const made = github.repository({ owner: installation.account.login, name, installation });
    made.permit("ann", "maintain");
    made.permit("bob", "write");
    made.commit("main", {
      ".github/slo-policy.yml": policyFor(name).replace("teams: [acme/sre]", "permission: maintain"),
    });
    return made;
  };
  const calm = repository("calm");
  const burning = repository("burning");
  await prometheus.scraped();
  const labelled = new Set<number>();

  const act = (next: Next): void => {
    const repository = next(2) === 0 ? calm : burning;
    const open = [...repository.pulls.values()].filter((one) => one.state === "open");
    const pull = open[next(Math.max(1, open.length))];
    const choice = pull === undefined || open.length < 3 ? 0 : next(4);
    switch (choice) {
      case 1:
        if (pull !== undefined) {
          repository.push(pull.number, { [`push-${next(1e9)}.txt`]: "x" }, { by: "bob" });
          if (repository === burning) labelled.delete(pull.number);
        }
        break;
      case 2:
        if (pull !== undefined && repository === burning && pull.labels.length === 0) {
          repository.label(pull.number, "hotfix", { by: "ann" });
          labelled.add(pull.number);
        }
        break;
      case 3:
        if (pull !== undefined && open.length > 5) repository.close(pull.number, { by: "bob" });
        break;
      default:
        repository.openPull({
          head: `branch-${next(1e9)}`,
          author: "bob",
          files: { "a.txt": String(next(1e9)) },
        });
    }
  };

  const expected = (repository: Repository, number: number): { state: string; description: unknown } => {
    if (repository === calm) return { state: "success", description: expect.stringMatching(/^calm: /) };
    return labelled.has(number)
      ? { state: "success", description: expect.stringMatching(/^Bypassed by @ann/) }
      : { state: "failure", description: expect.stringMatching(/^burning: /) };
  };

  const doubles = (): readonly string[] => {
    const found: string[] = [];
    const gist = (text: string): string => text.replaceAll(/[\d.]+/g, "n");
    const posted = /\/statuses\/(\w+)$/;
    const shas = new Set(
      github.requests.flatMap(({ method, path }) =>
        method === "POST" ? (posted.exec(path)?.[1] ?? []) : [],
      ),
    );
    for (const repository of [calm, burning]) {
      for (const sha of shas) {
        const said = repository
          .statuses(sha)
          .map(({ state, description }) => gist(`${state} ${description ?? ""}`));
        found.push(...said.filter((text, index) => index > 0 && said[index - 1] === text));
      }
    }
    return found;
  };

  /**
   * In two rounds of three GitHub is slow with statuses: it has them and keeps its answer back, or it never does
   * what it was asked. So kills meet half-sent letters of both kinds.
   */
  const hinder = (next: Next): (() => void) => {
    const statuses = { method: "POST", path: /\/statuses\//, times: Infinity };
    switch (next(3)) {
      case 0:
        return github.fail({ ...statuses, holdMs: 400 });
      case 1:
        return github.fail({ ...statuses, delayMs: 400, destroySocket: true });
      default:
        return () => {};
    }
  };

  const acknowledged = (): ReadonlySet<string> => {
    const kept = github.deliveries.filter(({ attempts }) =>
      attempts.some(({ answer }) => answer === "Stored.\n" || answer === "Known already.\n"),
    );
    return new Set(kept.map(({ guid }) => guid));
  };

  return {
    repositories: [calm, burning],
    act,
    doubles,
    acknowledged,
    hinder,
    expectRight() {
      for (const repository of [calm, burning]) {
        for (const pull of [...repository.pulls.values()].filter((one) => one.state === "open")) {
          const wanted = expected(repository, pull.number);
          expect(
            repository.latestStatus(pull.head.sha, context),
            `#${pull.number} of ${repository.fullName}`,
          ).toMatchObject(wanted);
        }
      }
    },
  };
}
