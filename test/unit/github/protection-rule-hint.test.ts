import { expect, it } from "vitest";
import { protectionRuleHint } from "../../../src/github/protection-rule-hint.ts";

const owner = { id: 1, login: "acme" };
const repository = { id: 2, name: "shop", private: true, default_branch: "main", owner };
const promised = { action: "requested", repository, sender: { id: 3 }, installation: { id: 4 } };
const callback = "https://api.github.com/repos/acme/shop/actions/runs/77/deployment_protection_rule";

it("tells of a request that names nothing beyond what GitHub promises, since the job waits for thirty days", () => {
  const details = [promised, { ...promised, environment: "production" }].map(protectionRuleHint);
  expect(details).toEqual([
    expect.objectContaining({ kind: "unanswerable", detail: "the request names no environment" }),
    expect.objectContaining({
      kind: "unanswerable",
      detail: "the callback address is not one of this repository's runs: none",
    }),
  ]);
});

it("takes a request without a commit or deployment, and reads them elsewhere", () => {
  const request = { ...promised, environment: "production", deployment_callback_url: callback };
  const read = { kind: "protection_rule", environment: "production", runId: 77, headSha: undefined, ref: "" };
  for (const deployment of [undefined, null, {}, "odd"])
    expect(protectionRuleHint({ ...request, deployment })).toMatchObject(read);
  expect(protectionRuleHint(request)).toMatchObject(read);
});
