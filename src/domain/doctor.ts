/**
 * Whether the gate really holds in a repository: facts → diagnoses.
 *
 * Wants: an admin sees each way around the gate, and each way in which it would shut for ever, with the page
 * that mends it.
 * Keeps: *sound* is said only of what GitHub told in full; what it refused to tell is *unknown*, with the
 * permission that would tell it.
 * Leaves out: who may bypass a ruleset or an environment, which GitHub tells to admins only. [T24]
 */
import { type BranchWorld, diagnoseBranch, requiresUs } from "./branch-diagnosis.ts";
import { type Diagnosis, cureFor } from "./diagnosis.ts";
import type { EnforcementFacts, PolicyFacts, RepositoryFacts } from "./enforcement.ts";
import { diagnoseEnvironments } from "./environment-diagnosis.ts";
import { diagnoseInstallation } from "./installation-diagnosis.ts";
import { diagnoseNamesakes } from "./namesake-diagnosis.ts";
import { diagnoseTags } from "./tag-diagnosis.ts";

/** Everything there is to say of a repository, `slug` being its full name. */
export function diagnose(facts: EnforcementFacts, slug: string): readonly Diagnosis[] {
  const { repository, installation, appId } = facts;
  const ofApp = diagnoseInstallation(facts, slug);
  if (!repository.told) {
    // Where the App is not there or asleep, that is why nothing can be read, and has been said.
    if (installation.told && installation.value.kind !== "active") return ofApp;
    return [
      ...ofApp,
      {
        standing: "unknown",
        about: "repository",
        title: `How "${slug}" is protected`,
        why: repository.why,
        cure: cureFor(repository.needs),
      },
    ];
  }
  const { page, policy, branches, environments, tags, posters } = repository.value;
  const world: BranchWorld = { appId, installation, page };
  const [main] = branches;
  const patterns = policy.kind === "present" ? policy.environments : undefined;
  return [
    ...ofApp,
    diagnosePolicy(policy, repository.value),
    ...branches.flatMap((branch) => diagnoseBranch(branch, world)),
    ...diagnoseFurther(repository.value),
    ...(main === undefined ? [] : diagnoseNamesakes(posters, main.context, page)),
    ...diagnoseEnvironments(environments, { appId, patterns, page }),
    ...diagnoseTags(tags, page),
  ];
}

function diagnosePolicy(policy: PolicyFacts, { page, defaultBranch, branches }: RepositoryFacts): Diagnosis {
  const about = "policy";
  const where = `on "${defaultBranch}"`;
  const file = ".github/slo-policy.yml";
  const at = `${encodePath(defaultBranch)}/${file}`;
  const isRequired = branches[0] !== undefined && requiresUs(branches[0]);
  switch (policy.kind) {
    case "present":
      return {
        standing: "sound",
        about,
        title: `There is a policy ${where}`,
        seen:
          policy.mode === "enforce"
            ? "it can be used, and enforces"
            : "it can be used; its mode is observe, so it holds nothing until somebody sets mode: enforce",
      };
    case "absent":
      return {
        standing: "hole",
        about,
        title: `There is no policy ${where}`,
        seen: isRequired
          ? "nothing is judged, and the required check waits for ever"
          : "nothing is judged in this repository",
        cure: {
          text: isRequired
            ? `write ${file}, or stop requiring the check`
            : `write ${file}, and require the check after that`,
          page: `${page}/new/${encodePath(defaultBranch)}?filename=${encodeURIComponent(file)}`,
        },
      };
    case "broken": {
      const [first] = policy.problems;
      const place =
        first === undefined ? "" : `${first.file}:${first.position.line}: ${first.key} ${first.message}`;
      const more = policy.problems.length > 1 ? ` (and ${policy.problems.length - 1} more)` : "";
      return {
        standing: "hole",
        about,
        title: `The policy ${where} cannot be used`,
        seen: `${place}${more}`,
        cure: { text: "mend it; burngate lint tells every mistake", page: `${page}/blob/${at}` },
      };
    }
    case "unknown":
      return {
        standing: "unknown",
        about,
        title: `Whether there is a policy ${where}`,
        why: policy.why,
        cure: cureFor(policy.needs),
      };
  }
}

function diagnoseFurther({ furtherBranches, branches, page }: RepositoryFacts): readonly Diagnosis[] {
  const about = "required_check";
  if (!furtherBranches.told)
    return [
      {
        standing: "unknown",
        about,
        title: "Which other branches the policy gates",
        why: `the branches were not told: ${furtherBranches.why}`,
        cure: cureFor(furtherBranches.needs),
      },
    ];
  if (furtherBranches.value === 0) return [];
  return [
    {
      standing: "unknown",
      about,
      title: "Whether the rest of the gated branches require our check",
      why: `there are ${furtherBranches.value} more than the ${branches.length} that were looked at`,
      cure: { text: "narrow gates.pull_request.branches, or look at their rules", page: `${page}/branches` },
    },
  ];
}

function encodePath(branch: string): string {
  return branch.split("/").map(encodeURIComponent).join("/");
}
