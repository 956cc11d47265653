/** What people do in a recorded event's play, and the names by which its commits are told. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { story } from "../world/checkout.ts";
import type { QueueShop } from "./queue-shop.ts";

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
  | { do: "rename"; name: string }
  | { do: "suspend" | "unsuspend" }
  /** Time passes to a moment of the story, and the watch looks there. */
  | { do: "wait"; moment: keyof typeof story };

/** What a row plays. */
export interface Play {
  /** What the row shows, in a sentence. */
  readonly says: string;
  /** When it begins. */
  readonly moment: keyof typeof story;
  readonly before: readonly Step[];
  readonly act: Step;
}

/** A moment of the story, a little after it: at the very moment it depends on a second which sample is the newest. */
export function momentOf(moment: keyof typeof story): number {
  return story[moment] + 7000;
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
    case "rename":
      return repository.rename(step.name);
    case "suspend":
      return shop.acme.suspend();
    case "unsuspend":
      return shop.acme.unsuspend();
    case "wait":
      return shop.go(momentOf(step.moment));
  }
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
