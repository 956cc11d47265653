import type { QueryTemplate } from "../domain/query-template.ts";
import type { WholeQuery } from "./openslo-query.ts";
import type { Place } from "./place.ts";

/** One query and whom it asks. */
export interface Metric {
  readonly place: Place;
  readonly text: string;
  readonly whole: WholeQuery;
  /** The data source's name in the file; absent where it names none. */
  readonly source?: string;
}

/** What is measured. */
export type Indicator =
  | {
      readonly kind: "ratio";
      readonly counts: "good" | "bad";
      /** Whether the queries' values only grow. */
      readonly isCounter: boolean;
      /** Whether each query says itself where the window goes, as Sloth's do. */
      readonly isSloths: boolean;
      readonly counted: QueryTemplate;
      readonly total: QueryTemplate;
      readonly sources: readonly string[];
    }
  | { readonly kind: "raw"; readonly errorRatio: QueryTemplate; readonly sources: readonly string[] }
  | { readonly kind: "threshold"; readonly metric: Metric; readonly sources: readonly string[] };
