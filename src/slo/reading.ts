import type { DurationMs } from "../domain/duration.ts";
import type { MeasureMode, Objective } from "../domain/objective.ts";
import type { Problem } from "../domain/problem.ts";
import type { YamlDocument } from "./yaml-text.ts";

/** The most that one SLO file may hold. */
export const maxSloBytes = 256 * 1024;

/** A text of a repository, by its path there. */
export interface SloFile {
  readonly file: string;
  readonly text: string;
}

/** What whoever points at SLO files says of them. */
export interface SloOptions {
  /** The budget's window where the file has none: Sloth's period is a flag of its command line. */
  readonly windowMs?: DurationMs;
  readonly measure?: MeasureMode;
  /** Labels that recorded series must wear, where several environments record under one name. */
  readonly matchers?: Readonly<Record<string, string>>;
}

/** Where an objective was read. */
export interface SloOrigin {
  readonly document: YamlDocument;
  /** Where it stands in the document. */
  readonly path: readonly PropertyKey[];
  /** The service that it belongs to, where the file names one. */
  readonly service?: string;
}

/**
 * Objectives read from files, and everything worth saying of these files. What has an error gives no objective;
 * either list may be empty, not both.
 */
export interface SloReading {
  readonly objectives: readonly Objective[];
  readonly problems: readonly Problem[];
  /** Of these very objectives. The gate does not need them; who makes something of the files does. */
  readonly origins: ReadonlyMap<Objective, SloOrigin>;
}
