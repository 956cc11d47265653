/** Random lives of pull requests on the simulated GitHub, which remembers every webhook that they make. */
import * as fc from "fast-check";
import { policyFor, story } from "../world/checkout.ts";
import { manualClock } from "../world/clock.ts";
import type { Pull } from "../world/github-pull.ts";
import type { Repository } from "../world/github-repository.ts";
import { type GitHub, startGitHub } from "../world/github.ts";

/** Something that somebody does. Numbers choose among what there is then. */
export interface Move {
  readonly what: (typeof kinds)[number];
  readonly repository: number;
  readonly pull: number;
  readonly who: number;
  /** Seconds that pass before. */
  readonly after: number;
}

const kinds = [
  "open",
  "push",
  "push",
  "force push",
  "push another's commit",
  "label a twin",
  "leave a twin",
  "label",
  "label",
  "label",
  "unlabel",
  "label otherwise",
  "retarget",
  "close",
  "reopen",
  "edit",
  "comment",
  "draft",
  "policy",
  "base",
  "merge",
  "show or hide",
] as const;

/** Two thirds happen in the second of the one before. */
const pause = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.constant(1) },
  fc.constantFrom(2, 60, 300),
);

const moveOf = (...what: readonly Move["what"][]): fc.Arbitrary<Move> =>
  fc.record({
    what: fc.constantFrom(...what),
    repository: fc.nat({ max: 1 }),
    pull: fc.nat({ max: 11 }),
    who: fc.nat({ max: 11 }),
    after: pause,
  });

/**
 * The moves of one history, two hundred webhooks long. At the end pull requests share commits and part: what is to be seen of that does not outlast
 * much else.
 */
export const life: fc.Arbitrary<readonly Move[]> = fc
  .tuple(
    fc.array(moveOf(...kinds), { minLength: 165, maxLength: 175, size: "max" }),
    fc.array(moveOf("push another's commit", "label a twin", "label a twin", "leave a twin"), {
      minLength: 25,
      maxLength: 25,
      size: "max",
    }),
  )
  .map(([most, last]) => [...most, ...last]);

/** GitHub at the end of a history. */
export interface History {
  readonly github: GitHub;
  readonly repositories: readonly Repository[];
}

/** A budget that burned through all of the history holds gates shut, one that never did leaves them open, and some policies say nothing. */
const policies = [
  policyFor("checkout"),
  policyFor("checkout", "mode: observe\n"),
  policyFor("search"),
  "version: 1\nobjectives: [",
  undefined,
];

const people = ["ann", "bob", "mallory", "carol"];
const mostOpen = 6;

/** When everybody looks at what has become of it. Labels expire after two hours: by then the early ones have. */
export const lookedAt = story.burning;

/**
 * Makes a history. Nothing is sent anywhere: the webhooks wait. The same moves make the same history, down to every sha and GUID, and the first of
 * them make its beginning.
 */
export async function live(moves: readonly Move[]): Promise<History> {
  const clock = manualClock(story.burning - 135 * 60_000);
  const github = await startGitHub({
    webhookSecret: "0123456789abcdef0123456789abcdef",
    now: () => clock.now(),
  });
  github.holdWebhooks();
  github.team("acme", "sre", { ann: "active", dan: "active" });
  const installation = github.installation({ account: "acme" });
  const repositories = ["shop", "store"].map((name) => {
    const repository = github.repository({ owner: "acme", name, installation, private: name === "shop" });
    for (const [login, role] of Object.entries({
      ann: "write",
      bob: "write",
      carol: "maintain",
      mallory: "triage",
    })) {
      repository.permit(login, role);
    }
    repository.commit("main", { ".github/slo-policy.yml": policyFor("checkout"), "a.txt": "a" });
    repository.commit("release", { "b.txt": "b" });
    return repository;
  });
  for (const [index, one] of moves.entries()) {
    clock.set(Math.min(clock.now() + one.after * 1000, lookedAt));
    make(repositories[one.repository]!, one, index);
  }
  clock.set(lookedAt);
  return { github, repositories };
}

function make(repository: Repository, { what, pull: choice, who }: Move, index: number): void {
  const by = people[who % people.length]!;
  const base = who % 3 === 0 ? "release" : "main";
  const file = { [`f-${index}.txt`]: String(index) };
  const pulls = [...repository.pulls.values()];
  const open = pulls.filter(({ state }) => state === "open");
  const pull = open[choice % Math.max(1, open.length)];
  if (pull === undefined || (what === "open" && open.length < mostOpen)) {
    repository.openPull({ head: `feature-${index}`, base, author: who % 2 === 0 ? "bob" : "carol" });
    return;
  }
  const { number } = pull;
  const isTwin = (one: Pull, other: Pull): boolean =>
    one !== other && one.head.sha === other.head.sha && one.base.ref === other.base.ref;
  const twins = open.filter((one) => open.some((other) => isTwin(one, other)));
  const twin = twins[choice % Math.max(1, twins.length)];
  const share = (): void => {
    const beside = open.find((one) => one !== pull && one.base.ref === pull.base.ref) ?? pull;
    repository.push(number, {}, { by, toSha: beside.head.sha });
  };
  switch (what) {
    case "open":
    case "push":
      return void repository.push(number, file, { by });
    case "force push":
      return void repository.push(number, file, { by, force: true });
    case "push another's commit":
      return void repository.push(number, {}, { by, toSha: open[who % open.length]!.head.sha });
    case "label a twin":
      return twin === undefined ? share() : repository.label(twin.number, "hotfix", { by: "ann" });
    case "leave a twin":
      return twin === undefined
        ? share()
        : leave(repository, twins.find(({ labels }) => labels.length === 0) ?? twin, { by, file, who });
    case "label":
      return repository.label(number, "hotfix", { by: who % 2 === 0 ? "ann" : by });
    case "label otherwise":
      return repository.label(number, "bug", { by });
    case "unlabel":
      return repository.unlabel(number, "hotfix", { by });
    case "retarget":
      return retarget(repository, pull);
    case "close":
      return repository.close(number, { by });
    case "reopen":
      return reopen(repository, pulls, choice, by);
    case "edit":
      return repository.editBody(number, `Hotfix: INC-${index}`, { by });
    case "comment":
      return void repository.comment(number, "Looks good.", { by });
    case "draft":
      return repository.setDraft(number, !pull.draft, { by });
    case "policy":
      return pushPolicy(repository, base, policies[choice % policies.length]);
    case "base":
      return void repository.commit(base, file);
    case "merge":
      return void (who < 4 ? repository.merge(number, { by }) : repository.push(number, file, { by }));
    case "show or hide":
      return repository.private ? repository.publicize() : repository.privatize();
  }
}

/** Ends a pull request's sharing of its head with another one, whose bypass may count again from then on. */
function leave(
  repository: Repository,
  twin: Pull,
  { by, file, who }: { by: string; file: Record<string, string>; who: number },
): void {
  switch (who % 4) {
    case 0:
      return void repository.push(twin.number, file, { by });
    case 1:
      return retarget(repository, twin);
    default:
      return repository.close(twin.number, { by });
  }
}

function retarget(repository: Repository, { number, base }: Pull): void {
  repository.retarget(number, base.ref === "main" ? "release" : "main", { by: "carol" });
}

function reopen(repository: Repository, pulls: readonly Pull[], choice: number, by: string): void {
  const closed = pulls.filter(({ state, merged }) => state === "closed" && merged === undefined);
  const pull = closed[choice % Math.max(1, closed.length)];
  if (pull !== undefined) repository.reopen(pull.number, { by });
}

function pushPolicy(repository: Repository, branch: string, text: string | undefined): void {
  repository.commit(branch, { ".github/slo-policy.yml": text ?? null });
}
