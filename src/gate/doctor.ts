/**
 * The doctor: asks GitHub how it enforces our answers in a repository, and has that judged.
 *
 * Keeps: it only reads; a repository costs a bounded number of requests; whatever GitHub refuses becomes
 * *unknown* with the permission that would tell, never *sound*.
 */
import type { Diagnosis } from "../domain/diagnosis.ts";
import { diagnose } from "../domain/doctor.ts";
import type {
  BranchFacts,
  EnforcementFacts,
  EnvironmentFacts,
  InstallationFacts,
  PolicyFacts,
  RepositoryFacts,
} from "../domain/enforcement.ts";
import { isCounted } from "../domain/environment-diagnosis.ts";
import { diagnoseInstallation } from "../domain/installation-diagnosis.ts";
import { matchesBranch, type Subject } from "../domain/subject.ts";
import { type Told, told } from "../domain/told.ts";
import type {
  DescribedRepository,
  EnforcementReader,
  Identity,
  InstalledApp,
  RegistrationReader,
  RepositoryName,
} from "./enforcement-port.ts";
import { type Failure, isTransient, type Result } from "./failure.ts";
import { type PolicyWorld, readPolicyAt } from "./policy-of.ts";

/** Branches that are looked at, the default branch among them. Each costs two requests. */
const maxBranches = 50;

/** Environments that are looked at. Each costs a request. */
const maxEnvironments = 50;

const needsApp = "APP_ID and PRIVATE_KEY_PATH, so that the App itself asks";

/** What the doctor needs. */
export interface DoctorWorld extends PolicyWorld {
  readonly enforcement: EnforcementReader;
  /** `undefined`: we ask as a person, whom GitHub tells nothing of the App. */
  readonly registration: RegistrationReader | undefined;
  /** Our App's id, where it is known by itself. */
  readonly appId: number | undefined;
  readonly contextOf: (subject: Pick<Subject, "baseRef" | "gate">) => string;
}

/** What was found in one repository, or on one account. */
export interface Examination {
  /** A repository's full name, or the account's. */
  readonly of: string;
  readonly diagnoses: readonly Diagnosis[];
}

/** Examines one repository. */
export async function examine(world: DoctorWorld, name: RepositoryName): Promise<Examination> {
  const slug = `${name.owner}/${name.name}`;
  const { registration } = world;
  const unaware = { told: false, why: "a token is told nothing of the App", needs: needsApp } as const;
  const app = registration === undefined ? unaware : toldOf(await registration.app(), needsApp);
  const installed =
    registration === undefined ? unaware : toldOf(await registration.installationOf(name), needsApp);
  const installation: Told<InstallationFacts> = installed.told
    ? told(installed.value?.facts ?? { kind: "absent" })
    : installed;
  const us: Identity = {
    appId: world.appId ?? (app.told ? app.value.id : undefined),
    slug: app.told ? app.value.slug : undefined,
  };
  const repository = await lookInto(world, name, installed, us);
  const facts: EnforcementFacts = { appId: us.appId, app, installation, repository };
  return { of: slug, diagnoses: diagnose(facts, slug) };
}

/** Examines an installation through which no repository can be seen. */
export async function examineAccount(
  registration: RegistrationReader,
  { account, facts }: InstalledApp,
): Promise<Examination> {
  const app = toldOf(await registration.app(), needsApp);
  return { of: account, diagnoses: diagnoseInstallation({ app, installation: told(facts) }, account) };
}

async function lookInto(
  world: DoctorWorld,
  name: RepositoryName,
  installed: Told<InstalledApp | undefined>,
  us: Identity,
): Promise<Told<RepositoryFacts>> {
  if (world.registration !== undefined) {
    if (!installed.told) return installed;
    if (installed.value?.facts.kind !== "active")
      return { told: false, why: "the App does not see it", needs: undefined };
  }
  const installationId = installed.told ? (installed.value?.id ?? 0) : 0;
  const described = toldOf(
    await world.enforcement.describe(name, installationId),
    "the permission metadata: read",
  );
  if (!described.told) return described;
  return told(await factsOf(world, described.value, us));
}

async function factsOf(
  world: DoctorWorld,
  described: DescribedRepository,
  us: Identity,
): Promise<RepositoryFacts> {
  const { enforcement } = world;
  const { repository, defaultBranch, page } = described;
  const policy = await policyOf(world, described);
  const patterns = policy.kind === "present" ? policy.tags : [];
  const { names, further } = await gatedBranches(world, described, policy);
  const branches: BranchFacts[] = [];
  for (const branch of names) branches.push(await branchOf(world, described, policy, branch));
  const context = world.contextOf({ baseRef: defaultBranch, gate: { kind: "pull_request" } });
  const [checkRuns, statuses] = await Promise.all([
    enforcement.checkRunPosters(repository, defaultBranch, context, us),
    enforcement.statusPosters(repository, defaultBranch, context, us),
  ]);
  return {
    defaultBranch,
    page,
    policy,
    branches,
    furtherBranches: further,
    environments: await environmentsOf(world, described, policy),
    tags:
      patterns.length === 0
        ? undefined
        : {
            patterns,
            rulesets: toldOf(await enforcement.tagRulesets(repository), "the permission metadata: read"),
          },
    posters: {
      checkRuns: toldOf(checkRuns, "the permission checks: read"),
      statuses: toldOf(statuses, "the permission statuses: read"),
    },
  };
}

async function policyOf(
  world: PolicyWorld,
  { repository, defaultBranch }: DescribedRepository,
): Promise<PolicyFacts> {
  const read = await readPolicyAt(world, repository, defaultBranch);
  const readout = toldOf(read, "the permission contents: read");
  if (!readout.told) return { kind: "unknown", why: readout.why, needs: readout.needs };
  const { answer } = readout.value;
  switch (answer.kind) {
    case "present": {
      const { mode, pullRequestBranches: branches, deployments, bypass } = answer.policy;
      const { environments } = deployments;
      return { kind: "present", mode, branches, environments, tags: bypass.tags };
    }
    case "absent":
      return { kind: "absent" };
    case "broken":
      return { kind: "broken", problems: answer.problems };
  }
}

/**
 * The default branch, and the others that the policy gates. A glob that matches everything is no statement about
 * every branch that somebody pushes, so of those it gates only protected ones are asked about.
 */
async function gatedBranches(
  { enforcement }: DoctorWorld,
  { repository, defaultBranch }: DescribedRepository,
  policy: PolicyFacts,
): Promise<{ readonly names: readonly string[]; readonly further: Told<number> }> {
  if (policy.kind !== "present") return { names: [defaultBranch], further: told(0) };
  const isAll = policy.branches.some((glob) => /^\*+$/.test(glob));
  const read = await enforcement.branchNames(repository, isAll ? "protected" : "all");
  const all = toldOf(read, "the permission contents: read");
  if (!all.told) return { names: [defaultBranch], further: all };
  const others = all.value.filter((name) => name !== defaultBranch && matchesBranch(name, policy.branches));
  const names = [defaultBranch, ...others.slice(0, maxBranches - 1)];
  return { names, further: told(others.length + 1 - names.length) };
}

async function branchOf(
  { enforcement, contextOf }: DoctorWorld,
  { repository, page }: DescribedRepository,
  policy: PolicyFacts,
  name: string,
): Promise<BranchFacts> {
  const [rules, classic] = await Promise.all([
    enforcement.branchRules(repository, name, page),
    enforcement.branchProtection(repository, name, page),
  ]);
  return {
    name,
    context: contextOf({ baseRef: name, gate: { kind: "pull_request" } }),
    isGated: policy.kind !== "present" || matchesBranch(name, policy.branches),
    rules: toldOf(rules, "the permission metadata: read"),
    classic: toldOf(classic, "the permission contents: read"),
  };
}

/** The environments, with the rules of those that count: there may be one for every pull request besides. */
async function environmentsOf(
  { enforcement }: DoctorWorld,
  { repository, page }: DescribedRepository,
  policy: PolicyFacts,
): Promise<Told<readonly EnvironmentFacts[]>> {
  const needs = "the permission actions: read";
  const list = toldOf(await enforcement.environments(repository, page), needs);
  if (!list.told) return list;
  const patterns = policy.kind === "present" ? policy.environments : undefined;
  const counted = list.value.filter(({ name }) => isCounted(name, patterns));
  const asked = new Set(counted.slice(0, maxEnvironments));
  const found: EnvironmentFacts[] = [];
  for (const one of list.value) {
    const rules: EnvironmentFacts["rules"] = asked.has(one)
      ? toldOf(await enforcement.environmentRules(repository, one.name), needs)
      : { told: false, why: `only ${maxEnvironments} environments are looked at`, needs: undefined };
    found.push({ ...one, rules });
  }
  return told(found);
}

/** A failure that asking again cannot mend wants a permission, unless there was an answer, and it was too long. */
function toldOf<T>(result: Result<T>, needs: string): Told<T> {
  if (result.ok) return told(result.value);
  const { failure } = result;
  return { told: false, why: failure.detail, needs: isPermitted(failure) ? undefined : needs };
}

function isPermitted(failure: Failure): boolean {
  return isTransient(failure) || failure.kind === "too_large";
}
