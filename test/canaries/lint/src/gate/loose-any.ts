/** Anything. */
export function id(value: any): unknown {
  return value;
}
