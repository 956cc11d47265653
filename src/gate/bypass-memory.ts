/** What the gate remembers for bypasses beside GitHub's own record: places of a quota, words, tags. */
import type { Bypass } from "../domain/bypass.ts";
import type { Instant } from "../domain/instant.ts";
import type { Actor } from "../domain/subject.ts";

/** What became of asking for a place in the quota; `used` counts the places that are taken. */
export interface Taken {
  readonly kind: "taken" | "full";
  readonly used: number;
}

/** Places of a quota since a moment. */
export interface Places {
  readonly max: number;
  readonly since: Instant;
}

/** Which bypasses were granted. */
export interface Grants {
  /**
   * Grants bypasses, all or none. Each takes a place where places are counted: one for each `placeOf` since
   * then, and none where it was granted before. Never more than there are, however many ask at once.
   */
  take(
    repositoryId: number,
    bypasses: readonly Bypass[],
    places: Places | undefined,
    now: Instant,
  ): Promise<Taken>;
  /** The repository has another owner: what was wished for before counts no more. [T49] */
  transferred(repositoryId: number, now: Instant): Promise<void>;
  /** Since when wishes count. */
  since(repositoryId: number): Promise<Instant>;
}

/** What is known of the words on a pull request. */
export interface Heard {
  /** Something was said that has not been read yet, or was a command when it was read: when that was heard. */
  readonly heardAt: Instant | undefined;
  /** By GitHub's `updated_at`, how far the pull request was last read and held no command. */
  readonly readTo: Instant;
  /** Up to when it was changed by something that no event told, by GitHub's `updated_at`. */
  readonly changedTo: Instant;
}

/** Pull requests that were spoken to: only their words are worth a read. */
export interface Remarks {
  note(repositoryId: number, number: number, now: Instant): Promise<void>;
  /** It was changed by something that no event told. */
  missed(repositoryId: number, number: number, updatedAt: Instant): Promise<void>;
  of(repositoryId: number, number: number): Promise<Heard>;
  /** There is no command up to `readTo`. What was heard after `heardAt` stays to be read. */
  settle(repositoryId: number, number: number, read: Pick<Heard, "heardAt" | "readTo">): Promise<void>;
}

/** A push of a tag, as its event told it. */
export interface TagSight {
  readonly repositoryId: number;
  readonly tag: string;
  /** The delivery that told of it: a redelivery is the same push. */
  readonly deliveryId: string;
  /** `undefined`: the tag was deleted. */
  readonly objectSha: string | undefined;
  readonly pusher: Actor;
  /** When GitHub told of it, by `Deliveries.toldAt`: it does not say when it was. */
  readonly at: Instant;
}

/** Tags as events and our own looks told of them. */
export interface Tags {
  note(sight: TagSight): Promise<void>;
  /** What was heard of a tag last. */
  newest(repositoryId: number, tag: string): Promise<TagSight | undefined>;
  /** Since when the tag is known to name the object: the first sight or look, which may be this one. */
  firstSeen(repositoryId: number, tag: string, objectSha: string, now: Instant): Promise<Instant>;
}

/** The bypass button under a report was pressed. */
export interface Press {
  readonly repositoryId: number;
  /** The commit that the report is about. */
  readonly headSha: string;
  /** The delivery that told of it: a redelivery is the same press. */
  readonly deliveryId: string;
  readonly actor: Actor;
  /** The `subjectKey` of the report; `undefined` where it does not tell. */
  readonly about: string | undefined;
  /** When GitHub told of it, by `Deliveries.toldAt`: it does not say when it was. */
  readonly at: Instant;
}

/** Presses of the bypass button, which no list of GitHub's tells. */
export interface Presses {
  note(press: Press): Promise<void>;
  of(repositoryId: number, headSha: string): Promise<readonly Press[]>;
}
