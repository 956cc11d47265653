/** The first of a list that may be empty. */
export function first(list: readonly number[]): number {
  return list[0];
}
