import "../observe/allowed.ts";
