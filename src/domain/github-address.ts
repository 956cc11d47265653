import type { DurationMs } from "./duration.ts";

/** GitHub's own REST API. */
export const publicApiUrl = "https://api.github.com";

const dayMs: DurationMs = 86_400_000;

/**
 * The REST API of the GitHub Enterprise Server at `host`, or what is wrong with the name. `named`: the address that
 * was named beside it.
 */
export function enterpriseApiOf(
  host: string,
  named: string | undefined,
): { readonly url: string } | { readonly fault: string } {
  const url = `https://${host}/api/v3`;
  if (!/^[a-z0-9.-]+(:\d{1,5})?$/i.test(host))
    return { fault: "must be the name of a host, without https:// or a path" };
  return named === undefined || named === url
    ? { url }
    : { fault: "names another GitHub than GITHUB_API_URL; set one of the two" };
}

/** Whether an address is that of an Enterprise Server's REST API. */
function isEnterpriseServer(apiUrl: string): boolean {
  return apiUrl.endsWith("/api/v3");
}

/** Where the GraphQL API lies beside a REST API (https://docs.github.com/graphql/guides/forming-calls-with-graphql). */
export function graphqlUrlOf(apiUrl: string): string {
  return isEnterpriseServer(apiUrl) ? apiUrl.replace(/\/v3$/, "/graphql") : `${apiUrl}/graphql`;
}

/**
 * How long GitHub remembers deliveries: three days, an Enterprise Server seven
 * (https://docs.github.com/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks).
 */
export function deliveryMemoryOf(apiUrl: string): DurationMs {
  return (isEnterpriseServer(apiUrl) ? 7 : 3) * dayMs;
}
