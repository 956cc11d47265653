import "./egg.ts";
