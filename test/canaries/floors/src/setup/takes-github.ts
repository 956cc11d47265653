import "../github/allowed.ts";
