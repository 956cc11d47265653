import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Accepted } from "../../../src/domain/app-need.ts";
import { features, featuresOff, isOn } from "../../../src/domain/feature.ts";

const page = "https://github.com/organizations/acme/settings/installations/1";

const everything: Accepted = {
  permissions: {
    metadata: "read",
    statuses: "write",
    checks: "write",
    merge_queues: "read",
    actions: "read",
    deployments: "write",
    pull_requests: "write",
    issues: "read",
    members: "read",
  },
  events: ["merge_group", "deployment_protection_rule", "deployment", "issue_comment"],
  page,
};

const without = (permission: string): Accepted => {
  const { [permission]: _, ...permissions } = everything.permissions;
  return { ...everything, permissions };
};

const withLevel = (permission: string, level: string): Accepted => ({
  ...everything,
  permissions: { ...everything.permissions, [permission]: level },
});

const offIn = (accepted: Accepted): string[] => featuresOff(accepted).map(({ feature }) => feature);

describe("the features of an installation", () => {
  it("are all on where everything is accepted, also at a higher level", () => {
    expect(featuresOff(everything)).toEqual([]);
    expect(featuresOff(withLevel("merge_queues", "write"))).toEqual([]);
    expect(featuresOff(withLevel("members", "admin"))).toEqual([]);
  });

  it("are all off where nothing is", () => {
    expect(offIn({ permissions: {}, events: [], page })).toEqual([...features]);
  });

  it.each([
    ["statuses", ["status"]],
    ["checks", ["check_runs"]],
    ["merge_queues", ["merge_queue"]],
    ["actions", ["environments"]],
    ["deployments", ["environments", "deployments"]],
    ["pull_requests", ["comments"]],
    ["issues", ["commands"]],
    ["members", ["members"]],
    ["metadata", []],
  ])("without %s lack %j", (permission, lacking) => {
    expect(offIn(without(permission))).toEqual(lacking);
    for (const feature of features)
      expect(isOn(feature, without(permission))).toBe(!lacking.includes(feature as never));
  });

  it.each(["statuses", "checks", "deployments", "pull_requests"])(
    "need %s to be written, not only read",
    (permission) => {
      expect(offIn(withLevel(permission, "read"))).toEqual(offIn(without(permission)));
      expect(offIn(withLevel(permission, "none"))).toEqual(offIn(without(permission)));
    },
  );

  it.each([
    ["merge_group", "merge_queue"],
    ["deployment_protection_rule", "environments"],
    ["deployment", "deployments"],
    ["issue_comment", "commands"],
  ])("without the event %s lack %s", (event, feature) => {
    const events = everything.events.filter((each) => each !== event);
    expect(featuresOff({ ...everything, events })).toEqual([
      {
        feature,
        sentence: `${feature} is off: subscribe the App to the event \`${event}\` in the App's settings`,
      },
    ]);
  });

  it("may comment by writing issues, too", () => {
    const { permissions, ...rest } = without("pull_requests");
    expect(featuresOff({ ...rest, permissions: { ...permissions, issues: "write" } })).toEqual([]);
  });
});

describe("the cure", () => {
  it.each([
    ["merge_queues", `merge_queue is off: accept the new permission \`merge_queues: read\` at ${page}`],
    [
      "pull_requests",
      `comments is off: let the App ask for the permission \`pull_requests: write\` or \`issues: write\` in its settings, then accept it at ${page}`,
    ],
  ])("of missing %s is one sentence with the page", (permission, sentence) => {
    expect(featuresOff(without(permission)).map((off) => off.sentence)).toEqual([sentence]);
  });

  it("is to accept what app.yml asks for, and to ask first for what it does not", () => {
    const { default_permissions: permissions, default_events: events } = parse(
      readFileSync(new URL("../../../app.yml", import.meta.url), "utf8"),
    ) as { default_permissions: Record<string, string>; default_events: string[] };
    const unasked = featuresOff({ permissions, events, page });
    const asked = featuresOff({ permissions: {}, events, page }).filter(
      ({ feature }) => !unasked.some((one) => one.feature === feature),
    );
    for (const { sentence } of unasked) expect(sentence).toContain("let the App ask for");
    for (const { sentence } of asked) expect(sentence).not.toContain("let the App ask for");
    expect(unasked.map(({ feature }) => feature)).toEqual(["comments"]);
  });

  it("names several permissions at once, and does without the page where GitHub did not tell", () => {
    const { permissions } = without("actions");
    const off = featuresOff({
      permissions: { ...permissions, deployments: "read" },
      events: everything.events,
      page: undefined,
    });
    expect(off.map(({ sentence }) => sentence)).toEqual([
      "environments is off: accept the new permissions `actions: read` and `deployments: write` in the settings of the installation",
      "deployments is off: accept the new permission `deployments: write` in the settings of the installation",
    ]);
  });
});
