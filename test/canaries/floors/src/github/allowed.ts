import "../gate/allowed.ts";

export type Thing = string;
