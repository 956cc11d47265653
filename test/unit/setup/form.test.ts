import { describe, expect, it } from "vitest";
import { type Form, readForm, wishOf } from "../../../src/setup/form.ts";

const path = "/api/github/webhooks";
const good: Form = {
  owner: "organization",
  organization: "acme",
  name: "burngate-acme",
  webhookUrl: `https://gate.example${path}`,
};

const read = (change: Partial<Form>) => wishOf({ ...good, ...change }, path);

describe("the form", () => {
  it("is read as browsers post it, without blanks around", () => {
    const body =
      "owner=organization&organization=+acme+&name=burngate-acme&webhookUrl=https%3A%2F%2Fgate.example%2Fapi%2Fgithub%2Fwebhooks";
    expect(readForm(body)).toEqual(good);
    expect(readForm("")).toEqual({ owner: "", organization: "", name: "", webhookUrl: "" });
  });

  it("means a wish of an organisation or of a person", () => {
    const { name, webhookUrl } = good;
    expect(read({})).toEqual({ wish: { organization: "acme", name, webhookUrl } });
    expect(read({ owner: "personal" })).toEqual({ wish: { organization: undefined, name, webhookUrl } });
  });

  it.each([
    ["owner", ["", "enterprise"], /Choose/],
    ["organization", ["", "acme/../x", "a b", "-acme", "a".repeat(40), "acme?x"], /organisation's login/],
    ["name", ["", "x".repeat(35)], /1 to 34/],
    ["webhookUrl", ["", "gate.example", "ftp://gate.example", "javascript:alert(1)"], /whole web address/],
    ["webhookUrl", [`http://gate.example${path}`, `http://127.evil.example${path}`], /Use https/],
    [
      "webhookUrl",
      [`https://u:p@gate.example${path}`, `https://gate.example${path}?a=b`, `https://gate.example${path}#a`],
      /Leave out/,
    ],
    ["webhookUrl", ["https://gate.example/hooks", `https://gate.example${path}/more`], /taken at/],
  ] as const)("says of %s as any of %j what is wrong, and of nothing else", (field, values, message) => {
    for (const value of values) {
      expect(read({ [field]: value })).toEqual({
        faults: { [field]: expect.stringMatching(message) as string },
      });
    }
  });

  it("completes an address without a path, and lets this machine be named in the clear", () => {
    for (const [typed, meant] of [
      ["https://gate.example", `https://gate.example${path}`],
      ["https://gate.example/", `https://gate.example${path}`],
      [`https://gate.example/behind${path}`, `https://gate.example/behind${path}`],
      ["http://localhost:3000", `http://localhost:3000${path}`],
      [`http://127.0.0.1:3000${path}`, `http://127.0.0.1:3000${path}`],
    ] as const)
      expect(read({ webhookUrl: typed })).toMatchObject({ wish: { webhookUrl: meant } });
  });

  it("tells all that is wrong at once", () => {
    const { faults } = wishOf(readForm("owner=organization"), path) as { faults: object };
    expect(Object.keys(faults)).toEqual(["organization", "name", "webhookUrl"]);
  });
});
