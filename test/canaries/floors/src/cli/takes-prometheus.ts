import "../prometheus/allowed.ts";
