/** Tokens that callers show, and tokens of issuers that were shown once. */
import type { Instant } from "../domain/instant.ts";

/** A token as it is kept: what it may ask about, and never the token itself. */
export interface GateToken {
  readonly id: string;
  readonly name: string;
  /** Globs of `owner/name`. */
  readonly repositories: readonly string[];
  /** Globs of environments; absent: all, and none. */
  readonly environments: readonly string[] | undefined;
  readonly createdAt: Instant;
  readonly expiresAt: Instant | undefined;
  readonly revokedAt: Instant | undefined;
  /** To the hour. */
  readonly lastUsedAt: Instant | undefined;
}

/** Tokens in the ledger. */
export interface Tokens {
  add(token: Omit<GateToken, "revokedAt" | "lastUsedAt">, hash: string): Promise<void>;
  /** A token with its hash. */
  find(id: string): Promise<{ readonly token: GateToken; readonly hash: string } | undefined>;
  /** All, the newest first. */
  list(): Promise<readonly GateToken[]>;
  /** Ends one for good; false: there is none, or it was revoked before. */
  revoke(id: string, now: Instant): Promise<boolean>;
  /** Notes that one was shown. */
  used(id: string, now: Instant): Promise<void>;
  /** Notes a token of an issuer by its mark, until when it could be shown again; false: it was shown before. */
  see(mark: string, until: Instant, now: Instant): Promise<boolean>;
}
