/**
 * Runs the checks of package.json (`check:...`), or those named, and ends with `N passed, N failed`.
 *
 *     node script/check.ts [NAME...]
 */
import { join } from "node:path";
import { checkSteps, runCheck } from "./check-step.ts";

const root = join(import.meta.dirname, "..");
const wanted = process.argv.slice(2);
const all = checkSteps(root);
const unknown = wanted.filter((name) => !all.some((step) => step.name === name));
if (unknown.length > 0) {
  const known = all.map((step) => step.name).join(", ");
  throw new Error(`no such check: ${unknown.join(", ")}; there are ${known}`);
}

let failed = 0;
const steps = wanted.length === 0 ? all : all.filter((step) => wanted.includes(step.name));
for (const step of steps) {
  const { passed, output, tookMs } = await runCheck(step, root);
  console.log(
    `${passed ? "ok    " : "FAILED"} ${(tookMs / 1000).toFixed(1).padStart(5)} s check ${step.name}`,
  );
  if (!passed) {
    failed += 1;
    console.log(`${output.trim()}\n`);
  }
}
console.log(`${steps.length - failed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;
