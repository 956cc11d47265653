import { failed, ok, type Result } from "../gate/failure.ts";

/** The most that GitHub puts on a page. */
export const perPage = 100;

/** Every page of a list; a list that does not end within `maxPages` is no answer. */
export async function allPages<T>(
  page: (number: number) => Promise<Result<readonly T[]>>,
  maxPages = 50,
): Promise<Result<readonly T[]>> {
  const all: T[] = [];
  for (let number = 1; number <= maxPages; number += 1) {
    const read = await page(number);
    if (!read.ok) return read;
    all.push(...read.value);
    if (read.value.length < perPage) return ok(all);
  }
  return failed({ kind: "too_large", detail: `GitHub's list is longer than ${perPage * maxPages}` });
}
