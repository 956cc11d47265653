import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Diagnosis } from "../../../src/domain/diagnosis.ts";
import { doctorSection } from "../../../src/domain/doctor-section.ts";

const page = "https://github.com/acme/shop/settings/rules/7";

function hole(title: string): Diagnosis {
  return {
    standing: "hole",
    about: "environment",
    title,
    seen: "it is open",
    cure: { text: "close it", page },
  };
}

const unknown: Diagnosis = {
  standing: "unknown",
  about: "environment",
  title: "Whether it holds",
  why: "GitHub refuses",
  cure: { text: "give the permission actions: read, and look again", page: undefined },
};
const sound: Diagnosis = {
  standing: "sound",
  about: "policy",
  title: "There is a policy",
  seen: "it enforces",
};

describe("doctorSection", () => {
  it("tells holes first, then what is not known, and counts what is sound", () => {
    expect(doctorSection([sound, unknown, hole('"prod" does not ask us')])).toMatchInlineSnapshot(`
      "## Does the gate hold?

      1 hole, 1 unknown, 1 sound.

      - **Hole: "prod" does not ask us.** It is open. To mend: close it ([open](https://github.com/acme/shop/settings/rules/7)).
      - **Unknown: Whether it holds.** GitHub refuses. To mend: give the permission actions: read, and look again."
    `);
  });

  it("is short where all is sound", () => {
    expect(doctorSection([sound])).toBe("## Does the gate hold?\n\n1 sound.\n");
  });

  it("keeps names that users chose from being markup, links, mentions or comments", () => {
    const nasty =
      "x`](http://evil)\n# <img src=a> **b** @acme/sre #1 <!-- | www.evil.com &amp; ~~ :tada: GH-7";
    const section = doctorSection([hole(nasty)]);
    expect(section).toMatchInlineSnapshot(`
      "## Does the gate hold?

      1 hole.

      - **Hole: x\\\`\\]\\(http:⁠//evil\\) \\#⁠ \\<img src=a\\> \\*\\*b\\*\\* @⁠acme/sre \\#⁠1 \\<\\!\\-\\- \\| www⁠.evil.com \\&amp; \\~\\~ :⁠tada: GH\\-⁠7.** It is open. To mend: close it ([open](https://github.com/acme/shop/settings/rules/7))."
    `);
    expect(section.split("\n")).toHaveLength(5);
  });

  it("has at most 4000 characters and says how much it leaves out", () => {
    const text = fc.string({ unit: "binary", maxLength: 400 });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 60 }), text, (titles, address) => {
        const diagnoses = [
          ...titles.map(hole),
          { ...unknown, cure: { text: "x", page: `${page}?${address}` } },
        ];
        const section = doctorSection(diagnoses);
        expect(section.length).toBeLessThanOrEqual(4000);
        const shown = section.match(/^- \*\*/gm)?.length ?? 0;
        const rest = Number(/and (\d+) more: `burngate/.exec(section)?.[1] ?? 0);
        expect(shown + rest).toBe(diagnoses.length);
      }),
    );
    const many = (length: number) => Array.from({ length: 60 }, () => hole("e".repeat(length)));
    const sections = Array.from({ length: 300 }, (_, length) => doctorSection(many(length)));
    expect(Math.max(...sections.map(({ length }) => length))).toBeLessThanOrEqual(4000);
    const [section = ""] = sections;
    expect(section).toMatch(/\n- …and \d+ more: `burngate doctor` tells all\.$/);
  });
});
