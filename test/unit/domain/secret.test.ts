import { inspect } from "node:util";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { Secret } from "../../../src/domain/secret.ts";

const value = "hunter2-hunter2";
const secret = new Secret(() => value);

describe("a secret", () => {
  it("is revealed only by the call that says so", () => {
    expect(secret.reveal()).toBe(value);
  });

  it("is read at every use, so that a rotated file is noticed", () => {
    let reads = 0;
    const rotated = new Secret(() => `value ${++reads}`);
    expect([rotated.reveal(), rotated.reveal()]).toEqual(["value 1", "value 2"]);
  });

  it.each([
    ["text", String(secret)],
    ["a sum of texts", "".concat(secret as unknown as string)],
    ["joined text", [secret].join()],
    ["JSON", JSON.stringify({ secret })],
    ["a console", inspect({ deep: { secret } }, { depth: 9, showHidden: true })],
    ["an error", inspect(new Error("refused", { cause: { secret } }))],
    ["an object's parts", Object.entries(secret).join() + Reflect.ownKeys(secret).join()],
    ["a clone", inspect(structuredClone(secret))],
  ])("does not get out through %s", (_, printed) => {
    expect(printed).not.toContain("hunter2");
  });

  it("does not get out through the logger", () => {
    const lines: string[] = [];
    pino({ level: "trace" }, { write: (line: string) => lines.push(line) }).info(
      { secret, deep: [{ secret }] },
      "%o",
      secret,
    );
    expect(lines.join()).toContain("[secret]");
    expect(lines.join()).not.toContain("hunter2");
  });
});
