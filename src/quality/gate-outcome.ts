import type { QualityFinding } from "../domain/quality-finding.ts";

/** What a tool makes of the answers to its gate's queries. */
export type GateOutcome = Pick<QualityFinding, "result" | "message" | "lines">;
