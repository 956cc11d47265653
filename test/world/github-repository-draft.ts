import type { Account } from "./github-account.ts";
import type { Repository } from "./github-repository.ts";

/** A repository to be made. `parent`: the one that it is a fork of. */
export type RepositoryDraft = {
  owner: Account;
  name: string;
  private: boolean;
  defaultBranch: string;
  parent?: Repository;
};
