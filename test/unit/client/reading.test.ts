import { describe, expect, it } from "vitest";
import { readReply } from "../../../src/client/reading.ts";

const asked = { repo: "acme/shop", environment: "production", service: undefined, sha: undefined };

const answer = (more: object = {}): string =>
  JSON.stringify({
    schema: "burngate.gate/v1",
    verdict: "allow",
    allow: true,
    decision: "allow",
    reason: "checkout: 95% left.",
    repo: "acme/shop",
    environment: "production",
    service: null,
    sha: null,
    id: "1",
    url: null,
    retryAfterSeconds: null,
    slos: [],
    qualityGates: [],
    ...more,
  });

describe("a gate's reply", () => {
  it.each([
    ["allow", true],
    ["warn", true],
    ["block", false],
    ["inconclusive", false],
  ])("is read when it says %s and agrees with itself", (verdict, allow) => {
    expect(readReply(200, null, answer({ verdict, allow }), asked)).toMatchObject({
      kind: "answered",
      answer: { verdict, allow },
    });
  });

  it("is read with keys that are not known yet, and without numbers that are none", () => {
    const reply = readReply(
      200,
      null,
      answer({ more: 1, slos: [{ name: "a", verdict: "allow", budgetRemaining: "x" }] }),
      asked,
    );
    expect(reply).toMatchObject({ answer: { slos: [{ name: "a", budgetRemaining: null, burn: {} }] } });
  });

  it.each([
    ["a login page", 200, "<!doctype html>", "something else than a verdict (<!doctype html>)"],
    ["nothing", 200, "", "and nothing in it"],
    ["no content", 204, "", "it answered 204"],
    ["a redirect", 302, answer(), "a redirect, which is not followed"],
    ["true", 200, "true", "something else"],
    ["allow as text", 200, answer({ allow: "true" }), "something else"],
    ["no allow", 200, answer({ allow: undefined }), "something else"],
    ["another schema", 200, answer({ schema: "other/v1" }), "something else"],
    ["an unknown verdict", 200, answer({ verdict: "ok" }), "something else"],
    ["allow beside block", 200, answer({ verdict: "block" }), "contradicts itself: block, allow true"],
    ["not allow beside allow", 200, answer({ allow: false }), "contradicts itself"],
    ["about another repository", 200, answer({ repo: "acme/till" }), "to another question"],
    ["about another environment", 200, answer({ environment: "staging" }), "to another question"],
    ["about everything", 200, answer({ environment: null }), "to another question"],
    ["about a service", 200, answer({ service: "cart" }), "to another question"],
    ["about a commit", 200, answer({ sha: "a".repeat(40) }), "to another question"],
    ["about nothing", 200, answer({ repo: undefined }), "something else"],
    ["created", 201, answer(), "it answered 201"],
    ["forbidden", 403, answer(), "it answered 403"],
    ["a proxy's failure", 502, "Bad Gateway", "it answered 502 (Bad Gateway)"],
    ["a problem", 401, '{"detail":"the token has expired"}', "it answered 401: the token has expired"],
  ])("that is %s is never taken for a yes", (_, status, body, why) => {
    const reply = readReply(status, null, body, asked);
    expect(reply.kind).toBe("unanswered");
    if (reply.kind === "unanswered") expect(reply.why).toContain(why);
  });

  it("is about the same commit and repository, however they are written", () => {
    const body = answer({ repo: "Acme/Shop", sha: "ab".repeat(20) });
    expect(readReply(200, null, body, { ...asked, sha: "AB".repeat(20) }).kind).toBe("answered");
  });

  it.each([
    [401, false],
    [404, false],
    [400, false],
    [429, true],
    [424, true],
    [503, true],
    [302, false],
  ])("of status %i is worth asking again: %s", (status, isTransient) => {
    expect(readReply(status, "7", "", asked)).toMatchObject({ isTransient });
  });
});
