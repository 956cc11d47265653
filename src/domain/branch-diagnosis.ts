/**
 * Whether a branch waits for us, and for nobody else in our name. [T19]
 *
 * GitHub enforces every ruleset and the classic protection together, so one requirement that is bound to us is
 * enough, and one that is bound to another App is one too many.
 */
import { type Diagnosis, cureFor, listed } from "./diagnosis.ts";
import type { BranchFacts, EnforcementFacts, InstallationFacts, RequiredCheck } from "./enforcement.ts";
import type { Told } from "./told.ts";

/** What a branch is judged with. */
export interface BranchWorld {
  readonly appId: EnforcementFacts["appId"];
  readonly installation: Told<InstallationFacts>;
  /** The repository's page. */
  readonly page: string;
}

/** What there is to say of a branch. */
export function diagnoseBranch(branch: BranchFacts, world: BranchWorld): readonly Diagnosis[] {
  const required = requiredOf(branch);
  const ours = required.filter(({ context }) => context.toLowerCase() === branch.context.toLowerCase());
  if (!branch.isGated) return [diagnoseUngated(branch, ours)];
  return [
    diagnoseRequired(branch, world, required, ours),
    ...(ours.length === 0 ? [] : [diagnoseSource(branch, world, ours)]),
    ...diagnoseQueue(branch, world, ours),
  ];
}

/** Whether a branch is known to require its context. */
export function requiresUs(branch: BranchFacts): boolean {
  return requiredOf(branch).some(({ context }) => context.toLowerCase() === branch.context.toLowerCase());
}

function requiredOf({ rules, classic }: BranchFacts): readonly RequiredCheck[] {
  return [...(rules.told ? rules.value.checks : []), ...(classic.told ? classic.value : [])];
}

function unreadOf({ rules, classic }: BranchFacts): (Told<never> & { readonly told: false }) | undefined {
  if (!rules.told) return { ...rules, why: `its rules were not told: ${rules.why}` };
  if (!classic.told) return { ...classic, why: `its classic protection was not told: ${classic.why}` };
  return undefined;
}

function diagnoseRequired(
  branch: BranchFacts,
  { page }: BranchWorld,
  required: readonly RequiredCheck[],
  ours: readonly RequiredCheck[],
): Diagnosis {
  const about = "required_check";
  const what = `"${branch.context}" is required on "${branch.name}"`;
  if (ours.length > 0) return { standing: "sound", about, title: what, seen: `required by ${byWords(ours)}` };
  const unread = unreadOf(branch);
  if (unread !== undefined)
    return {
      standing: "unknown",
      about,
      title: `Whether ${what}`,
      why: unread.why,
      cure: cureFor(unread.needs),
    };
  const names = [...new Set(required.map(({ context }) => context))];
  return {
    standing: "hole",
    about,
    title: `"${branch.context}" is not required on "${branch.name}"`,
    seen:
      names.length === 0
        ? "no active rule and no protection requires any check, so GitHub merges whatever we say"
        : `required there: ${listed(names)}; GitHub merges whatever we say`,
    cure: {
      text: `require the check "${branch.context}" in a ruleset that is active, with this App as its source`,
      page: `${page}/settings/rules`,
    },
  };
}

/** A branch that the policy leaves out gets no status, so whoever requires one shuts it. */
function diagnoseUngated(branch: BranchFacts, ours: readonly RequiredCheck[]): Diagnosis {
  const about = "required_check";
  const what = `"${branch.context}" is not required on "${branch.name}"`;
  const leaves = "gates.pull_request.branches leaves it out";
  const [first] = ours;
  if (first !== undefined)
    return {
      standing: "hole",
      about,
      title: `"${branch.context}" is required on "${branch.name}" and never comes`,
      seen: `required by ${byWords(ours)}, and ${leaves}: its pull requests wait for ever`,
      cure: {
        text: "stop requiring it, or name the branch in gates.pull_request.branches",
        page: first.page,
      },
    };
  const unread = unreadOf(branch);
  if (unread !== undefined)
    return {
      standing: "unknown",
      about,
      title: `Whether ${what}`,
      why: unread.why,
      cure: cureFor(unread.needs),
    };
  return { standing: "sound", about, title: what, seen: `nor gated: ${leaves}` };
}

function diagnoseSource(
  branch: BranchFacts,
  { appId }: BranchWorld,
  ours: readonly RequiredCheck[],
): Diagnosis {
  const about = "check_source";
  const name = `"${branch.context}" on "${branch.name}"`;
  const unbound = ours.find((one) => one.appId === undefined);
  const bound = ours.flatMap((one) => (one.appId === undefined ? [] : [{ ...one, appId: one.appId }]));
  if (appId === undefined && bound.length > 0)
    return {
      standing: "unknown",
      about,
      title: `Whether ${name} is taken from us`,
      why: `${byWords(bound)} takes it from App ${bound.map((one) => one.appId).join(" and ")}, and which App we are is not known`,
      cure: { text: "pass --app-id, or run as the App with APP_ID and PRIVATE_KEY_PATH", page: undefined },
    };
  const foreign = bound.find((one) => one.appId !== appId);
  if (foreign !== undefined)
    return {
      standing: "hole",
      about,
      title: `${name} is taken from another App`,
      seen: `${foreign.requiredBy} takes it from App ${foreign.appId}, and we are App ${appId}: we cannot answer, and that App can open`,
      cure: { text: "choose this App as the source of the check", page: foreign.page },
    };
  if (bound.length > 0)
    return {
      standing: "sound",
      about,
      title: `${name} is taken from us alone`,
      seen: `App ${appId}, in ${byWords(bound)}`,
    };
  const unread = unreadOf(branch);
  if (unread !== undefined)
    return {
      standing: "unknown",
      about,
      title: `Whether ${name} is taken from us alone`,
      why: `${byWords(ours)} takes it from anybody, and ${unread.why}`,
      cure: cureFor(unread.needs),
    };
  return {
    standing: "hole",
    about,
    title: `Anybody can answer ${name}`,
    seen: `${byWords(ours)} takes it from any source, so whoever may write statuses can post a green one`,
    cure: { text: "choose this App as the source of the check", page: unbound?.page },
  };
}

function diagnoseQueue(
  branch: BranchFacts,
  { installation, page }: BranchWorld,
  ours: readonly RequiredCheck[],
): readonly Diagnosis[] {
  const about = "merge_queue";
  const { rules } = branch;
  const unknown = (why: string, needs: string | undefined): readonly Diagnosis[] => [
    {
      standing: "unknown",
      about,
      title: `Whether a merge queue of "${branch.name}" asks us`,
      why,
      cure: cureFor(needs),
    },
  ];
  if (!rules.told) return unknown(`its rules were not told: ${rules.why}`, rules.needs);
  const { queue } = rules.value;
  if (queue === undefined) return [];
  const title = `The merge queue of "${branch.name}" asks us`;
  if (ours.length === 0) {
    const unread = unreadOf(branch);
    if (unread !== undefined) return unknown(unread.why, unread.needs);
    const seen = `its groups merge without "${branch.context}"`;
    const text = `require the check "${branch.context}" for the queue's branch too`;
    return [
      {
        standing: "hole",
        about,
        title: `The merge queue of "${branch.name}" does not ask us`,
        seen,
        cure: { text, page: `${page}/settings/rules` },
      },
    ];
  }
  if (!installation.told)
    return unknown(`what the installation accepted was not told: ${installation.why}`, installation.needs);
  if (installation.value.kind !== "active") return unknown("the App does not see the repository", undefined);
  const { permissions, events, page: installationPage } = installation.value;
  const missing = [
    permissions["merge_queues"] === undefined ? "the permission merge_queues: read" : "",
    events.includes("merge_group") ? "" : "the event merge_group",
  ].filter((one) => one !== "");
  if (missing.length === 0)
    return [
      { standing: "sound", about, title, seen: `"${branch.context}" is required, and its events reach us` },
    ];
  const { timeoutMinutes } = queue;
  const end = timeoutMinutes === undefined ? "the queue's timeout" : `${timeoutMinutes} minutes`;
  return [
    {
      standing: "hole",
      about,
      title: `The merge queue of "${branch.name}" waits for us in vain`,
      seen: `the installation lacks ${missing.join(" and ")}, so GitHub does not tell us of groups: each waits for ${end} and is thrown out`,
      cure: { text: `let the installation accept ${missing.join(" and ")}`, page: installationPage },
    },
  ];
}

function byWords(checks: readonly RequiredCheck[]): string {
  return [...new Set(checks.map(({ requiredBy }) => requiredBy))].join(" and ");
}
