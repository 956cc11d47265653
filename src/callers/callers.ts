/**
 * Everybody who may ask the gate: by a token of ours, as a bearer or as the password of Basic, or by a token of an issuer.
 *
 * Keeps: what cannot be a token is refused before anything is looked up. [T15, T18] A token of ours that expired or was revoked says
 * so only to who holds it.
 */
import type { Instant } from "../domain/instant.ts";
import type { CallerAnswer, Callers } from "../gate/caller.ts";
import type { Tokens } from "../gate/tokens.ts";
import type { CallerRules } from "./issuer.ts";
import { oidcOf } from "./oidc.ts";
import { rateOf } from "./rate.ts";
import { isSecretOf, parseToken } from "./token-text.ts";

/** GitHub's tokens have less than 2 kB. */
const maxHeaderLength = 8192;

/** Recognises callers. */
export function callersOf({ issuers, perMinute }: CallerRules, tokens: Tokens): Callers {
  const oidc = oidcOf(issuers, tokens);
  const rate = rateOf(perMinute);
  return {
    async recognise(authorization, now) {
      if (authorization === undefined || authorization === "")
        return refused(
          "missing",
          "show a token: `Authorization: Bearer …`; `burngate token create` makes one",
        );
      const shown = authorization.length > maxHeaderLength ? undefined : tokenIn(authorization);
      if (shown === undefined) return refused("unknown", "this is no token that could be known here");
      return shown.startsWith("burngate_") ? ofOurs(tokens, shown, now) : oidc(shown, now);
    },
    admit: ({ id }, now) => rate(id, now),
  };
}

/** What is shown as a bearer token, or as the password of whoever. */
function tokenIn(authorization: string): string | undefined {
  const [, scheme = "", value = ""] = /^(\w+) +([\w.~+/=-]+) *$/.exec(authorization) ?? [];
  switch (scheme.toLowerCase()) {
    case "bearer":
      return value;
    case "basic":
      return /^[^:]*:(.+)$/s.exec(Buffer.from(value, "base64").toString("utf8"))?.[1];
    default:
      return undefined;
  }
}

async function ofOurs(tokens: Tokens, text: string, now: Instant): Promise<CallerAnswer> {
  const shown = parseToken(text);
  const found = shown && (await tokens.find(shown.id));
  if (found === undefined || !isSecretOf(shown?.secret ?? "", found.hash))
    return refused("unknown", "the token is not known");
  const { id, name, repositories, environments = "all", expiresAt, revokedAt } = found.token;
  if (revokedAt !== undefined) return refused("expired", "the token was revoked");
  if (expiresAt !== undefined && expiresAt <= now) return refused("expired", "the token has expired");
  await tokens.used(id, now);
  return { kind: "known", caller: { id: `token:${id}`, name, repositories, environments } };
}

function refused(why: Extract<CallerAnswer, { kind: "refused" }>["why"], detail: string): CallerAnswer {
  return { kind: "refused", why, detail };
}
