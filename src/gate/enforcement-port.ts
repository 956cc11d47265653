/** What the doctor asks of GitHub. */
import type {
  AppFacts,
  BranchFacts,
  EnvironmentFacts,
  InstallationFacts,
  Poster,
  RequiredCheck,
  TagRuleset,
} from "../domain/enforcement.ts";
import type { Repository } from "../domain/subject.ts";
import type { Result } from "./failure.ts";

/** A repository by its full name. */
export type RepositoryName = Pick<Repository, "owner" | "name">;

/** A repository as GitHub describes it now, with its page. */
export interface DescribedRepository {
  readonly repository: Repository;
  readonly defaultBranch: string;
  readonly page: string;
}

/** Who we are, as far as it is known. */
export interface Identity {
  readonly appId: number | undefined;
  readonly slug: string | undefined;
}

/** GitHub's answers about how it enforces, in the name of an installation or of a person. */
export interface EnforcementReader {
  describe(name: RepositoryName, installationId: number): Promise<Result<DescribedRepository>>;
  /** Names of branches, of all or of those alone that are protected in some way. */
  branchNames(repository: Repository, which: "all" | "protected"): Promise<Result<readonly string[]>>;
  /** Rules that are active on a branch; `page` is the repository's. */
  branchRules(
    repository: Repository,
    branch: string,
    page: string,
  ): Promise<Result<Extract<BranchFacts["rules"], { told: true }>["value"]>>;
  /** What classic protection requires on a branch. */
  branchProtection(
    repository: Repository,
    branch: string,
    page: string,
  ): Promise<Result<readonly RequiredCheck[]>>;
  environments(
    repository: Repository,
    page: string,
  ): Promise<Result<readonly Pick<EnvironmentFacts, "name" | "page">[]>>;
  environmentRules(
    repository: Repository,
    environment: string,
  ): Promise<Result<Extract<EnvironmentFacts["rules"], { told: true }>["value"]>>;
  /** Active rulesets for tags, from whatever level. */
  tagRulesets(repository: Repository): Promise<Result<readonly TagRuleset[]>>;
  /** Who made check runs of that name on a branch's head. */
  checkRunPosters(
    repository: Repository,
    branch: string,
    context: string,
    us: Identity,
  ): Promise<Result<readonly Poster[]>>;
  /** Who posted statuses under that context on a branch's head. */
  statusPosters(
    repository: Repository,
    branch: string,
    context: string,
    us: Identity,
  ): Promise<Result<readonly Poster[]>>;
}

/** An installation, and the account that it is on. */
export interface InstalledApp {
  readonly id: number;
  readonly account: string;
  readonly facts: InstallationFacts;
}

/** GitHub's answers to the App about itself. */
export interface RegistrationReader {
  app(): Promise<Result<AppFacts>>;
  /** The installation that sees a repository; `undefined`: none does. */
  installationOf(name: RepositoryName): Promise<Result<InstalledApp | undefined>>;
  installations(): Promise<Result<readonly InstalledApp[]>>;
  /** The repositories that an active installation sees. */
  repositoriesOf(installationId: number): Promise<Result<readonly RepositoryName[]>>;
}
