/** The Action's inputs, as the runner hands them over: `INPUT_` and the name in capitals. */
import type { Patience } from "../client/wait.ts";
import { parseDuration } from "../domain/duration.ts";
import { isLoopback } from "../domain/loopback.ts";

/** How the Action finds the verdict. */
export type Asking =
  | {
      readonly kind: "gate";
      readonly url: URL;
      readonly auth:
        | { readonly kind: "oidc"; readonly audience: string }
        | { readonly kind: "token"; readonly token: string };
    }
  | {
      readonly kind: "direct";
      readonly prometheusUrl: URL;
      readonly prometheusToken: string | undefined;
      readonly githubToken: string;
      readonly policyFile: string | undefined;
    };

/** What the Action is told to do. */
export interface Inputs {
  readonly asking: Asking;
  readonly patience: Patience;
  readonly repo: string;
  readonly environment: string | undefined;
  readonly service: string | undefined;
  /** The commit that is asked about; the head of a pull request, not its merge. */
  readonly sha: string | undefined;
  /** warn: a held gate is told, and the step succeeds. */
  readonly mode: "enforce" | "warn";
  /** What it means that nothing could be determined. */
  readonly onError: "fail" | "warn";
  readonly hasSummary: boolean;
}

/** Inputs that are wrong: a sentence for people. */
export interface InputFault {
  readonly fault: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Reads the inputs. `event` is the webhook that started the workflow. */
export function readInputs(variables: Variables, event: unknown): Inputs | InputFault {
  const of = (name: string): string | undefined => {
    const text = variables[`INPUT_${name.toUpperCase()}`]?.trim();
    return text === undefined || text === "" ? undefined : text;
  };
  const mode = of("mode") ?? "enforce";
  if (mode !== "enforce" && mode !== "warn" && mode !== "direct")
    return { fault: "`mode` must be enforce, warn or direct" };
  const onError = of("on-error") ?? "fail";
  if (onError !== "fail" && onError !== "warn") return { fault: "`on-error` must be fail or warn" };
  const repo = variables["GITHUB_REPOSITORY"] ?? "";
  if (!/^[\w.-]+\/[\w.-]+$/.test(repo)) return { fault: "GITHUB_REPOSITORY is not set; is this a runner?" };
  const sha = of("sha") ?? headOf(event) ?? variables["GITHUB_SHA"];
  if (sha !== undefined && !/^[0-9a-f]{40}([0-9a-f]{24})?$/i.test(sha))
    return { fault: "`sha` must be a whole commit sha" };
  const longestMs = lengthOf(of("wait") ?? "0");
  if (longestMs === undefined) return { fault: "`wait` must be a length of time of at most 6h, such as 30m" };
  const pollMs = lengthOf(of("poll") ?? "60s");
  if (pollMs === undefined || pollMs < 1000) return { fault: "`poll` must be a length of time, such as 60s" };
  const asking = mode === "direct" ? directOf(of) : gateOf(of);
  if ("fault" in asking) return asking;
  return {
    asking,
    patience: { longestMs, pollMs },
    repo,
    environment: of("environment"),
    service: of("service"),
    sha,
    mode: mode === "warn" ? "warn" : "enforce",
    onError,
    hasSummary: of("summary") !== "false",
  };
}

function gateOf(of: (name: string) => string | undefined): Asking | InputFault {
  const url = addressOf(of("gate-url"));
  if (url === undefined) return { fault: "`gate-url` must be the gate's https address" };
  const auth = of("auth") ?? (of("token") === undefined ? "oidc" : "token");
  const token = of("token");
  switch (auth) {
    case "oidc": {
      const audience = of("audience") ?? url.origin;
      return { kind: "gate", url, auth: { kind: "oidc", audience } };
    }
    case "token":
      if (token === undefined) return { fault: "`auth: token` needs `token`" };
      return { kind: "gate", url, auth: { kind: "token", token } };
    default:
      return { fault: "`auth` must be oidc or token" };
  }
}

function directOf(of: (name: string) => string | undefined): Asking | InputFault {
  const prometheusUrl = URL.parse(of("prometheus-url") ?? "");
  if (prometheusUrl === null || !/^https?:$/.test(prometheusUrl.protocol))
    return { fault: "`mode: direct` needs `prometheus-url`, the address of a Prometheus" };
  if (prometheusUrl.username !== "" || prometheusUrl.password !== "")
    return { fault: "`prometheus-url` takes no credential; use `prometheus-token`" };
  const prometheusToken = of("prometheus-token");
  if (
    prometheusToken !== undefined &&
    prometheusUrl.protocol === "http:" &&
    !isLoopback(prometheusUrl.hostname)
  )
    return { fault: "`prometheus-token` would cross the network in the clear; use https" };
  const githubToken = of("github-token");
  if (githubToken === undefined) return { fault: "`mode: direct` needs `github-token`" };
  return { kind: "direct", prometheusUrl, prometheusToken, githubToken, policyFile: of("policy") };
}

/** A token is only sent where nobody can listen. */
function addressOf(text: string | undefined): URL | undefined {
  const url = URL.parse(text ?? "");
  if (url === null || url.username !== "" || url.password !== "") return undefined;
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname))
    ? url
    : undefined;
}

function lengthOf(text: string): number | undefined {
  const ms = text === "0" ? 0 : parseDuration(text);
  return ms === undefined || ms > 6 * 3_600_000 ? undefined : ms;
}

function headOf(event: unknown): string | undefined {
  const at = (value: unknown, key: string): unknown =>
    typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  const sha = at(at(at(event, "pull_request"), "head"), "sha");
  return typeof sha === "string" ? sha : undefined;
}
