/**
 * What a way of not knowing means for the gate: let through, let through with a warning, or hold until it is
 * known.
 */
export type UnmeasuredAction = "allow" | "warn" | "block";
