import type { Thing } from "../github/allowed.ts";

export type Own = Thing;
