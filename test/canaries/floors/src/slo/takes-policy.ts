import "../policy/allowed.ts";
