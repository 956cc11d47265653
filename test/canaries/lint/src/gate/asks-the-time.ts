/** Now, of which a test knows nothing. */
export const now = (): number => Date.now();
