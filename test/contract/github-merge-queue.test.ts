/** What GitHub's list of a merge queue is taken for, also where it tells only a part. */
import nock from "nock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readerOver } from "../../src/github/reader.ts";
import { clientTo, shop } from "./github-kit.ts";

const github = nock("https://github.test");
const sha = (letter: string): string => letter.repeat(40);

beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  nock.enableNetConnect();
});

/** An entry of the queue, whose group is built. */
const entry = (position: number, group: string, more: object = {}): object => ({
  position,
  headCommit: { oid: sha(group) },
  baseCommit: { oid: sha("0") },
  pullRequest: { number: position, headRefOid: sha("f") },
  ...more,
});

/** A reader whose next question about a queue is answered with these entries. */
function readerOf(
  nodes: readonly (object | null)[],
  totalCount = nodes.length,
  databaseId: number = shop.id,
) {
  const entries = { totalCount, nodes };
  github.post("/api/graphql").reply(200, { data: { repository: { databaseId, mergeQueue: { entries } } } });
  return readerOver(clientTo("https://github.test/api/v3").client);
}

const membersOf = async (...told: Parameters<typeof readerOf>) =>
  readerOf(...told).groupMembers(shop, "main", sha("b"));

const queueOf = async (...told: Parameters<typeof readerOf>) => readerOf(...told).mergeQueue(shop, "main");

const numbered = (...numbers: number[]): object[] => numbers.map((number) => ({ number, headSha: sha("f") }));

describe("[T14] the members of a group", () => {
  it("are its own entry and all before it, in whatever order they are told", async () => {
    const nodes = [entry(3, "c"), entry(2, "b"), entry(1, "a")];
    expect(await membersOf(nodes)).toEqual({ ok: true, value: numbered(1, 2) });
  });

  it("are all that have its commit, where several have", async () => {
    const nodes = [entry(1, "a"), entry(2, "b"), entry(3, "b"), entry(4, "d")];
    expect(await membersOf(nodes)).toEqual({ ok: true, value: numbered(1, 2, 3) });
  });

  it.each<[string, Parameters<typeof readerOf>]>([
    ["an entry is not told", [[entry(1, "a"), null, entry(3, "b")]]],
    ["a pull request is not told", [[entry(1, "a", { pullRequest: null }), entry(2, "b")]]],
    ["the group is not in the list", [[entry(1, "a")]]],
    ["the name is another repository's by now", [[entry(1, "b")], 1, 8]],
  ])("are not known where %s", async (_, told) => {
    expect(await membersOf(...told)).toEqual({ ok: true, value: undefined });
  });
});

describe("a queue", () => {
  it("is whole where every entry is told, and has no group for what waits to be built", async () => {
    const nodes = [entry(1, "a"), entry(2, "b", { headCommit: null, baseCommit: null })];
    const headRef = `refs/heads/gh-readonly-queue/main/pr-1-${sha("0")}`;
    expect(await queueOf(nodes)).toEqual({
      ok: true,
      value: { groups: [{ headSha: sha("a"), headRef }], isWhole: true },
    });
  });

  it.each<[string, Parameters<typeof readerOf>]>([
    ["it is longer than a page", [[entry(1, "a")], 101]],
    ["an entry is not told", [[entry(1, "a"), null]]],
    ["a group's pull request is not told", [[entry(1, "a"), entry(2, "b", { pullRequest: null })]]],
    ["a group's base is not told", [[entry(1, "a"), entry(2, "b", { baseCommit: null })]]],
  ])("is not whole where %s", async (_, told) => {
    expect(await queueOf(...told)).toMatchObject({ ok: true, value: { groups: [{}], isWhole: false } });
  });

  it("of another repository that has the name by now is none", async () => {
    expect(await queueOf([entry(1, "a")], 1, 8)).toEqual({ ok: true, value: undefined });
  });
});
