import type { Account } from "./github-account.ts";
import { appNamed } from "./github-app.ts";
import type { Label, Pull } from "./github-pull.ts";
import { send, touch } from "./github-pull-event.ts";
import type { Repository } from "./github-repository.ts";
import { labelBody } from "./github-shapes-pull.ts";

/** The repository's label of that name, made with a name seen for the first time. */
function labelNamed(repository: Repository, name: string): Label {
  const known = repository.labels.get(name.toLowerCase());
  if (known !== undefined) return known;
  const id = repository.world.ids.named("label", `${repository.id} ${name.toLowerCase()}`);
  const made: Label = { id, name, color: "ededed", description: "", default: false };
  repository.labels.set(name.toLowerCase(), made);
  return made;
}

/** Applies a label; one that is there already changes nothing. `viaApp`: the slug of the app through which it is done. */
export function label(
  repository: Repository,
  pull: Pull,
  name: string,
  actor: Account,
  viaApp?: string,
): void {
  const applied = labelNamed(repository, name);
  if (pull.labels.includes(applied)) return;
  pull.labels.push(applied);
  tellLabel(repository, pull, "labeled", applied, actor, viaApp);
}

/** Removes a label; says whether it was there. */
export function unlabel(
  repository: Repository,
  pull: Pull,
  name: string,
  actor: Account,
  viaApp?: string,
): boolean {
  const removed = pull.labels.find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (removed === undefined) return false;
  pull.labels = pull.labels.filter((each) => each !== removed);
  tellLabel(repository, pull, "unlabeled", removed, actor, viaApp);
  return true;
}

function tellLabel(
  repository: Repository,
  pull: Pull,
  event: "labeled" | "unlabeled",
  which: Label,
  actor: Account,
  viaApp?: string,
): void {
  const id = repository.world.ids.next("event");
  const app = viaApp === undefined ? undefined : appNamed(repository.world, viaApp);
  pull.timeline.push({ event, id, actor, at: touch(repository, pull), app, label: which });
  send(repository, pull, event, actor, { label: labelBody(repository.world, repository, which) });
}
