/** Stores all of them, as nobody waits to see. */
export function storeAll(names: readonly string[], store: (name: string) => Promise<void>): void {
  names.forEach(async (name) => store(name));
}
