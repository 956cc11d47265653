/** Used. */
export const alive = 0;

/** Used by nobody. */
export const dead = 1;
