/**
 * How an Action talks to its runner.
 *
 * Keeps: what others wrote (objectives' names, reasons) cannot speak to the runner: in the log it stands where commands are stopped by a
 * word that nobody can guess, in annotations it is escaped, and in the file of outputs it ends at such a word, too.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
import { printable } from "../domain/printable.ts";
import { workflowCommand } from "../domain/workflow-command.ts";

/** What the runner gives. */
export interface RunnerWorld {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly out: (line: string) => void;
  readonly append: (path: string, text: string) => void;
  /** A word that nobody can guess. */
  readonly random: () => string;
}

/** The most that a step's summary may hold is 1 MiB; more is not shown at all. */
const maxSummaryBytes = 1_000_000;

/** Prints what others wrote. */
export function printRaw({ out, random }: RunnerWorld, text: string): void {
  const stop = random();
  out(`::stop-commands::${stop}`);
  out(printable(text));
  out(`::${stop}::`);
}

/** Annotates the run. */
export function annotate({ out }: RunnerWorld, level: "error" | "warning" | "notice", message: string): void {
  out(workflowCommand(level, { title: "Error budget" }, printable(message)));
}

/** Sets the step's outputs. */
export function setOutputs(world: RunnerWorld, outputs: Readonly<Record<string, string>>): void {
  const file = world.variables["GITHUB_OUTPUT"];
  if (file === undefined || file === "") return;
  for (const [name, value] of Object.entries(outputs)) {
    const end = world.random();
    world.append(file, `${name}<<${end}\n${value}\n${end}\n`);
  }
}

/** Adds to the job's summary. */
export function addSummary(world: RunnerWorld, markdown: string): void {
  const file = world.variables["GITHUB_STEP_SUMMARY"];
  if (file === undefined || file === "" || Buffer.byteLength(markdown) > maxSummaryBytes) return;
  world.append(file, markdown);
}
