/** Two repositories, the services behind them, and all that people do to them. */
import { policyFor } from "../world/checkout.ts";
import type { Next } from "../world/generator.ts";
import type { GitHub } from "../world/github.ts";
import type { Pull } from "../world/github-pull.ts";
import type { Repository } from "../world/github-repository.ts";
import type { RatioSource } from "./ratio-source.ts";

/** Under which name the statuses stand. */
export const context = "error-budget: main";

const policyPath = ".github/slo-policy.yml";
const maxOpen = 6;

/** What a repository's policy is. */
type PolicyKind = "enforced" | "stricter" | "observed" | "broken" | "removed";

/** A repository with the service that it ships. */
export interface House {
  readonly repository: Repository;
  readonly service: string;
  isBurning: boolean;
  policy: PolicyKind;
  /** How often service or policy changed: a number that stands still while the truth does. */
  changes: number;
}

/** All of it. */
export interface Town {
  readonly houses: readonly House[];
  /** Somebody does something. */
  act(next: Next): void;
}

/** Builds it; one service is calm and one burns. */
export function buildTown(github: GitHub, source: RatioSource): Town {
  const houses = ["checkout", "search"].map((service, index): House => {
    // One installation each, so that each has a write budget of its own.
    const installation = github.installation({ account: `${service}-makers` });
    const { login } = installation.account;
    const repository = github.repository({ owner: login, name: service, installation });
    repository.permit("ann", "maintain");
    repository.permit("bob", "write");
    const house = { repository, service, isBurning: index === 1, policy: "enforced", changes: 0 } as const;
    const built: House = { ...house };
    repository.commit("main", { [policyPath]: textOf(built) });
    return built;
  });
  const shine = ({ service, isBurning }: House): void => source.set(service, isBurning ? 0.5 : 0.000_05);
  for (const house of houses) shine(house);

  const flip = (house: House): void => {
    house.isBurning = !house.isBurning;
    house.changes += 1;
    shine(house);
  };

  return {
    houses,
    act(next) {
      const house = houses[next(houses.length)];
      if (house === undefined) return;
      const { repository } = house;
      const pulls = [...repository.pulls.values()];
      const open = pulls.filter(({ state }) => state === "open");
      const pull = open[next(Math.max(1, open.length))];
      if (pull === undefined || open.length < 2) return openPull(repository, next);
      switch (next(12)) {
        case 0:
        case 1:
          return open.length < maxOpen
            ? openPull(repository, next)
            : repository.close(pull.number, { by: "bob" });
        case 2:
        case 3:
          return void repository.push(pull.number, { [`push-${next(1e9)}.txt`]: "x" }, { by: "bob" });
        case 4:
        case 5:
          return label(repository, pull, next(3) === 0 ? "bob" : "ann");
        case 6:
          return repository.close(pull.number, { by: "bob" });
        case 7:
          return reopen(repository, pulls, open.length, next);
        case 8:
          return pushPolicy(house, next);
        default:
          return flip(house);
      }
    },
  };
}

function openPull(repository: Repository, next: Next): void {
  repository.openPull({ head: `branch-${next(1e9)}`, author: "bob", files: { "a.txt": String(next(1e9)) } });
}

/** Wearing the label opens the gate where ann put it on; bob may not. */
function label(repository: Repository, { number, labels }: Pull, by: string): void {
  const isWorn = labels.some(({ name }) => name === "hotfix");
  if (isWorn) repository.unlabel(number, "hotfix", { by });
  else repository.label(number, "hotfix", { by });
}

function reopen(repository: Repository, pulls: readonly Pull[], open: number, next: Next): void {
  const closed = pulls.filter(({ state, merged }) => state === "closed" && merged === undefined);
  const pull = closed[next(Math.max(1, closed.length))];
  if (pull !== undefined && open < maxOpen) repository.reopen(pull.number, { by: "bob" });
}

function pushPolicy(house: House, next: Next): void {
  const kinds = ["enforced", "enforced", "stricter", "observed", "broken", "removed"] as const;
  house.policy = kinds[next(kinds.length)] ?? "enforced";
  house.changes += 1;
  const text = house.policy === "removed" ? null : textOf(house);
  house.repository.commit("main", { [policyPath]: text, "note.txt": String(next(1e9)) }, { by: "ann" });
}

function textOf({ policy, service }: House): string {
  const plain = policyFor(service).replace("teams: [acme/sre]", "permission: maintain");
  switch (policy) {
    case "enforced":
    case "removed":
      return plain;
    case "stricter":
      return plain.replace("99.9%", "99.95%");
    case "observed":
      return `${plain}mode: observe\n`;
    case "broken":
      return plain.replace("objectives:", "objectivs:");
  }
}
