import { beforeEach, describe, expect, it } from "vitest";
import { type Session, sessionFor } from "../../../src/setup/session.ts";

const hour = 3_600_000;
let now: number;
let session: Session;
beforeEach(() => {
  now = 1_000_000;
  let count = 0;
  session = sessionFor(
    "token",
    () => `random-${(count += 1)}`,
    () => now,
  );
});

describe("the link", () => {
  it("[T46] lets in the first browser that brings its token, and no second", () => {
    expect(session.enter("tokem")).toEqual({ kind: "wrong" });
    expect(session.enter("")).toEqual({ kind: "wrong" });
    expect(session.enter("token")).toEqual({ kind: "entered", cookie: "random-1" });
    expect(session.enter("token")).toEqual({ kind: "used" });
  });

  it("[T46] knows its visitor by the cookie alone, and nobody before there is one", () => {
    for (const cookie of [undefined, "", "undefined", "random-1"])
      expect(session.isVisitor(cookie)).toBe(false);
    session.enter("token");
    for (const cookie of [undefined, "", "token", "random-2"]) expect(session.isVisitor(cookie)).toBe(false);
    expect(session.isVisitor("random-1")).toBe(true);
  });
});

describe("a registration", () => {
  it("may end until it did, and is unknown afterwards", () => {
    const [one, other] = [session.begin(), session.begin()];
    expect([session.check(one), session.check(other), session.check("random-9")]).toEqual([
      "begun",
      "begun",
      "unknown",
    ]);
    session.end(one);
    expect([session.check(one), session.check(other)]).toEqual(["unknown", "begun"]);
  });

  it("is over after GitHub's hour", () => {
    const state = session.begin();
    now += hour - 1;
    expect(session.check(state)).toBe("begun");
    now += 1;
    expect(session.check(state)).toBe("expired");
  });

  it("is forgotten when sixteen newer ones were begun", () => {
    const states = Array.from({ length: 17 }, () => session.begin());
    expect(states.map((state) => session.check(state))).toEqual([
      "unknown",
      ...Array.from({ length: 16 }, () => "begun"),
    ]);
  });
});
