import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { namesTicket, reasonIn } from "../../../src/domain/bypass-reason.ts";

describe("the reason for a bypass", () => {
  it.each([
    ["Hotfix: INC-42", "INC-42"],
    ["hotfix:INC-42", "INC-42"],
    ["  HOTFIX:   INC-42  ", "INC-42"],
    ["Some words.\n\nHotfix: first\nHotfix: second", "first"],
    ["Hotfix:\nHotfix: the empty one does not count", "the empty one does not count"],
    ["Words.\r\nHotfix: as GitHub's editor ends lines\r\nMore words.", "as GitHub's editor ends lines"],
    ["Hotfix: one\u2028line to us", "one line to us"],
    ["Words.\rHotfix: as nobody ends lines any more\rMore.", "as nobody ends lines any more"],
  ])("is read from %j", (text, reason) => {
    expect(reasonIn(text)).toBe(reason);
  });

  it.each([
    "",
    "no reason here",
    "Not a Hotfix: line",
    "Hotfix",
    "Hotfix:",
    "Hotfix: \u200B\u202E",
    "> Hotfix: quoted",
    "> somebody said\nHotfix: carried on from a quote",
    "```\nHotfix: a log\n```",
    "    Hotfix: code by its indent",
    "<!--\nHotfix: say why, such as INC-42\n-->",
  ])("is not found in %j", (text) => {
    expect(reasonIn(text)).toBeUndefined();
  });

  it("[T11] pings nobody and links nothing", () => {
    expect(reasonIn("Hotfix: ask @acme/sre about #42")).toBe("ask @\u2060acme/sre about #\u206042");
  });

  it("[T11] is one line of printable characters, 200 at most, for any text", () => {
    const noise = fc.string({ unit: "binary", maxLength: 400 });
    fc.assert(
      fc.property(noise, fc.constantFrom("\n", "\r\n", " "), noise, (before, space, after) => {
        const reason = reasonIn(`${before}\nHotfix:${after}${space}end`) ?? "";
        expect(reason).not.toMatch(
          /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061C\u200B-\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/u,
        );
        expect(reason.replaceAll(/[@#]\u2060/g, "")).not.toMatch(/[@#\u2060]/);
        expect([...reason.replaceAll("\u2060", "")].length).toBeLessThanOrEqual(200);
      }),
      { numRuns: 3000 },
    );
  });

  it("[T11] is looked for in the first 64 KB only, however long the text", () => {
    expect(reasonIn(`${"x\n".repeat(32_768)}Hotfix: too late`)).toBeUndefined();
    expect(reasonIn(`Hotfix: in time\n${"x".repeat(10_000_000)}`)).toBe("in time");
  });
});

describe("a ticket in the reason", () => {
  it.each([
    ["INC-42", "INC-*"],
    ["payment outage, see INC-42", "INC-*"],
    ["outage #42", "#42"],
    ["outage ops#42", "ops#*"],
  ])("is named by %j for %j", (text, glob) => {
    expect(namesTicket(reasonIn(`Hotfix: ${text}`) ?? "", glob)).toBe(true);
  });

  it.each([
    ["outage", "INC-*"],
    ["\u0406NC-42", "INC-*"],
    ["IN\u200BC-42", "INC-*"],
    ["xINC-42", "INC-*"],
  ])("is not named by %j for %j", (text, glob) => {
    expect(namesTicket(reasonIn(`Hotfix: ${text}`) ?? "", glob)).toBe(false);
  });

  it("[T34] is looked for in no time, whatever the glob", () => {
    expect(namesTicket("a".repeat(200), `${"*a".repeat(5000)}b`)).toBe(false);
  });
});
