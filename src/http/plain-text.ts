import { z } from "zod";

/** A name that somebody sends: one line without control characters, since it ends up in sentences, and in a PostgreSQL that holds no NUL. */
export const plainText = (length: number) =>
  z
    .string()
    .max(length)
    .regex(/^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u, "must be one line without control characters");
