import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bypassCommandIn } from "../../../src/domain/bypass-command.ts";

const command = "/burngate bypass INC-42";
const found = { reason: "INC-42" };

describe("a command in a comment", () => {
  it.each([
    ["alone", command],
    ["after other words", `It is urgent.\n\n${command}`],
    ["with Windows' line ends", `Now.\r\n${command}\r\nThanks.`],
    ["after a quote and an empty line", `> may I?\n\n${command}`],
    ["after a fence that ends", `\`\`\`\nlog\n\`\`\`\n${command}`],
    ["after a hidden remark that ends", `<!-- why -->\n${command}`],
    ["after a quoted fence and an empty line", `> \`\`\`\n> log\n> \`\`\`\n\n${command}`],
    ["after code in a line of its own paragraph", `\`\`\`npm test\`\`\` fails\n\n${command}`],
    ["after code of HTML", `<code>npm test</code> fails\n\n${command}`],
    ["after a list and an empty line", `- one > two\n\n${command}`],
    ["straight after words", `It is urgent.\n${command}`],
    ["before another one", `${command}\n/burngate bypass INC-43`],
    ["with more room than it needs", "/burngate bypass   INC-42  "],
  ])("counts %s", (_, body) => {
    expect(bypassCommandIn(body)).toEqual(found);
  });

  it("may have code in its reason, and none of what stands behind that in the same paragraph counts", () => {
    expect(bypassCommandIn("/burngate bypass `checkout` is down")?.reason).toBe("`checkout` is down");
    expect(bypassCommandIn(`He wrote \`a\n${command}\n\` to me`)).toBeUndefined();
  });

  it("needs no reason", () => {
    expect(bypassCommandIn("/burngate bypass")).toEqual({ reason: undefined });
    expect(bypassCommandIn("/burngate bypass   \nwhy")).toEqual({ reason: undefined });
  });

  it.each([
    ["inside a line", `Say ${command}`],
    ["indented", ` ${command}`],
    ["quoted", `> ${command}`],
    ["carried on from a quote", `> bob said\n${command}`],
    ["fenced", `\`\`\`\n${command}\n\`\`\``],
    ["fenced by tildes", `~~~sh\n${command}\n~~~`],
    ["in a fence that never ends", `\`\`\`\n${command}`],
    ["in a fence that a shorter one does not end", `\`\`\`\`\n\`\`\`\n${command}\n\`\`\`\``],
    ["in a fence that the other mark does not end", `\`\`\`\n~~~\n${command}\n\`\`\``],
    ["in a fence that words after the mark do not end", `\`\`\`\n\`\`\` no\n${command}\n\`\`\``],
    ["fenced, after code that only looks like a fence", `\`\`\`a\`\`\` fails\n\n\`\`\`\n${command}\n\`\`\``],
    ["in a fence that a mark with a strange space does not end", `\`\`\`\n\`\`\`\u00A0\n${command}\n\`\`\``],
    ["fenced, after a fence in a list", `- \`\`\`\n  log\n  \`\`\`\n\n\`\`\`\n${command}\n\`\`\``],
    [
      "fenced, after a list that broke its fence off",
      `- log\n\n  \`\`\`\n  x\n\nso\n\n\`\`\`\n${command}\n\`\`\``,
    ],
    ["fenced, after a fence in HTML", `<div>\n\`\`\`\n\n\`\`\`\n${command}\n\`\`\``],
    ["fenced, after a fence that shows HTML", `\`\`\`\n<!--\n\`\`\`\n-->\n\n\`\`\`\n${command}\n\`\`\``],
    ["in code over several lines", `\`\n${command}\n\``],
    ["carried on from a quote in a list", `- > bob said\n${command}`],
    ["carried on from a quote in a numbered list", `1. - [ ] > bob said\n${command}`],
    [
      "in HTML's quote after one within it",
      `<blockquote>a<blockquote>b</blockquote>\n\n${command}\n</blockquote>`,
    ],
    ["in a hidden remark", `<!--\n${command}\n-->`],
    ["in a hidden remark that never ends", `<!--\n${command}`],
    ["in HTML's code", `<PRE>\n${command}\n</pre>`],
    ["in HTML's quote", `<blockquote>\n\n${command}\n</blockquote>`],
    ["by another name", "/burngate bypassed INC-42"],
    ["in capitals", "/Burngate bypass INC-42"],
    ["after an invisible letter", `\u200B${command}`],
    ["beyond what GitHub takes", `${"x".repeat(65_536)}\n${command}`],
    ["hidden behind letters that change their length", `<!-- \u0130\n${command} -->`],
  ])("does not count %s", (_, body) => {
    expect(bypassCommandIn(body)).toBeUndefined();
  });

  it("[T11] gives a reason that pings nobody and stays on its line", () => {
    expect(bypassCommandIn("/burngate bypass see #7\u202E, ask @acme/sre")).toEqual({
      reason: "see #\u20607 , ask @\u2060acme/sre",
    });
  });

  it("[T34] is looked for in time linear in the text", () => {
    for (const piece of ["<!--", "<pre", "```\n", "> \n", "/burngate bypass\u200B\n", "\u0130", "\n"]) {
      const body = piece.repeat(Math.floor(65_536 / piece.length));
      expect(bypassCommandIn(body)?.reason).toBeUndefined();
    }
  });

  it.each([
    "/burngate bypass<!--",
    "/burngate <!---->bypass",
    "/burn<!-- -->gate bypass INC-42",
    "<!-- -->/burngate bypass",
  ])("is not put together out of words around what is hidden: %s", (text) => {
    expect(bypassCommandIn(text)).toBeUndefined();
  });

  it("is never found in a text without its words at the beginning of a line", () => {
    const text = fc
      .array(fc.constantFrom("/burngate ", "bypass", "\n", "```", "> ", "<!--", "-->", " ", "x"), {
        maxLength: 30,
      })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (body) => {
        if (bypassCommandIn(body) !== undefined) expect(body).toMatch(/^\/burngate bypass(?:\s|$)/m);
        expect(bypassCommandIn(`> ${body.replaceAll("\n", "\n> ")}`)).toBeUndefined();
      }),
    );
  });
});
