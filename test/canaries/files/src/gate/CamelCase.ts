/** A name that two file systems spell differently. */
export const camel = 0;
