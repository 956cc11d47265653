/** A verdict by chance. */
export const verdict = Math.random();
