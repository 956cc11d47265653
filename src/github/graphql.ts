/**
 * Asking GitHub's GraphQL API. It answers nearly everything with HTTP 200 and says in the body what went wrong; here
 * that becomes what REST would have answered, so that limits and refusals are met in one place (client.ts).
 *
 * Keeps: a secondary limit that comes with HTTP 200 is a limit
 * (https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api); half an answer is
 * none, but for fields that the caller can do without.
 */
import { z } from "zod";
import { graphqlUrlOf } from "../domain/github-address.ts";
import type { Kit } from "./client.ts";

const answer = z.object({
  data: z.unknown().optional(),
  errors: z
    .array(
      z.object({
        type: z.string().optional(),
        message: z.string().optional(),
        path: z.array(z.union([z.string(), z.number()])).optional(),
      }),
    )
    .optional(),
  message: z.string().optional(),
});

type Answer = z.infer<typeof answer>;

/** An error of GraphQL's, in the form in which Octokit tells of REST's. */
class GraphqlRefusal extends Error {
  readonly status: number;
  readonly response: { readonly headers: Readonly<Record<string, string | number | undefined>> };

  constructor(status: number, message: string, headers: GraphqlRefusal["response"]["headers"]) {
    super(message);
    this.status = status;
    this.response = { headers };
  }
}

/**
 * Sends a query and gives its `data`. Errors of the fields in `optional` are passed over; GitHub answers `null`
 * there. Throws as Octokit does.
 */
export async function query(
  kit: Kit,
  text: string,
  variables: Readonly<Record<string, unknown>>,
  optional: readonly string[] = [],
): Promise<{ readonly data: unknown }> {
  const { baseUrl } = kit.request.endpoint.DEFAULTS;
  const sent = await kit.request({
    method: "POST",
    url: graphqlUrlOf(baseUrl),
    headers: {},
    query: text,
    variables,
  });
  const parsed = answer.safeParse(sent.data);
  // Text or a body that broke off is told as such where every answer is looked at.
  if (!parsed.success) return { data: undefined };
  const refusal = refusalOf(parsed.data, optional);
  if (refusal !== undefined) throw new GraphqlRefusal(refusal.status, refusal.message, sent.headers);
  return { data: parsed.data.data };
}

/** What REST would have answered, or nothing where the answer is whole. */
function refusalOf(
  { data, errors = [], message }: Answer,
  optional: readonly string[],
): { readonly status: number; readonly message: string } | undefined {
  const [error] = errors.filter(({ path }) => !optional.includes(String(path?.at(-1))));
  const text = error?.message ?? message ?? "the answer holds no data";
  if (error === undefined && data !== undefined && data !== null) return undefined;
  if (error?.type === "RATE_LIMITED" || /rate limit|abuse detection/i.test(text))
    return { status: 429, message: text };
  if (error?.type === "NOT_FOUND") return { status: 404, message: text };
  if (error?.type === "FORBIDDEN" || error?.type === "INSUFFICIENT_SCOPES")
    return { status: 403, message: text };
  return { status: 502, message: text };
}
