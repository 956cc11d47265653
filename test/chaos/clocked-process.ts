/** `src/main.ts` whose clock is off by as much as a file says, which may change while it runs. */
import { readFileSync } from "node:fs";
import { clockVariable } from "./world-clock.ts";

const path = process.env[clockVariable] ?? "";
const Machine = Date;
const read = (): number => Number(readFileSync(path, "utf8"));
let offMs = read();
setInterval(() => (offMs = read()), 10).unref();
Date.now = () => new Machine().getTime() + offMs;

await import("../../src/main.ts");
