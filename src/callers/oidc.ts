/**
 * Callers that an issuer vouches for, by OIDC tokens (https://docs.github.com/actions/concepts/security/openid-connect,
 * https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#serviceaccount-token-volume-projection).
 *
 * Keeps: only issuers that the operator names are asked, at addresses that the operator wrote; a token chooses none. Only RS256 and
 * ES256 count, never what a token says of itself alone. A workflow is known by its repository's id, which survives renames; its `sub` is
 * never taken apart, since it has many forms. A workflow's token counts once (*replay*); a service account shows its own again for as
 * long as it lasts, which is what it is projected for.
 * Race: *two replicas* see one token at once: the ledger lets one of them in.
 */
import { createHash } from "node:crypto";
import { Agent } from "node:https";
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  decodeJwt,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyGetKey,
} from "jose";
import fetch from "node-fetch";
import type { Instant } from "../domain/instant.ts";
import type { Caller, CallerAnswer } from "../gate/caller.ts";
import type { Tokens } from "../gate/tokens.ts";
import type { GitHubIssuer, Issuer, KubernetesIssuer } from "./issuer.ts";

/** How far clocks may be apart. */
const skewSeconds = 60;

/** GitHub's tokens live for a few minutes. */
const longestAge = "15 minutes";

const keysMs = 5000;
const maxKeyBytes = 512 * 1024;

/** Recognises tokens of issuers. */
export function oidcOf(
  issuers: readonly Issuer[],
  seen: Pick<Tokens, "see">,
): (token: string, now: Instant) => Promise<CallerAnswer> {
  const known = new Map(issuers.map((issuer) => [issuer.issuer, { issuer, keys: keysOf(issuer) }]));
  return async (token, now) => {
    const found = known.get(issuerIn(token) ?? "");
    if (found === undefined) return refused("unknown", "the token is of no issuer that is known here");
    const { issuer, keys } = found;
    let claims: JWTPayload;
    try {
      const verified = await jwtVerify(token, keys, {
        issuer: issuer.issuer,
        audience: issuer.audience,
        algorithms: ["RS256", "ES256"],
        requiredClaims: ["exp", "iat"],
        clockTolerance: skewSeconds,
        currentDate: new Date(now),
        ...(issuer.kind === "github" ? { maxTokenAge: longestAge } : {}),
      });
      claims = verified.payload;
    } catch (error) {
      return refusalOf(error, issuer);
    }
    return issuer.kind === "github" ? workflow(issuer, claims, seen, now) : account(issuer, claims);
  };
}

function issuerIn(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

function keysOf({ keys }: Issuer): JWTVerifyGetKey {
  switch (keys.kind) {
    case "file":
      // Read at each use, since clusters rotate their keys.
      return async (header, token) =>
        createLocalJWKSet(JSON.parse(keys.read()) as JSONWebKeySet)(header, token);
    case "url": {
      const agent = keys.ca === undefined ? undefined : new Agent({ ca: keys.ca, keepAlive: false });
      return createRemoteJWKSet(keys.url, {
        timeoutDuration: keysMs,
        async [customFetch](url, { signal }) {
          const reply = await fetch(url, {
            redirect: "manual",
            size: maxKeyBytes,
            headers: { accept: "application/json" },
            signal,
            ...(agent === undefined ? {} : { agent }),
          });
          return new Response(await reply.text(), { status: reply.status === 200 ? 200 : 502 });
        },
      });
    }
  }
}

async function workflow(
  { issuer }: GitHubIssuer,
  claims: JWTPayload,
  seen: Pick<Tokens, "see">,
  now: Instant,
): Promise<CallerAnswer> {
  const repositoryId = Number(claims["repository_id"]);
  const { jti, exp = 0, environment, repository } = claims as JWTPayload & Readonly<Record<string, unknown>>;
  if (!Number.isSafeInteger(repositoryId) || repositoryId <= 0)
    return refused("unknown", "the token names no repository");
  if (typeof jti !== "string" || jti === "") return refused("unknown", "the token has no id");
  const mark = createHash("sha256")
    .update(JSON.stringify([issuer, jti]))
    .digest("hex");
  if (!(await seen.see(mark, (exp + skewSeconds) * 1000, now)))
    return refused("replayed", "the token was shown before; fetch a new one for each question");
  const caller: Caller = {
    id: `github:${repositoryId}`,
    name: typeof repository === "string" ? repository : `repository ${repositoryId}`,
    repositories: "all",
    repositoryId,
    environments: environmentsOf(environment),
  };
  return { kind: "known", caller };
}

/** A job that runs in an environment asks about that one; a name with a star would be a glob, and stands for none. */
function environmentsOf(environment: unknown): Caller["environments"] {
  if (environment === undefined) return "all";
  return typeof environment === "string" && !environment.includes("*") ? [environment] : [];
}

function account({ issuer, accounts }: KubernetesIssuer, claims: JWTPayload): CallerAnswer {
  const found = accounts.find(
    ({ namespace, name }) => claims.sub === `system:serviceaccount:${namespace}:${name}`,
  );
  if (found === undefined) return refused("unknown", "this service account may not ask here");
  const { namespace, name, repositories, environments = "all" } = found;
  const id = `kubernetes:${issuer}:${namespace}/${name}`;
  return { kind: "known", caller: { id, name: `${namespace}/${name}`, repositories, environments } };
}

function refusalOf(error: unknown, { audience }: Issuer): CallerAnswer {
  if (error instanceof errors.JWTExpired) return refused("expired", "the token has expired");
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === "aud")
    return refused("unknown", `the token is for somebody else; ask for the audience ${audience}`);
  const isSilent =
    error instanceof errors.JWKSTimeout ||
    error instanceof errors.JWKSInvalid ||
    !(error instanceof errors.JOSEError) ||
    error.code === "ERR_JOSE_GENERIC";
  return isSilent
    ? refused("unanswered", "the issuer's keys could not be had; try again")
    : refused("unknown", "the token does not hold");
}

function refused(why: Extract<CallerAnswer, { kind: "refused" }>["why"], detail: string): CallerAnswer {
  return { kind: "refused", why, detail };
}
