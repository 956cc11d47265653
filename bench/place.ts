/** The made world of the bench: installations with one repository each, their policy, and pull requests by number. */
import { createHash } from "node:crypto";

/** The App, to everybody in the bench. */
export const appId = 4711;

/** Signs the bench's webhooks. */
export const webhookSecret = "0123456789abcdef0123456789abcdef";

/** When every made pull request was last changed; what is delivered is newer. */
export const madeAt = Date.parse("2026-11-01T00:00:00Z");

/** The one service that every policy is about. */
export const policyText = `version: 1
objectives:
  - name: checkout
    target: 99.9%
    window: 30d
    sli:
      error_query: sum(rate(http_requests_total{service="checkout",code=~"5.."}[{{window}}]))
      total_query: sum(rate(http_requests_total{service="checkout"}[{{window}}]))
`;

/** Where the policy lies in each repository. */
export const policyPath = ".github/slo-policy.yml";

/** The installation of a repository, both by the place's number from 0 on. */
export const installationOf = (place: number): number => 1000 + place;

/** A repository's number at GitHub. */
export const repositoryOf = (place: number): number => 500_000 + place;

/** A repository's owner and name. */
export const ownerOf = (place: number): string => `org-${place}`;

/** Every repository has this name. */
export const repositoryName = "shop";

/** A commit's name, made of whatever tells it from others. */
export function shaOf(...parts: readonly (string | number)[]): string {
  return createHash("sha1").update(parts.join(" ")).digest("hex");
}
