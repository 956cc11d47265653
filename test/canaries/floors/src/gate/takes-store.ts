import "../store/allowed.ts";
