/** Who else vouches for callers: GitHub for its workflows, clusters for their service accounts. */

/** An issuer of OIDC tokens that the operator trusts. */
export type Issuer = GitHubIssuer | KubernetesIssuer;

interface AnyIssuer {
  /** `iss` of its tokens, exactly. */
  readonly issuer: string;
  /** `aud` that its tokens must name, exactly. */
  readonly audience: string;
  /** Where its public keys are. */
  readonly keys:
    | { readonly kind: "url"; readonly url: URL; readonly ca: string | undefined }
    | { readonly kind: "file"; readonly read: () => string };
}

/** GitHub's, or that of a GitHub Enterprise Server. */
export interface GitHubIssuer extends AnyIssuer {
  readonly kind: "github";
}

/** A cluster's. */
export interface KubernetesIssuer extends AnyIssuer {
  readonly kind: "kubernetes";
  readonly accounts: readonly ServiceAccount[];
}

/** A service account and what it may ask about. */
export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
  readonly repositories: readonly string[];
  /** Absent: all, and none. */
  readonly environments: readonly string[] | undefined;
}

/** What the operator says of callers. */
export interface CallerRules {
  readonly issuers: readonly Issuer[];
  /** Questions of each caller in a minute. */
  readonly perMinute: number;
}

/** Where the operator says nothing: our own tokens, and a pace that a cluster of canaries keeps. */
export const defaultCallerRules: CallerRules = { issuers: [], perMinute: 300 };
