import type { SerializedError } from "vitest";
import type { Reporter, TestCase, TestModule, TestSuite, Vitest } from "vitest/node";

const SLOWEST_SHOWN = 5;

/**
 * Shows a line per test file, every failure in full, what was skipped, the slowest files, `N skipped` if anything was,
 * and last `N passed, N failed`; script/test reads both. A suite or file that breaks outside its tests counts as one
 * failure.
 */
export default class HouseReporter implements Reporter {
  #vitest: Vitest | undefined;
  readonly #logs = new Map<string, string>();

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onUserConsoleLog(log: { content: string; taskId?: string }): void {
    const file = fileIdOf(log.taskId);
    this.#logs.set(file, (this.#logs.get(file) ?? "") + log.content);
  }

  onTestModuleEnd(module: TestModule): void {
    const tests = [...module.children.allTests()];
    const failed = failuresOf(module).length;
    const mark = failed > 0 ? "FAILED" : "ok    ";
    print(`${mark} ${seconds(timeOf(module))} ${module.relativeModuleId} (${tests.length})`);
    if (failed > 0) print(indent(this.#logs.get(module.id) ?? ""));
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const failures = modules.flatMap(failuresOf);
    for (const failure of failures) this.#showFailure(failure);
    for (const error of unhandled) this.#showErrors("outside any test", [error]);

    const skipped = tests.filter((test) => test.result().state === "skipped");
    for (const test of skipped)
      print(`skipped: ${test.module.relativeModuleId} > ${test.fullName}${noteOf(test)}`);

    const slowest = modules.toSorted((a, b) => timeOf(b) - timeOf(a)).slice(0, SLOWEST_SHOWN);
    print(
      `slowest files: ${slowest.map((m) => `${m.relativeModuleId} ${seconds(timeOf(m)).trim()}`).join(", ")}`,
    );

    if (modules.length === 0) print("no test file was found, which counts as a failure");
    const passed = tests.filter((test) => test.result().state === "passed").length;
    const failed = failures.length + unhandled.length + (modules.length === 0 ? 1 : 0);
    if (skipped.length > 0) print(`${skipped.length} skipped`);
    print(`${passed} passed, ${failed} failed`);
    if (failed > 0) process.exitCode = 1;
  }

  #showFailure(failure: Failure): void {
    const name = failure.type === "module" ? "the file itself" : failure.fullName;
    const module = failure.type === "module" ? failure : failure.module;
    this.#showErrors(`${module.relativeModuleId} > ${name}`, errorsOf(failure));
  }

  #showErrors(where: string, errors: readonly unknown[]): void {
    print(`\nFAILED ${where}`);
    for (const error of errors) print(this.#vitest?.logger.formatError(error).output.trim() ?? String(error));
  }
}

type Failure = TestCase | TestSuite | TestModule;

/** Every test that failed, and every suite or file with errors of its own (a hook, an import). */
function failuresOf(module: TestModule): Failure[] {
  const tests = [...module.children.allTests()].filter((test) => test.result().state === "failed");
  const around = [module, ...module.children.allSuites()].filter((part) => part.errors().length > 0);
  return [...around, ...tests];
}

function errorsOf(failure: Failure): readonly unknown[] {
  return failure.type === "test" ? (failure.result().errors ?? []) : failure.errors();
}

function noteOf(test: TestCase): string {
  const result = test.result();
  return result.state === "skipped" && result.note !== undefined ? ` (${result.note})` : "";
}

/** Everything that the file took, its imports included, in ms. */
function timeOf(module: TestModule): number {
  const { duration, collectDuration } = module.diagnostic();
  return duration + collectDuration;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1).padStart(5)} s`;
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "    ");
}

/** A task's id begins with its file's id. */
function fileIdOf(taskId: string | undefined): string {
  return (taskId ?? "").split("_")[0] ?? "";
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
