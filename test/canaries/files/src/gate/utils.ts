/** A name that says nothing. */
export const utils = 0;
