import { expect, it } from "vitest";
import { bypassCommandIn } from "../../../src/domain/bypass-command.ts";
import { remarkCommands, wishIn } from "../../../src/domain/remark.ts";

it("names every command that is understood, each as it is written", () => {
  const understood = remarkCommands.map(({ usage }) =>
    bypassCommandIn(usage) === undefined ? wishIn(usage) : "bypass",
  );
  expect(understood).toEqual(["bypass", "status", "recheck"]);
});
