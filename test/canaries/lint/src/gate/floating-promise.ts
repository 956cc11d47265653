const store = async (): Promise<void> => {};

/** Answers before anything is stored. */
export function intake(): void {
  store();
}
