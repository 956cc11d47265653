import { alive } from "./domain/alive.ts";

process.exitCode = alive;
