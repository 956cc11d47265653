import "../config.ts";
