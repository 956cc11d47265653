import { describe, expect, it } from "vitest";
import { ZodError } from "zod";
import { hintOf } from "../../../src/github/delivery.ts";

const sha = "a".repeat(40);
const sender = { id: 1, login: "ann", type: "User" };
const repository = { id: 7, name: "shop", private: true, owner: { login: "acme" }, default_branch: "main" };
const at = { repository, installation: { id: 70 }, sender };
const long = "x".repeat(1001);

const pull = (more: object) => ({
  action: "opened",
  pull_request: {
    number: 1,
    state: "open",
    updated_at: "2026-11-22T12:00:00Z",
    user: sender,
    labels: [],
    head: { sha },
    base: { ref: "main", repo: { id: 7 } },
    ...more,
  },
  ...at,
});
const deployment = (more: object) => ({
  action: "created",
  deployment: { id: 1, sha, ref: "main", environment: "production", ...more },
  ...at,
});
const group = (more: object) => ({
  action: "checks_requested",
  merge_group: { head_sha: sha, head_ref: "refs/heads/a", base_ref: "refs/heads/main", ...more },
  ...at,
});
const rerun = (mark: string) => ({
  action: "rerequested",
  check_run: { head_sha: sha, external_id: mark, app: { id: 1 } },
  ...at,
});
const push = (paths: readonly string[], more: object = {}) => ({
  ref: "refs/heads/main",
  created: false,
  forced: false,
  deleted: false,
  after: sha,
  commits: [{ added: [], modified: paths, removed: [] }],
  ...at,
  ...more,
});

describe("[T18] what is stored of a webhook", () => {
  it.each<[string, string, (text: string) => object]>([
    ["a label", "pull_request", (text) => pull({ labels: [{ name: text }] })],
    ["a base branch", "pull_request", (text) => pull({ base: { ref: text, repo: { id: 7 } } })],
    ["an environment", "deployment", (text) => deployment({ environment: text })],
    ["a deployment's ref", "deployment", (text) => deployment({ ref: text })],
    ["a group's branch", "merge_group", (text) => group({ head_ref: text })],
    ["a group's base", "merge_group", (text) => group({ base_ref: `refs/heads/${text}` })],
    ["a state", "deployment_status", (text) => ({ ...deployment({}), deployment_status: { state: text } })],
    ["a context", "status", (text) => ({ context: `error-budget: ${text}`, sha, state: "failure", ...at })],
    ["a status's state", "status", (text) => ({ context: "error-budget: a", sha, state: text, ...at })],
    ["a report's mark", "check_run", (text) => rerun(text)],
    ["a pushed branch", "push", (text) => push([], { ref: `refs/heads/${text}` })],
    ["a pushed tag", "push", (text) => push([], { ref: `refs/tags/${text}` })],
    ["a person", "push", (text) => push([], { ref: "refs/tags/a", sender: { ...sender, login: text } })],
    ["a repository", "push", (text) => push([], { repository: { ...repository, name: text } })],
    ["an owner", "push", (text) => push([], { repository: { ...repository, owner: { login: text } } })],
    ["a default branch", "push", (text) => push([], { repository: { ...repository, default_branch: text } })],
  ])("holds no name that GitHub could not give: %s", (_, event, of) => {
    expect(() => hintOf(event, of("x".repeat(100)))).not.toThrow();
    expect(() => hintOf(event, of(long))).toThrow(ZodError);
  });

  it("holds no more labels than ten times what GitHub takes", () => {
    const labels = (count: number) => pull({ labels: Array.from({ length: count }, () => ({ name: "a" })) });
    expect(hintOf("pull_request", labels(1000))).toMatchObject({ kind: "pull_request" });
    expect(() => hintOf("pull_request", labels(1001))).toThrow(ZodError);
  });

  it("holds 64 KB of a push's paths; a push of more may have touched anything", () => {
    const paths = Array.from({ length: 64 }, (_, index) => String(index).padStart(1024, "a"));
    expect(hintOf("push", push(paths))).toMatchObject({ touched: paths });
    expect(hintOf("push", push([...paths, ...paths]))).toMatchObject({ touched: paths });
    expect(hintOf("push", push([...paths, "b"]))).toMatchObject({ touched: "unknown" });
  });

  it("is, of a job whose environment has no possible name, that it cannot be answered", () => {
    const request = {
      action: "requested",
      environment: long,
      deployment_callback_url:
        "https://api.github.com/repos/acme/shop/actions/runs/1/deployment_protection_rule",
      ...at,
    };
    expect(hintOf("deployment_protection_rule", request)).toMatchObject({ kind: "unanswerable" });
    const named = { ...request, environment: "production", ref: long };
    expect(hintOf("deployment_protection_rule", named)).toMatchObject({ environment: "production", ref: "" });
  });
});
