import type { Caller, Callers } from "../../src/gate/caller.ts";

/** A caller who may ask about everything. */
export const anyCaller: Caller = { id: "any", name: "any", repositories: "all", environments: "all" };

/** The header of the caller that `callersOf` knows by a token. */
export const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` });

/** Callers by token, each of whom may ask as often as they want. */
export function knownCallers(byToken: Readonly<Record<string, Caller>> = { all: anyCaller }): Callers {
  return {
    recognise(authorization) {
      if (authorization === undefined)
        return Promise.resolve({ kind: "refused", why: "missing", detail: "show a token" });
      const token = authorization.replace(/^Bearer /, "");
      const caller = Object.hasOwn(byToken, token) ? byToken[token] : undefined;
      return Promise.resolve(
        caller === undefined
          ? { kind: "refused", why: "unknown", detail: "the token is not known" }
          : { kind: "known", caller },
      );
    },
    admit: () => ({ ok: true }),
  };
}
