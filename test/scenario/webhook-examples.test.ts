import examples from "@octokit/webhooks-examples" with { type: "json" };
import { describe, expect, it } from "vitest";
import { handledEvents, hintOf } from "../../src/github/delivery.ts";

/** An example, and the installation that GitHub sends to apps; many examples were recorded by plain webhooks, which have none. */
type Payload = Record<string, unknown> & {
  action?: string;
  installation?: { id: number };
  pull_request?: PullExample;
  repository?: { id: number; private: boolean; name: string; owner: { login: string } };
  repositories?: readonly { id: number; full_name: string }[];
  repositories_added?: readonly { id: number }[];
  repositories_removed?: readonly { id: number }[];
};

interface PullExample {
  readonly number: number;
  readonly state: string;
  readonly user: { readonly id: number; readonly type: string };
  readonly labels: readonly { readonly name: string }[];
  readonly head: { readonly sha: string };
  readonly base: { readonly ref: string; readonly repo: { readonly id: number } };
}

const all = (examples as unknown as readonly { name: string; examples: readonly unknown[] }[]).map(
  ({ name, examples: payloads }) => ({
    name,
    payloads: payloads as readonly Payload[],
  }),
);

const completed = (payload: Payload): Payload => ({ installation: { id: 4711 }, ...payload });

const ofEvent = (name: string): readonly Payload[] => all.find((one) => one.name === name)?.payloads ?? [];

const wantedActions = [
  "opened",
  "reopened",
  "ready_for_review",
  "synchronize",
  "labeled",
  "unlabeled",
  "closed",
];

describe("GitHub's own examples of webhooks", () => {
  it("cover every event that we handle", () => {
    const unheard = [...handledEvents].filter((name) => ofEvent(name).length === 0);
    // Of a job that waits GitHub's package has no example.
    expect(unheard).toEqual(["deployment_protection_rule"]);
  });

  it("are read without a fault once they name an installation", () => {
    const read = [...handledEvents].flatMap((name) =>
      ofEvent(name).map((payload) => hintOf(name, completed(payload))),
    );

    expect(read.filter((hint) => hint !== undefined).length).toBeGreaterThan(30);
  });

  it("are dropped unread when nobody handles their event", () => {
    const others = all.filter(({ name }) => !handledEvents.has(name));

    expect(others.length).toBeGreaterThan(40);
    expect(others.flatMap(({ name, payloads }) => payloads.map((payload) => hintOf(name, payload)))).toEqual(
      others.flatMap(({ payloads }) => payloads.map(() => undefined)),
    );
  });

  it("of pull requests become hints that tell the pull request as it is", () => {
    const payloads = ofEvent("pull_request").filter(({ action }) => wantedActions.includes(action ?? ""));
    expect(new Set(payloads.map(({ action }) => action))).toEqual(new Set(wantedActions));

    for (const payload of payloads) {
      const { action, pull_request: pull, repository, installation } = completed(payload);
      const isPushed = action === "opened" || action === "synchronize";
      expect(hintOf("pull_request", completed(payload))).toMatchObject({
        kind: "pull_request",
        repository: {
          id: repository?.id,
          owner: repository?.owner.login,
          name: repository?.name,
          isPublic: repository?.private === false,
          installationId: installation?.id,
        },
        pull: {
          repositoryId: pull?.base.repo.id,
          number: pull?.number,
          headSha: pull?.head.sha,
          baseRef: pull?.base.ref,
          author: { id: pull?.user.id, isBot: pull?.user.type !== "User" },
          isOpen: pull?.state === "open",
          labels: pull?.labels.map(({ name }) => name),
        },
        pusher: isPushed ? { id: (payload["sender"] as { id: number }).id } : undefined,
      });
    }
  });

  it("of pull requests are dropped when their action changes no verdict", () => {
    const payloads = ofEvent("pull_request").filter(({ action }) => !wantedActions.includes(action ?? ""));

    expect(payloads.length).toBeGreaterThan(10);
    expect(
      payloads.map((payload) => hintOf("pull_request", payload)).filter((hint) => hint !== undefined),
    ).toEqual([]);
  });

  it("of edited pull requests count only when the base or the text was edited", () => {
    const [opened] = ofEvent("pull_request").filter(({ action }) => action === "opened");
    const edited = (changes: object): unknown =>
      hintOf("pull_request", { ...completed(opened ?? {}), action: "edited", changes });

    expect(edited({ base: { ref: { from: "main" }, sha: { from: "0".repeat(40) } } })).toMatchObject({
      kind: "pull_request",
    });
    expect(edited({ body: { from: "" } })).toMatchObject({ kind: "pull_request", pusher: undefined });
    expect(edited({ title: { from: "Old" } })).toBeUndefined();
  });

  it("of installations become what they say of them", () => {
    const standings = ofEvent("installation").map((payload) => {
      const hint = hintOf("installation", payload);
      return [payload.action, hint?.kind === "installation" ? hint.change : undefined];
    });

    expect(new Map(standings as [string, string][])).toEqual(
      new Map([
        ["created", "active"],
        ["deleted", "deleted"],
        ["new_permissions_accepted", "active"],
        ["suspend", "suspended"],
        ["unsuspend", "active"],
      ]),
    );
  });

  it("of an installation's repositories name those that came and those that went", () => {
    for (const payload of ofEvent("installation_repositories")) {
      const hint = hintOf("installation_repositories", payload);
      const ids = (list: readonly { id: number }[] | undefined): readonly number[] =>
        list?.map(({ id }) => id) ?? [];
      expect(
        hint?.kind === "installation_repositories" ? [hint.added.map(({ id }) => id), hint.removedIds] : hint,
      ).toEqual([ids(payload.repositories_added), ids(payload.repositories_removed)]);
    }
  });

  it("of pushes to tags tell the tag and its pusher, and a branch's first push tells of no paths", () => {
    for (const payload of ofEvent("push")) {
      const hint = hintOf("push", completed(payload));
      const ref = String(payload["ref"]);
      const sender = payload["sender"] as { id: number };
      if (ref.startsWith("refs/tags/"))
        expect(hint).toMatchObject({
          kind: "tag",
          tag: ref.slice("refs/tags/".length),
          objectSha: payload["deleted"] === true ? undefined : payload["after"],
          pusher: { id: sender.id },
        });
      else
        expect(hint).toMatchObject({
          kind: "push",
          branch: ref.slice("refs/heads/".length),
          touched: "unknown",
        });
    }
  });

  it("of repositories tell only what can change where and to whom we speak", () => {
    const changes = ofEvent("repository").map((payload) => {
      const hint = hintOf("repository", completed(payload));
      return [payload.action, hint?.kind === "repository" ? hint.change : undefined];
    });

    expect(new Map(changes as [string, string | undefined][])).toEqual(
      new Map<string, string | undefined>([
        ["publicized", "changed"],
        ["created", undefined],
        ["edited", "changed"],
        ["privatized", "changed"],
        ["renamed", "changed"],
        ["transferred", "transferred"],
      ]),
    );
  });

  it("are refused, not guessed at, when a field that we need is missing", () => {
    const [opened] = ofEvent("pull_request").filter(
      ({ action, installation }) => action === "opened" && installation !== undefined,
    );
    for (const field of ["installation", "repository", "pull_request", "sender"]) {
      expect(() => hintOf("pull_request", { ...opened, [field]: undefined })).toThrow();
    }
  });
});
