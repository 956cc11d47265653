/** The GitHub Action's start: the runner's process, and nothing else. */
import { randomUUID } from "node:crypto";
import { appendFileSync, readFileSync } from "node:fs";
import { systemClock } from "../system-clock.ts";
import { runAction } from "./run.ts";

const ending = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => ending.abort());

process.exitCode = await runAction({
  variables: process.env,
  out: (line) => void process.stdout.write(`${line}\n`),
  append: (path, text) => appendFileSync(path, text),
  readFile: (path) => readFileSync(path, "utf8"),
  random: () => randomUUID(),
  clock: systemClock,
  signal: ending.signal,
});
