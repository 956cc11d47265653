/** Where webhooks come in: the surface hands over raw bytes and is told how to answer. */

/** A webhook as it arrived. */
export interface Knock {
  /** `X-GitHub-Delivery`. */
  readonly id: string;
  /** `X-GitHub-Event`. */
  readonly event: string;
  /** `X-Hub-Signature-256`. */
  readonly signature: string;
  readonly body: string;
}

/** How a webhook was received. Only `accepted` and `known` were stored; `full`: there was no room for it. */
export type Reception = "accepted" | "known" | "ignored" | "full" | "bad_signature" | "malformed";

/** The door. `enter` resolves after the delivery is on disk and throws when it cannot be put there. */
export interface Door {
  enter(knock: Knock): Promise<Reception>;
}
