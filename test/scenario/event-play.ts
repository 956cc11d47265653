/** What people do in a recorded event's play, and the names by which its commits are told. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { webhookPath } from "../../src/http/server.ts";
import { story } from "../world/checkout.ts";
import type { DeploymentState } from "../world/github-deployment.ts";
import { mainContext, type ShopOptions } from "../world/shop.ts";
import { deploying, gate } from "./gated-shop.ts";
import { queueOptions, type QueueShop } from "./queue-shop.ts";
import { everything, reportOn } from "./report-kit.ts";

/** One thing that somebody does. A colleague's event that needs another adds it here and in `act`. */
export type Step =
  | { do: "open"; head?: string; base?: string; draft?: boolean; body?: string }
  | { do: "push"; number: number }
  | { do: "retarget"; number: number; base: string }
  | { do: "label" | "unlabel"; number: number; label: string; by: string }
  | { do: "auto-merge"; number: number }
  | { do: "enqueue" | "dequeue" | "close" | "reopen" | "ready"; number: number }
  /** Puts a file on a branch; `from` is a file of the row's folder. */
  | { do: "commit"; path: string; from: string; branch: string }
  | { do: "comment"; number: number; body: string; by: string }
  /** Reviews without a judgement: what counts is the text. */
  | { do: "review"; number: number; body: string; by: string }
  /** Uses the report on a pull request's head: GitHub's two links, or one of our buttons. */
  | { do: "re-run" | "re-run-all"; number: number; by: string }
  | { do: "press"; number: number; button: "bypass" | "recheck"; by: string }
  /** Sets the status of a pull request's head under our context. */
  | { do: "forge"; number: number; state: "success" | "failure"; by: string }
  /** Puts our protection rule on an environment. */
  | { do: "protect"; environment: string }
  /** Runs the workflow that deploys main. */
  | { do: "run"; environment: string; by: string }
  /** Deploys main by the Deployments API, whatever the statuses. */
  | { do: "deploy"; environment: string; by: string }
  /** Says how the newest deployment goes. */
  | { do: "tell-deployment"; state: DeploymentState; by: string }
  /** Puts a tag on main. */
  | { do: "tag"; name: string; by: string }
  | { do: "rename"; name: string }
  /** Gives the repository to an account which has our app, too. */
  | { do: "transfer"; owner: string }
  | { do: "delete" }
  | { do: "publicize" | "privatize" }
  /** Installs the app on the repository's owner and on it at once, or takes it away altogether. */
  | { do: "install" | "uninstall" }
  | { do: "suspend" | "unsuspend" }
  /** The installation accepts more, or less. */
  | { do: "accept"; accepts: NonNullable<Play["accepts"]> }
  /** Takes the repository out of the installation's sight, or gives it back. */
  | { do: "take-away" | "give-back" }
  | { do: "pass"; seconds: number }
  /** Time passes to a moment of the story, and the watch looks there. */
  | { do: "wait"; moment: keyof typeof story }
  /** From now on webhooks reach nobody, or reach us again. */
  | { do: "lose" | "hear" }
  /** One of our own clocks strikes: the watch's after some time, the sweep's, or the scan's of GitHub's log. */
  | { do: "watch"; seconds: number }
  | { do: "sweep" | "scan" };

/** What a row plays. */
export interface Play {
  /** What the row shows, in a sentence. */
  readonly says: string;
  /** When it begins. */
  readonly moment: keyof typeof story;
  /** What the installation has accepted. Default: `gates`, which is what pull requests and merge queues need. */
  readonly accepts?: "gates" | "deployments" | "reports";
  readonly before: readonly Step[];
  readonly act: Step;
  /** Whether only what is due at once is worked, since the rest repeats itself. Default: until nothing waits. */
  readonly looks?: "once";
}

/** A moment of the story, a little after it: at the very moment it depends on a second which sample is the newest. */
export function momentOf(moment: keyof typeof story): number {
  return story[moment] + 7000;
}

/** What the App of a play asks for. */
export function optionsOf({
  accepts = "gates",
}: Pick<Play, "accepts">): Pick<ShopOptions, "permissions" | "events"> {
  switch (accepts) {
    case "gates":
      return queueOptions;
    case "deployments":
      return deploying;
    case "reports":
      return everything;
  }
}

/** Does a step. */
export async function act(shop: QueueShop, step: Step, folder: string): Promise<void> {
  const { repository } = shop;
  switch (step.do) {
    case "open": {
      const { do: _, ...draft } = step;
      repository.openPull({ head: `feature-${repository.pulls.size + 1}`, author: "bob", ...draft });
      return;
    }
    case "push":
      repository.push(step.number, { "more.txt": "more" }, { by: "bob" });
      return;
    case "retarget":
      return repository.retarget(step.number, step.base, { by: "bob" });
    case "label":
      return repository.label(step.number, step.label, { by: step.by });
    case "unlabel":
      return repository.unlabel(step.number, step.label, { by: step.by });
    case "auto-merge":
      return repository.setAutoMerge(step.number, true, { by: "bob" });
    case "enqueue":
      return repository.queue.add(step.number, { by: "ann" });
    case "dequeue":
      return repository.queue.remove(step.number, { by: "ann" });
    case "close":
      return repository.close(step.number, { by: "bob" });
    case "reopen":
      return repository.reopen(step.number, { by: "bob" });
    case "ready":
      return repository.setDraft(step.number, false, { by: "bob" });
    case "commit":
      shop.commit({ [step.path]: readFileSync(join(folder, step.from), "utf8") }, step.branch);
      return;
    case "comment":
      repository.comment(step.number, step.body, { by: step.by });
      return;
    case "review":
      repository.review(step.number, { by: step.by, body: step.body, state: "COMMENTED" });
      return;
    case "re-run":
      return repository.checks.rerequest(reportId(shop, step.number), { by: step.by });
    case "re-run-all":
      return repository.checks.rerequestSuite(repository.pull(step.number).head.sha, { by: step.by });
    case "press":
      return repository.checks.press(reportId(shop, step.number), step.button, { by: step.by });
    case "forge": {
      const status = { state: step.state, context: mainContext, description: "all is well" };
      repository.setStatus(repository.pull(step.number).head.sha, status, { by: step.by });
      return;
    }
    case "protect":
      return gate(shop, step.environment);
    case "run":
      repository.actions.run({ ref: "main", environment: step.environment, by: step.by });
      return;
    case "deploy": {
      const { environment, by } = step;
      const made = repository.deployments.create({ ref: "main", environment, by, requiredContexts: [] });
      if (typeof made === "string") throw new Error(made);
      return;
    }
    case "tell-deployment": {
      const newest = repository.deployments.all().at(-1);
      if (newest === undefined) throw new Error("nothing was deployed");
      repository.deployments.setStatus(newest.id, step.state, { by: step.by });
      return;
    }
    case "tag":
      repository.tags.create(step.name, repository.branches.get("main") ?? "", { by: step.by });
      return;
    case "rename":
      return repository.rename(step.name);
    case "transfer": {
      const installation = shop.github.installation({ account: step.owner });
      return repository.transfer(step.owner, { installation });
    }
    case "delete":
      return repository.delete();
    case "publicize":
      return repository.publicize();
    case "privatize":
      return repository.privatize();
    case "install":
      shop.github.installation({ account: repository.owner.login, repositories: [repository] });
      return;
    case "uninstall":
      return repository.installation?.delete();
    case "accept":
      return shop.acme.accept(optionsOf(step).permissions ?? {});
    case "suspend":
      return shop.acme.suspend();
    case "unsuspend":
      return shop.acme.unsuspend();
    case "take-away":
      return shop.acme.remove(repository);
    case "give-back":
      return shop.acme.add(repository);
    case "pass":
      return shop.pass(step.seconds);
    case "wait":
      return shop.go(momentOf(step.moment));
    case "lose":
      // Nobody listens at the discard port, so each attempt fails as one to a process that is down.
      return shop.github.sendWebhooksTo("http://127.0.0.1:9/");
    case "hear":
      return shop.github.sendWebhooksTo(`${shop.app.url}${webhookPath}`);
    case "watch":
      return shop.go(shop.clock.now() + step.seconds * 1000);
    case "sweep":
      return shop.sweep();
    case "scan":
      await shop.app.machine.scan();
      return shop.app.settle();
  }
}

function reportId(shop: QueueShop, number: number): number {
  const report = reportOn(shop, shop.repository.pull(number).head.sha);
  if (report === undefined) throw new Error(`no report on pull request ${number}`);
  return report.id;
}

/** Names for commits, given in the order in which they came to be. */
export class Names {
  readonly #names = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  /** Names what is new. */
  look({ repository }: QueueShop): void {
    for (const [branch, sha] of repository.branches)
      if (!branch.startsWith("gh-readonly-queue/") && !branch.startsWith("feature")) this.#name(sha, branch);
    for (const { number, head } of repository.pulls.values()) this.#name(head.sha, `head of #${number}`);
    for (const { number, group } of repository.queue.entries("main"))
      if (group !== undefined) this.#name(group.headSha, `group of #${number}`);
  }

  #name(sha: string, what: string): void {
    if (this.#names.has(sha)) return;
    const count = (this.#counts.get(what) ?? 0) + 1;
    this.#counts.set(what, count);
    this.#names.set(sha, count === 1 ? `<${what}>` : `<${what}, ${count}>`);
  }

  /** A text with the names in place of the commits. */
  in(text: string): string {
    return [...this.#names].reduce((told, [sha, name]) => told.replaceAll(sha, name), text);
  }
}
