import type { DurationMs } from "./duration.ts";

/** GitHub's own REST API. */
export const publicApiUrl = "https://api.github.com";

const dayMs: DurationMs = 86_400_000;

/** Where the REST API of a GitHub Enterprise Server lies. */
export function enterpriseApiUrl(host: string): string {
  return `https://${host}/api/v3`;
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
