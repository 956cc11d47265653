import "../environment.ts";
