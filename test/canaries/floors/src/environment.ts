import "./store/allowed.ts";
