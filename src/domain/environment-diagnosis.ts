/**
 * Whether every environment that counts asks us before something is deployed to it. [T23]
 *
 * GitHub makes an environment that a workflow names and that is not there, without any protection: a typing
 * mistake deploys around the gate, so a name of the policy that stands for nothing is a hole too.
 */
import { type Diagnosis, cureFor, listed } from "./diagnosis.ts";
import type { EnforcementFacts, EnvironmentFacts } from "./enforcement.ts";
import { matchesGlob } from "./subject.ts";
import type { Told } from "./told.ts";

/** GitHub's description of an environment does not hold it. [T24] */
const bypassWords = "whether admins may pass it by is unknown: GitHub does not tell";

/** What environments are judged with. */
export interface EnvironmentWorld {
  readonly appId: EnforcementFacts["appId"];
  /** The policy's globs; `undefined`: every environment counts. */
  readonly patterns: readonly string[] | undefined;
  /** The repository's page. */
  readonly page: string;
}

/** What there is to say of a repository's environments. */
export function diagnoseEnvironments(
  environments: Told<readonly EnvironmentFacts[]>,
  world: EnvironmentWorld,
): readonly Diagnosis[] {
  const { patterns, page } = world;
  if (!environments.told)
    return [
      {
        standing: "unknown",
        about: "environment",
        title: "Which environments ask us",
        why: `the environments were not told: ${environments.why}`,
        cure: cureFor(environments.needs),
      },
    ];
  const all = environments.value;
  const counts = (name: string): boolean => isCounted(name, patterns);
  const others = all.filter(({ name }) => !counts(name)).map(({ name }) => name);
  const empty = (patterns ?? []).filter((glob) => !all.some(({ name }) => isMatch(name, glob)));
  return [
    ...all.filter(({ name }) => counts(name)).map((one) => diagnose(one, all, world)),
    ...empty.map((glob) => unmade(glob, all, page)),
    ...(others.length === 0 ? [] : [leftOut(others)]),
  ];
}

/** Whether an environment counts: each does where the policy names none. */
export function isCounted(name: string, patterns: EnvironmentWorld["patterns"]): boolean {
  return patterns === undefined || patterns.some((glob) => isMatch(name, glob));
}

function isMatch(name: string, glob: string): boolean {
  return matchesGlob(name.toLowerCase(), glob.toLowerCase());
}

function diagnose(
  one: EnvironmentFacts,
  all: readonly EnvironmentFacts[],
  { appId }: EnvironmentWorld,
): Diagnosis {
  const about = "environment";
  const { name, rules, page } = one;
  const twins = all.filter((other) => other.name !== name && other.name.toLowerCase() === name.toLowerCase());
  const twinWords =
    twins.length === 0 ? "" : `; ${listed(twins.map((twin) => twin.name))} differs from it in case only`;
  if (!rules.told)
    return {
      standing: "unknown",
      about,
      title: `Whether "${name}" asks us`,
      why: `its protection rules were not told: ${rules.why}${twinWords}`,
      cure: rules.needs === undefined ? { text: "look again later, or there", page } : cureFor(rules.needs),
    };
  const enabled = rules.value.filter(({ isEnabled }) => isEnabled);
  if (appId === undefined && enabled.length > 0)
    return {
      standing: "unknown",
      about,
      title: `Whether "${name}" asks us`,
      why: `it asks App ${enabled.map((rule) => rule.appId).join(" and ")}, and which App we are is not known${twinWords}`,
      cure: { text: "pass --app-id, or run as the App with APP_ID and PRIVATE_KEY_PATH", page: undefined },
    };
  if (enabled.some((rule) => rule.appId === appId))
    return {
      standing: "sound",
      about,
      title: `"${name}" asks us`,
      seen: `our rule is enabled${twinWords}; ${bypassWords}`,
    };
  const isOff = rules.value.some((rule) => rule.appId === appId);
  return {
    standing: "hole",
    about,
    title: `"${name}" does not ask us`,
    seen: `${isOff ? "our protection rule is switched off" : "it has no protection rule of ours"}, so jobs deploy whatever the budget${twinWords}`,
    cure: {
      text: "enable this App among its deployment protection rules, or leave it out of gates.deployment.environments",
      page,
    },
  };
}

function unmade(glob: string, all: readonly EnvironmentFacts[], page: string): Diagnosis {
  const there = all.length === 0 ? "" : `; there is ${listed(all.map(({ name }) => name))}`;
  return {
    standing: "hole",
    about: "environment",
    title: `No environment is named "${glob}"`,
    seen: `the policy gates it, and GitHub would make it without protection when a workflow first names it${there}`,
    cure: {
      text: "make the environment and enable this App's rule, or mend the name in gates.deployment.environments",
      page: `${page}/settings/environments`,
    },
  };
}

function leftOut(names: readonly string[]): Diagnosis {
  return {
    standing: "sound",
    about: "environment",
    title: "The policy leaves other environments out",
    seen: `not gated, by gates.deployment.environments: ${listed(names, 10)}; look for typing mistakes among them`,
  };
}
