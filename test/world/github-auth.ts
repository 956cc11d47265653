import { createHash, verify } from "node:crypto";
import type { Account } from "./github-account.ts";
import type { Installation } from "./github-installation.ts";
import { refuse, type Reply } from "./github-reply.ts";
import type { Permissions, World } from "./github-world.ts";

const HOUR = 3_600_000;

/** The longest that GitHub lets an app's token live, plus the clock drift that it forgives. */
const LONGEST_JWT_S = 600 + 60;

/** What a token lets do: `repositories` narrows an installation's to those ids. */
export type Authority =
  | { kind: "app" }
  | { kind: "user"; user: Account }
  | {
      kind: "installation";
      installation: Installation;
      permissions: Permissions;
      repositories: Set<number> | undefined;
      expiresAt: number;
    };

/** An installation's authority. */
export type InstallationAuthority = Extract<Authority, { kind: "installation" }>;

/** GitHub's name for a caller in its limits. */
export function callerOf(authority: Authority | undefined): string {
  if (authority === undefined) return "nobody";
  if (authority.kind === "installation") return `installation ${authority.installation.id}`;
  return authority.kind === "user" ? `user ${authority.user.login}` : "app";
}

/**
 * The tokens in circulation. Their lifetime, and that of an app's JSON web tokens, is measured by the real clock, not the
 * world's, unless another is given: clients measure it so too and offer no way to give them another.
 */
export class Tokens {
  readonly #world: World;
  readonly #now: () => number;
  readonly #known = new Map<string, Authority>();

  constructor(world: World, now: () => number) {
    this.#world = world;
    this.#now = now;
  }

  #secret(kind: string, length: number): string {
    const { ids } = this.#world;
    const seed = `${kind} ${ids.next("token")}`;
    let text = "";
    for (let block = 0; text.length < length; block += 1)
      text += createHash("sha512")
        .update(ids.sha(`${seed} ${block}`))
        .digest("base64url");
    return text.slice(0, length);
  }

  /** Mints an installation token in the long form that GitHub gives since 2026. */
  mint(authority: Omit<InstallationAuthority, "kind" | "expiresAt">): { token: string; expiresAt: number } {
    const expiresAt = this.#now() + HOUR;
    const jwt = [36, 340, 86].map((length) => this.#secret("installation", length)).join(".");
    const token = `ghs_${this.#world.app.id}_${jwt}`;
    this.#known.set(token, { kind: "installation", ...authority, expiresAt });
    return { token, expiresAt };
  }

  /** A personal access token. */
  personal(user: Account): string {
    const token = `ghp_${this.#secret("personal", 36).replaceAll(/[-_]/g, "0")}`;
    this.#known.set(token, { kind: "user", user });
    return token;
  }

  /** Makes every installation token invalid, as if its hour had passed. */
  expire(): void {
    for (const [token, { kind }] of this.#known) if (kind === "installation") this.#known.delete(token);
  }

  /** Whose an Authorization header is, or GitHub's refusal. */
  authority(header: string | undefined): Authority | Reply {
    const credential = /^(?:bearer|token)\s+(\S+)$/i.exec(header ?? "")?.[1];
    if (credential === undefined) return refuse(401, "Requires authentication");
    const known = this.#known.get(credential);
    if (known === undefined)
      return credential.startsWith("ey") ? this.#app(credential) : refuse(401, "Bad credentials");
    if (known.kind !== "installation") return known;
    if (known.expiresAt <= this.#now() || known.installation.deleted) return refuse(401, "Bad credentials");
    if (known.installation.suspended !== undefined)
      return refuse(403, "This installation has been suspended");
    return known;
  }

  #app(jwt: string): Authority | Reply {
    const [head = "", claims = "", signature = ""] = jwt.split(".");
    const undecodable = refuse(401, "A JSON web token could not be decoded");
    const { app } = this.#world;
    try {
      if (
        !verify(
          "RSA-SHA256",
          Buffer.from(`${head}.${claims}`),
          app.publicKey,
          Buffer.from(signature, "base64url"),
        )
      )
        return undecodable;
      const header = decode(head);
      const { iss, exp, iat } = decode(claims);
      if (header["alg"] !== "RS256") return undecodable;
      if (String(iss) !== String(app.id) && iss !== app.clientId) return refuse(404, "Integration not found");
      const now = this.#now() / 1000;
      if (typeof iat !== "number" || iat > now + 60) {
        return refuse(
          401,
          "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
        );
      }
      if (typeof exp !== "number" || exp <= now) {
        return refuse(
          401,
          "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
        );
      }
      if (exp > now + LONGEST_JWT_S)
        return refuse(401, "'Expiration time' claim ('exp') is too far in the future");
      return { kind: "app" };
    } catch {
      return undecodable;
    }
  }
}

function decode(part: string): { [claim: string]: unknown } {
  return JSON.parse(Buffer.from(part, "base64url").toString("utf8")) as { [claim: string]: unknown };
}
