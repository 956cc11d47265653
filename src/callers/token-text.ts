/**
 * The text of a token that we hand out: `burngate_<id>_<secret>`, so that people and secret scanners know it when they see it, and one
 * row is looked up by its id. The secret has 256 random bits: nobody can guess it, so a plain hash of it is as good as a slow one.
 */
import { createHash, timingSafeEqual } from "node:crypto";

/** What a token says of itself. */
export interface TokenText {
  readonly id: string;
  readonly secret: string;
}

/** Writes a token; `random` gives that many random bytes. */
export function newToken(random: (bytes: number) => Buffer): TokenText & { readonly text: string } {
  const id = random(8).toString("hex");
  const secret = random(32).toString("base64url");
  return { id, secret, text: `burngate_${id}_${secret}` };
}

/** Reads a token; `undefined`: it is none of ours. */
export function parseToken(text: string): TokenText | undefined {
  const [, id, secret] = /^burngate_([0-9a-f]{16})_([\w-]{43})$/.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/** What is kept of a secret, in hex. */
export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Whether a secret is the one of a hash, in a time that does not tell how nearly. */
export function isSecretOf(secret: string, hash: string): boolean {
  const [left, right] = [Buffer.from(hashOf(secret)), Buffer.from(hash)];
  return left.length === right.length && timingSafeEqual(left, right);
}
