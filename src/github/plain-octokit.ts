/** Apart from the client, which the Action bundles without Probot. */
import { ProbotOctokit } from "probot";
import { leanFetch } from "./lean-fetch.ts";

/**
 * Probot's Octokit without its throttling and retries, and asking for tokens where it asks for everything: by
 * itself it would ask api.github.com. It asks with the lean fetch.
 */
export const PlainOctokit = ProbotOctokit.defaults((options: PlainOptions) => ({
  ...options,
  ...(options.auth?.request === undefined
    ? {}
    : { auth: { ...options.auth, request: options.auth.request.defaults({ baseUrl: options.baseUrl }) } }),
  request: { fetch: leanFetch, ...options.request },
  throttle: { ...options.throttle, enabled: false },
  retry: { enabled: false },
}));

interface PlainOptions extends Record<string, unknown> {
  readonly baseUrl?: string;
  readonly auth?: { readonly request?: { defaults(more: object): unknown } };
  readonly request?: object;
  readonly throttle?: object;
}
