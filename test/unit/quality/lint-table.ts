import { expect } from "vitest";
import { lintQualityFiles } from "../../../src/quality/lint-files.ts";
import type { SloFile } from "../../../src/slo/reading.ts";

/** What lint says of texts, as `key code`. */
export function lintsOf(...texts: readonly string[]): readonly string[] {
  const files = texts.map((text, index): SloFile => ({ file: `${index}.yaml`, text }));
  return lintQualityFiles(files).map(({ key, code, message, severity }) => {
    // Something is wrong, and something can be done: never a bare code.
    expect(message.length).toBeGreaterThan(20);
    return severity === "error" ? `${key} ${code} error` : `${key} ${code}`;
  });
}
