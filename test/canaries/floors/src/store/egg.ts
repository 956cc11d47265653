import "./hen.ts";
