import { expect, it } from "vitest";
import { commentHint } from "../../../src/github/remark-hint.ts";
import { checkRunHint } from "../../../src/github/report-use-hint.ts";

const repository = { id: 7, name: "shop", private: true, owner: { login: "acme" } };
const at = { repository, installation: { id: 70 } };

it("hears of a command on a pull request, and of none on an issue", () => {
  const said = { action: "created", comment: { body: "/burngate bypass INC-42" }, ...at };

  expect(commentHint({ ...said, issue: { number: 1, pull_request: {} } })).toMatchObject({ number: 1 });
  for (const issue of [{ number: 1 }, { number: 1, pull_request: null }])
    expect(commentHint({ ...said, issue })).toBeUndefined();
});

it("measures nothing anew for a press of the bypass button: anybody who may write can press it", () => {
  const run = { head_sha: "a".repeat(40), external_id: null, app: { id: 1 } };
  const sender = { id: 1, login: "ann", type: "User" };
  const pressed = (identifier: string) =>
    checkRunHint({
      action: "requested_action",
      requested_action: { identifier },
      check_run: run,
      sender,
      ...at,
    });

  expect(pressed("bypass")).toMatchObject({ button: "bypass", wish: "look" });
  expect(pressed("recheck")).toMatchObject({ button: "recheck", wish: "recheck" });
  expect(pressed("deploy")).toBeUndefined();
});
