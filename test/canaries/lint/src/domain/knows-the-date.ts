/** The year of this machine. */
export const year = new Date(0).getFullYear();
