/** A number that is said to be text. */
export const answer: string = 42;
