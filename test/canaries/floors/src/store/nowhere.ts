import "./not-there.ts";
