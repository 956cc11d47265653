import { pullRequestDelivery, shaOf, type WebhookRequest } from "./delivery.ts";

/** Makes webhooks, each of something that no other of the same source has told. */
export interface News {
  /** New commits on pull requests of all repositories in turn: each asks for one status. */
  commits(count: number): readonly WebhookRequest[];
  /** What changes nothing, about pull requests that were told of. */
  nothingNew(count: number): readonly WebhookRequest[];
}

/** The news of so many repositories, in each of which one pull request is open at the start. */
export function newsOf(repositories: number): News {
  const updatedAt = Math.floor(Date.now() / 1000) - 3600;
  let made = 0;
  return {
    commits(count) {
      return Array.from({ length: count }, () => {
        const round = Math.floor(made / repositories);
        const repository = made++ % repositories;
        return pullRequestDelivery({
          repository,
          number: round + 1,
          headSha: shaOf(made),
          action: "synchronize",
          updatedAt,
        });
      });
    },
    nothingNew(count) {
      return Array.from({ length: count }, (_, index) => {
        const one = index % Math.min(made, repositories);
        return pullRequestDelivery({
          repository: one,
          number: 1,
          headSha: shaOf(one + 1),
          action: "unlabeled",
          updatedAt,
        });
      });
    },
  };
}
