import type { Secret } from "./secret.ts";

/** What a process needs to act as a GitHub App. */
export interface AppCredentials {
  readonly appId: number;
  /** The App's public page on GitHub. */
  readonly appUrl: string;
  /** PEM. */
  readonly privateKey: Secret;
  readonly webhookSecret: Secret;
}

/** The fewest bytes of a webhook secret: as many as the SHA-256 that it keys. */
const minSecretBytes = 32;

/** Why a webhook secret is no good, or nothing. */
export function webhookSecretFault(text: string): string | undefined {
  if (text === "development") return "is the word that Probot falls back to, so everybody knows it";
  return new TextEncoder().encode(text).length < minSecretBytes ? "is shorter than 32 bytes" : undefined;
}

/** Whether a text holds a private key in PEM. */
export function holdsPrivateKey(text: string): boolean {
  return /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text);
}
