import "./config.ts";
