import { describe, expect, it } from "vitest";
import { alertedBy, isAlerted } from "../../../src/domain/alert.ts";

const shop = { owner: "acme", name: "shop" };

/** Whether an alert with these labels, among others, is about the objective `checkout-availability` of acme/shop. */
function isAbout(...alerts: Readonly<Record<string, string>>[]): boolean {
  const alerted = alertedBy(alerts.map((labels) => ({ labels: { alertname: "HighBurn", ...labels } })));
  return isAlerted(alerted, [{ name: "latency" }, { name: "checkout-availability" }], shop);
}

describe("an alert", () => {
  it.each([
    ["Sloth's id", { sloth_id: "checkout-availability" }],
    ["Sloth's service and SLO", { sloth_service: "checkout", sloth_slo: "availability" }],
    ["Sloth's SLO alone", { sloth_slo: "checkout-availability" }],
    ["Pyrra's slo", { slo: "checkout-availability" }],
    ["slo_name", { slo_name: "checkout-availability" }],
    ["objective", { objective: "checkout-availability" }],
  ])("is about the objective that it names by %s", (_, labels) => {
    expect(isAbout(labels)).toBe(true);
  });

  it.each([
    ["names nothing", {}],
    ["names only a service", { sloth_service: "checkout", service: "checkout-availability" }],
    ["names another objective", { slo: "checkout" }],
    ["names it in other letters", { slo: "Checkout-Availability" }],
    ["names only part of it", { sloth_slo: "availability" }],
    ["holds names of ours in the labels' names", { "checkout-availability": "slo" }],
    ["has the labels of every object", { slo: "constructor", ["__proto__"]: "x" }],
  ])("that %s is about none", (_, labels) => {
    expect(isAbout(labels)).toBe(false);
  });

  it("with a label `repository` is about that one alone, in whatever letters", () => {
    const slo = "checkout-availability";
    expect(isAbout({ slo, repository: "ACME/Shop" })).toBe(true);
    expect(isAbout({ slo, repository: "acme/till" })).toBe(false);
    expect(isAbout({ slo, repository: "" })).toBe(false);
    expect(isAbout({ slo, repository: "acme/till" }, { slo, repository: "acme/shop" })).toBe(true);
    expect(isAbout({ slo, repository: "acme/till" }, { slo })).toBe(true);
    expect(isAbout({ slo }, { slo, repository: "acme/till" })).toBe(true);
  });
});
