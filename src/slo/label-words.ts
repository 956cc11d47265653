import { z } from "zod";

/** Labels or annotations of a file. Go's tools take a number or a truth for its text, and nothing for an empty one. */
export const labelWords = z
  .record(
    z.string(),
    z.union([z.string(), z.number(), z.boolean(), z.null()]).transform((value) => String(value ?? "")),
  )
  .nullish();
