import "../gate/allowed.ts";
